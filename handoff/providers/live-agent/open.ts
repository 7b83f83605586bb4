import type { JsonObject } from '../../../common/json';
import type { Log } from '../../../common/log';
import { HandoffError } from '../../errors';
import type { Opened } from '../../provider';
import type { HandoffRequest } from '../../request';
import type { Address, LiveAgentClient } from './client';
import { failure, fromStatus } from './errors';
import type { PostQueue } from './postQueue';
import { prechat } from './prechat';
import type { LiveAgentSession } from './session';
import type { LiveAgentSettings } from './settings';
import { targetOf } from './target';
import { readSession } from './wire';

const cleanUpTimeoutInMs = 5_000;

interface OpenContext {
  client: LiveAgentClient;
  settings: LiveAgentSettings;
  posts: PostQueue;
  log: Log;
  now(): number;
}

/**
 * Opens a server session and asks for a chat at once, because the session dies soon without it. The verdict
 * (queued, refused) comes by the poll, which has to start right after.
 */
export async function openChat(
  context: OpenContext,
  request: HandoffRequest,
  signal: AbortSignal,
): Promise<Opened<LiveAgentSession>> {
  const { client, settings } = context;
  const body = initBody(request, settings);
  const answer = await client.openSession(signal);
  const wire = answer.status === 200 ? readSession(answer.json) : undefined;
  if (!wire) throw client.openingFailure(answer);
  const session: LiveAgentSession = {
    url: client.url,
    id: wire.id,
    key: wire.key,
    pollTimeoutInMs: wire.clientPollTimeoutInSeconds * 1000,
    affinity: wire.affinityToken,
    epoch: 0,
    ack: -1,
    state: 'requested',
    agentGone: false,
    agentMessages: 0,
    nextSequence: 2,
    sequenceEpoch: 0,
    sentMessages: 0,
  };
  try {
    const response = await context.posts.run(session.id, signal, () =>
      client.post(session, 'Chasitor/ChasitorInit', { ...body, sessionId: wire.id }, 1, signal),
    );
    if (response.status < 200 || response.status > 299) throw initFailure(fromStatus(response, context.now()));
  } catch (error) {
    context.posts.forget(session.id);
    throw await abandon(context, session, error);
  }
  return { session, sessionKey: session.id };
}

function initBody(request: HandoffRequest, settings: LiveAgentSettings): JsonObject {
  const target = targetOf(request.target);
  return {
    organizationId: settings.LIVE_AGENT_ORGANIZATION_ID,
    deploymentId: settings.LIVE_AGENT_DEPLOYMENT_ID,
    buttonId: target.buttonId,
    ...(target.agentId && { agentId: target.agentId, doFallback: target.fallback ?? false }),
    ...(target.buttonOverrides && { buttonOverrides: target.buttonOverrides }),
    userAgent: 'Switchboard',
    language: request.language,
    screenResolution: 'n/a',
    visitorName: request.customer.name?.trim() || 'Customer',
    ...prechat(request, settings.LIVE_AGENT_PRECHAT_FIELDS),
    receiveQueueUpdates: true,
    isPost: true,
  };
}

/** A session lost before the chat began is no ended chat: asking again opens a new one. */
function initFailure(error: HandoffError): HandoffError {
  if (error.code !== 'sessionEnded' && error.code !== 'sessionMoved') return error;
  return failure({
    code: 'outage',
    retriable: true,
    delivered: error.delivered,
    detail: `ChasitorInit ${error.detail ?? ''}`.trim(),
  });
}

/**
 * Takes back a session whose chat request failed. Once the server has deleted it (or does not know it) no agent can be left
 * with a chat nobody listens to, so the request may be repeated.
 */
async function abandon(context: OpenContext, session: Address, error: unknown): Promise<unknown> {
  if (!(error instanceof HandoffError)) return error;
  try {
    const response = await context.client.deleteSession(session, AbortSignal.timeout(cleanUpTimeoutInMs));
    const isGone = response.status < 300 || response.status === 403 || response.status === 404;
    if (!isGone || error.delivered === 'no') return error;
  } catch (cleanUpError) {
    // The first failure is the one to report; the server drops the session for lack of polls.
    context.log.warn('A session could not be taken back', {
      code: cleanUpError instanceof HandoffError ? cleanUpError.code : 'unknown',
    });
    return error;
  }
  return failure({
    code: error.code,
    retriable: error.retriable,
    delivered: 'no',
    cause: error,
    ...(error.detail !== undefined && { detail: error.detail }),
    ...(error.retryAfterInMs !== undefined && { retryAfterInMs: error.retryAfterInMs }),
  });
}
