import type { HandoffProvider, ProviderDependencies } from '../../provider';
import { capabilities } from './capabilities';
import { EnhancedChatClient } from './client';
import { closeConversation } from './close';
import { wasDelivered } from './delivered';
import { providerName } from './errors';
import { fetchFile } from './files';
import { type ListenContext, listenToConversation } from './listen';
import { openConversation } from './open';
import { markRead, reserveAttempt, type SendContext, sendMessage, sendTypingNotice } from './send';
import { SendWindow } from './sendWindow';
import type { EnhancedChatSession } from './session';
import type { EnhancedChatSettings } from './settings';
import { checkConversation } from './status';
import { parseTarget } from './target';

export { capabilities } from './capabilities';
export type { EnhancedChatSession } from './session';
export { type EnhancedChatSettings, isConfigured, settingsSchema } from './settings';

/**
 * Salesforce Enhanced Chat (Messaging for In-App and Web, custom client): one event stream per conversation brings what the
 * agent does, requests with ids of our own carry the customer's side. One instance per process, which paces each conversation.
 */
export function createEnhancedChatProvider(
  settings: EnhancedChatSettings,
  deps: ProviderDependencies,
): HandoffProvider<EnhancedChatSession> {
  const log = deps.log.child({ provider: providerName });
  const { clock, readFile, linkFile } = deps;
  const now = () => clock.now();
  const client = new EnhancedChatClient(settings, { ...deps, log });
  const sending: SendContext = { client, settings, log, now, window: new SendWindow(clock), readFile, linkFile };
  const listening: ListenContext = { client, settings, log, now, clock };
  return {
    name: providerName,
    capabilities,
    inbound: { kind: 'listen', listen: (session, _options, signal) => listenToConversation(listening, session, signal) },
    parseTarget,
    open: (request, signal) => openConversation(sending, request, signal),
    reserve: (_session, _message, previous) => reserveAttempt(previous),
    send: (session, message, reservation, signal) => sendMessage(sending, session, message, reservation, signal),
    sendTyping: (session, isTyping, _reservation, signal) => sendTypingNotice(sending, session, isTyping, signal),
    markRead: (session, eventId, signal) => markRead(sending, session, eventId, signal),
    close: (session, reason, signal) => closeConversation(sending, session, reason, signal),
    checkSession: (session, signal) => checkConversation(sending, session, signal),
    wasDelivered: (session, message, signal) => wasDelivered(sending, session, message, signal),
    fetchFile: (session, reference, signal) => fetchFile(sending, session, reference, signal),
  };
}
