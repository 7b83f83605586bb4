import { randomUUID } from 'node:crypto';
import { HandoffError, type HandoffErrorInit } from '../../errors';
import type { Opened } from '../../provider';
import type { HandoffRequest } from '../../request';
import { Access, requestToken } from './access';
import { type DeliverContext, deliver, endedAlready } from './deliver';
import { failure, fromOpeningStatus, isSuccess } from './errors';
import { idFrom } from './ids';
import { textMessage } from './outgoing';
import { routingAttributes } from './routingAttributes';
import type { EnhancedChatSession } from './session';
import { summaryTexts } from './summary';
import { targetOf } from './target';

const cleanUpTimeoutInMs = 5_000;

/**
 * Gets a token, creates a conversation and says in it what the agent has to know. Resolves when that is accepted; the
 * verdict of the routing comes by the stream. When a step fails, the conversation is closed again, so that no agent is left
 * with a chat nobody listens to; then the request may be repeated.
 */
export async function openConversation(
  context: DeliverContext,
  request: HandoffRequest,
  signal: AbortSignal,
): Promise<Opened<EnhancedChatSession>> {
  const { settings } = context;
  const target = targetOf(request.target);
  const deployment = target.esDeveloperName ?? settings.ENHANCED_CHAT_DEPLOYMENT;
  const { customer } = request;
  const verifiedAs = customer.isAuthenticated ? (customer.contactId ?? customer.id) : undefined;
  const granted = await requestToken(context, deployment, verifiedAs, signal);
  const session: EnhancedChatSession = {
    url: settings.ENHANCED_CHAT_URL,
    deployment,
    conversationId: randomUUID(),
    routingAttributes: routingAttributes(request, settings.ENHANCED_CHAT_ROUTING_ATTRIBUTES, target.routingAttributes ?? {}),
    language: request.language.split('-')[0]?.toLowerCase() || 'en',
    ...granted,
    state: 'queued',
    hadAgent: false,
    agents: [],
    handled: [],
    forms: [],
  };
  try {
    await create(context, session, signal);
  } catch (error) {
    // A refusal left nothing behind.
    throw error instanceof HandoffError && error.delivered === 'no' ? error : await abandon(context, session, error);
  }
  try {
    await sayWhatIsKnown(context, session, request, signal);
  } catch (error) {
    throw await abandon(context, session, error);
  }
  return { session, sessionKey: session.conversationId };
}

async function create(context: DeliverContext, session: EnhancedChatSession, signal: AbortSignal): Promise<void> {
  const created = await context.client.createConversation(session, session.token, signal);
  // The id is ours and new, so a conversation that exists already is the one we asked for.
  if (!isSuccess(created) && created.status !== 409) throw fromOpeningStatus(created, context.now());
}

async function sayWhatIsKnown(
  context: DeliverContext,
  session: EnhancedChatSession,
  request: HandoffRequest,
  signal: AbortSignal,
): Promise<void> {
  const access = new Access(context, session);
  for (const [index, text] of summaryTexts(request).entries()) {
    const id = idFrom(session.conversationId, 'summary', String(index));
    await deliver(context, session, access, { kind: 'message', id, message: textMessage(id, text) }, signal);
  }
}

/** Takes back a conversation that could not be opened whole. */
async function abandon(context: DeliverContext, session: EnhancedChatSession, error: unknown): Promise<unknown> {
  context.window.forget(session.conversationId);
  if (!(error instanceof HandoffError)) return error;
  const { retryAfterInMs, detail } = error;
  try {
    const signal = AbortSignal.timeout(cleanUpTimeoutInMs);
    const { status } = await context.client.closeConversation(session, session.token, signal);
    const isGone = status < 300 || status === 403 || status === 404;
    if (!isGone) return error;
  } catch (cleanUpError) {
    // The first failure is the one to report; the desk ends a conversation in which nobody writes.
    context.log.warn('A conversation could not be taken back', {
      code: cleanUpError instanceof HandoffError ? cleanUpError.code : 'unknown',
    });
    return error;
  }
  return failure({
    ...meaning(error),
    delivered: 'no',
    cause: error,
    ...(detail !== undefined && { detail }),
    ...(retryAfterInMs !== undefined && { retryAfterInMs }),
  });
}

/**
 * What it means for the request. A session that the org ended before a word was said is nobody being there; a conversation
 * lost before it began is no ended chat, and asking again opens a new one.
 */
function meaning({ code, retriable, detail }: HandoffError): Pick<HandoffErrorInit, 'code' | 'retriable'> {
  if (code !== 'sessionEnded') return { code, retriable };
  return detail === endedAlready ? { code: 'unavailable', retriable: false } : { code: 'outage', retriable: true };
}
