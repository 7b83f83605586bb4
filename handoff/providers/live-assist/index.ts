import type { HandoffProvider, ProviderDependencies } from '../../provider';
import { checkTarget } from './availability';
import { capabilities } from './capabilities';
import { LiveAssistClient } from './client';
import { providerName } from './errors';
import { type ListenContext, listenToChat } from './listen';
import { openChat } from './open';
import { PollSlots } from './pollSlots';
import { closeChat, reserveLine, type SendContext, sendLine, sendTypingSign, statusOf, wasLineDelivered } from './send';
import type { LiveAssistSession } from './session';
import type { LiveAssistSettings } from './settings';
import { parseTarget } from './target';

export { capabilities } from './capabilities';
export type { LiveAssistSession } from './session';
export { isConfigured, type LiveAssistSettings, settingsSchema } from './settings';

/** Polls are short: so many at a time serve thousands of chats, and a slow desk does not take every connection. */
const mostPolls = 32;

/**
 * Live Assist for Dynamics 365 over its classic chat service: short polls bring what the agent does, one POST per line takes
 * what the customer writes, and a signed context tells who the customer is and which chat activity desk and bot share.
 */
export function createLiveAssistProvider(
  settings: LiveAssistSettings,
  deps: ProviderDependencies,
): HandoffProvider<LiveAssistSession> {
  const log = deps.log.child({ provider: providerName });
  const now = () => deps.clock.now();
  const client = new LiveAssistClient(settings, deps);
  const sending: SendContext = { client, linkFile: deps.linkFile, now };
  const listening: ListenContext = {
    client,
    log,
    now,
    keys: settings.LIVE_ASSIST_CONTEXT_KEYS,
    lifetimeInSeconds: settings.LIVE_ASSIST_CONTEXT_LIFETIME_SECONDS,
    clock: deps.clock,
    slots: new PollSlots(mostPolls),
    pollIntervalInMs: settings.LIVE_ASSIST_POLL_SECONDS * 1000,
    random: Math.random,
  };
  return {
    name: providerName,
    capabilities,
    inbound: { kind: 'listen', listen: (session, _options, signal) => listenToChat(listening, session, signal) },
    parseTarget,
    open: (request, signal) => openChat(listening, request, signal),
    reserve: (session, message, previous) => reserveLine(session, message, previous, deps.linkFile),
    send: (session, message, reservation, signal) => sendLine(sending, session, message, reservation, signal),
    sendTyping: (session, isTyping, _reservation, signal) => sendTypingSign(sending, session, isTyping, signal),
    close: (session, reason, signal) => closeChat(sending, session, reason, signal),
    checkAvailability: (target, _language, signal) => checkTarget(client, target, now, signal),
    checkSession: (session, signal) => statusOf(sending, session, signal),
    wasDelivered: (session, message, signal) => wasLineDelivered(sending, session, message, signal),
    ownsRecord: (session) => session.hasRecord && session.isContextTaken,
  };
}
