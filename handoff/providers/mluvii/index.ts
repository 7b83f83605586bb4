import type { HandoffProvider, KeepingDependencies } from '../../provider';
import { canCheckAvailability, capabilitiesFor } from './capabilities';
import { ChannelClient } from './channelClient';
import { failure, PROVIDER } from './errors';
import { operatorIdsOf, parseTarget, toMetadata, toSummary } from './open';
import { Presences } from './presence';
import { PublicApi } from './publicApi';
import { receive } from './receive';
import { Registrations } from './registration';
import { guestLeft, lastTimeOf, textOf, toActivities } from './send';
import { conversationIdOf, type MluviiSession } from './session';
import type { MluviiSettings } from './settings';

export type { MluviiSession } from './session';
export { isConfigured, type MluviiSettings, settingsSchema } from './settings';

/** How soon to look again whether somebody follows the operator who left. */
const LOOK_AGAIN_IN_MS = 2_000;

/**
 * mluvii's operators for customers on our own channels, by the Generic Channel: mluvii registers its address at
 * `<prefix>/registration`, we post customers' messages there, and operators' come to `<prefix>/activity`.
 */
export function createMluviiProvider(
  settings: MluviiSettings,
  dependencies: KeepingDependencies,
): HandoffProvider<MluviiSession> {
  const { http, clock, kept, linkFile } = dependencies;
  const log = dependencies.log.child({ provider: PROVIDER });
  const registrations = new Registrations(settings, kept);
  const presences = new Presences(kept);
  const channel = new ChannelClient(registrations, http, clock);
  const api = new PublicApi(settings, http, clock);

  return {
    name: PROVIDER,
    capabilities: capabilitiesFor(settings),
    inbound: { kind: 'webhook', receive: (request) => receive({ settings, registrations, presences, clock, log }, request) },
    parseTarget,

    async open(request, signal) {
      const conversationId = conversationIdOf(request);
      const summary = { id: request.id, text: toSummary(request, settings.MLUVII_MAX_TEXT_LENGTH), at: request.requestedAt };
      const [first, ...rest] = toActivities({ conversationId, lastAt: 0 }, summary, settings);
      if (!first) throw failure('invalid', 'nothing to say');
      const activities = [{ ...first, conversationMetadata: toMetadata(request, settings) }, ...rest];
      await channel.post(activities, signal);
      return { session: { conversationId, lastAt: lastTimeOf(activities) }, sessionKey: conversationId };
    },

    async send(session, message, _reservation, signal) {
      const { conversationId } = session;
      if (presences.isClosed(conversationId)) throw failure('sessionEnded', 'sending would begin a new session');
      // mluvii would begin a new session with it if this one is over, and nobody tells whether it is.
      if ((await presences.of(conversationId)) === 'left')
        throw failure('unavailable', 'the operator has left', LOOK_AGAIN_IN_MS);
      const activities = toActivities(session, { ...message, text: textOf(message, linkFile) }, settings);
      await channel.post(activities, signal);
      return { session: { lastAt: lastTimeOf(activities) } };
    },

    async close(session, _reason, signal) {
      // First, so that a message under way elsewhere in this process does not begin a new session.
      await presences.close(session.conversationId);
      await channel.post([guestLeft(session, clock.now())], signal);
    },

    ...(canCheckAvailability(settings) && {
      async checkAvailability(target, _language, signal) {
        const online = await api.listOnlineOperators(signal);
        const wanted = operatorIdsOf(target);
        const isSomebodyThere = online.some((id) => wanted === undefined || wanted.includes(id));
        return isSomebodyThere ? { available: true } : { available: false, reason: 'noAgents' };
      },
    }),

    async checkSession({ conversationId }) {
      const presence = await presences.of(conversationId);
      if (presence === 'there') return 'connected';
      return presence === 'left' || presences.isClosed(conversationId) ? 'ended' : 'queued';
    },

    adopt: (sessionKey, request) => ({ conversationId: sessionKey, lastAt: Date.parse(request.requestedAt) || 0 }),
  };
}
