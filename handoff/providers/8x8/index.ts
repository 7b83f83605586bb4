import { HandoffError } from '../../errors';
import type { HandoffProvider, ProviderDependencies } from '../../provider';
import { AgentNames } from './agentNames';
import { Analytics } from './analytics';
import { AvailabilityCheck } from './availability';
import { canCheckAvailability, capabilitiesFor } from './capabilities';
import { ChatGateway } from './client';
import { EndedConversations } from './ended';
import { failure, PROVIDER } from './errors';
import { fetchFile } from './files';
import { parseTarget, toNewConversation } from './open';
import { receive } from './receive';
import { sendMessage, wasDelivered } from './send';
import { checkSession, type EightByEightSession } from './session';
import type { EightByEightSettings } from './settings';
import { SigningKeys } from './signingKeys';

export type { EightByEightSession } from './session';
export { type EightByEightSettings, isConfigured, settingsSchema } from './settings';

/**
 * The 8x8 contact center by its Chat Gateway, as a third-party channel: we own the customer's chat and create the
 * conversation at handoff. Agents' words come by signed webhooks at `<prefix>/<EIGHT_BY_EIGHT_WEBHOOK_SECRET>`.
 */
export function createEightByEightProvider(
  settings: EightByEightSettings,
  dependencies: ProviderDependencies,
): HandoffProvider<EightByEightSession> {
  const { http, clock, readFile, linkFile } = dependencies;
  const log = dependencies.log.child({ provider: PROVIDER });
  const gateway = new ChatGateway(settings, http, clock);
  const analytics = new Analytics(settings, http, clock);
  const ended = new EndedConversations();
  const keys = new SigningKeys(settings.EIGHT_BY_EIGHT_BASE_URL, http, clock, log);
  const names = new AgentNames(analytics, clock, log);
  const availability = new AvailabilityCheck(settings, http, clock, log, analytics);
  const sending = { gateway, clock, readFile, linkFile };

  return {
    name: PROVIDER,
    capabilities: capabilitiesFor(settings),
    inbound: { kind: 'webhook', receive: (request) => receive({ settings, keys, names, ended, clock, log }, request) },
    parseTarget,

    async open(request, signal) {
      const body = toNewConversation(request, settings.EIGHT_BY_EIGHT_CHANNEL_ID, linkFile);
      const conversationId = await gateway.createConversation(body, signal);
      return { session: { conversationId }, sessionKey: conversationId };
    },

    async send({ conversationId }, message, _reservation, signal) {
      if (ended.has(conversationId)) throw failure('sessionEnded', 'sending would open the conversation again');
      await sendMessage(sending, conversationId, message, signal);
      return {};
    },

    async close({ conversationId }, _reason, signal) {
      // At once, so that a message under way elsewhere in this process does not open it again.
      ended.add(conversationId);
      try {
        await gateway.removeCustomer(conversationId, signal);
      } catch (error) {
        // Somebody was first, which is as good.
        if (!(error instanceof HandoffError && error.code === 'sessionEnded')) throw error;
      }
    },

    async sendTyping({ conversationId }, isTyping, _reservation, signal) {
      // There is no "stopped typing" at this desk.
      if (isTyping && !ended.has(conversationId)) await gateway.sendTyping(conversationId, 'user', signal);
      return {};
    },

    ...(canCheckAvailability(settings) && { checkAvailability: (target) => availability.check(target) }),
    checkSession: (session, signal) => checkSession(gateway, session, signal),
    wasDelivered: ({ conversationId }, message, signal) => wasDelivered(sending, conversationId, message, signal),
    adopt: (sessionKey) => ({ conversationId: sessionKey }),
    fetchFile: ({ conversationId }, reference, signal) =>
      fetchFile(
        { gateway, http, hosts: settings.EIGHT_BY_EIGHT_FILE_HOSTS, nowInMs: clock.now() },
        conversationId,
        reference,
        signal,
      ),
  };
}
