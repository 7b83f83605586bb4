import type { HandoffProvider, ProviderDependencies } from '../../provider';
import { checkTarget } from './availability';
import { capabilities } from './capabilities';
import { LiveAgentClient } from './client';
import { closeChat } from './close';
import { providerName } from './errors';
import { heldForInMs, type ListenContext, listenToChat } from './listen';
import { openChat } from './open';
import { PollGuard } from './pollGuard';
import { PostQueue } from './postQueue';
import { reservePost } from './reserve';
import { type SendContext, sendMessage, sendTypingNotice } from './send';
import type { LiveAgentSession } from './session';
import type { LiveAgentSettings } from './settings';
import { parseTarget } from './target';

export { capabilities } from './capabilities';
export type { LiveAgentSession } from './session';
export { isConfigured, type LiveAgentSettings, settingsSchema } from './settings';

/**
 * Salesforce Live Agent (legacy Chat) over its REST API: one held poll per chat brings the events, numbered POSTs carry
 * the customer's side. One instance per process, so that a chat's POSTs and polls keep their order.
 */
export function createLiveAgentProvider(
  settings: LiveAgentSettings,
  deps: ProviderDependencies,
): HandoffProvider<LiveAgentSession> {
  const log = deps.log.child({ provider: providerName });
  const now = () => deps.clock.now();
  const client = new LiveAgentClient(settings, { ...deps, log });
  const posts = new PostQueue(deps.clock);
  const guard = new PollGuard(now);
  const organizationId = settings.LIVE_AGENT_ORGANIZATION_ID;
  const sending: SendContext = { client, posts, now, log, organizationId, readFile: deps.readFile, linkFile: deps.linkFile };
  const listening: ListenContext = {
    client,
    posts,
    guard,
    now,
    log,
    organizationId,
    clock: deps.clock,
    receivedAt: (session, sequence) => guard.receivedAt(session, sequence),
  };
  return {
    name: providerName,
    capabilities,
    inbound: {
      kind: 'listen',
      exclusiveForInMs: heldForInMs,
      listen: (session, options, signal) => listenToChat(listening, session, options, signal),
    },
    parseTarget,
    open: (request, signal) => openChat({ client, settings, posts, log, now }, request, signal),
    reserve: (session, message, previous) => reservePost(session, message, previous, sending),
    send: (session, message, reservation, signal) => sendMessage(sending, session, message, reservation, signal),
    sendTyping: (session, isTyping, reservation, signal) => sendTypingNotice(sending, session, isTyping, reservation, signal),
    close: (session, reason, signal) => closeChat(sending, session, reason, signal),
    checkAvailability: (target, _language, signal) => checkTarget(client, target, signal),
  };
}
