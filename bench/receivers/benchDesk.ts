import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import { HandoffError, WebhookRejected } from '../../handoff/errors';
import type { HandoffProvider, ProviderDependencies } from '../../handoff/provider';
import { fromTransport } from '../../handoff/transportError';
import { benchProvider } from '../traffic/places';

/**
 * The least a provider with a webhook can be: one POST per message out, one event per call in. What a real one adds (tokens,
 * signatures, converting) is not the relay's cost and is measured by itself.
 */
export function createBenchDesk(deskUrl: string, { http }: Pick<ProviderDependencies, 'http'>): HandoffProvider {
  return {
    name: benchProvider,
    capabilities: {
      mode: 'relay',
      typingToAgent: false,
      typingToCustomer: false,
      filesToAgent: 'link',
      filesToCustomer: false,
      cardsToCustomer: false,
      queuePosition: false,
      estimatedWait: false,
      availability: false,
      transcript: 'history',
      acceptsWhileQueued: true,
      deduplicatesMessages: true,
      agentLeftGraceInMs: 5_000,
    },
    inbound: {
      kind: 'webhook',
      receive: async ({ rawBody }) => {
        const call = parseJson(rawBody.toString('utf8'));
        if (!isJsonObject(call)) throw new WebhookRejected(400, 'not JSON');
        const { sessionKey, eventId, at, text } = call as Record<string, string>;
        if (!sessionKey || !eventId || !at || !text) throw new WebhookRejected(400, 'members are missing');
        return {
          events: [{ sessionKey, event: { kind: 'agentMessage', eventId, at, text, attachments: [], cards: [] } }],
          response: { status: 200 },
        };
      },
    },
    parseTarget: (target) => target,
    open: () => {
      throw new HandoffError({ provider: benchProvider, code: 'rejected', retriable: false, delivered: 'no' });
    },
    async send(session: JsonObject, message, _reservation, signal) {
      try {
        const response = await http({
          method: 'POST',
          url: `${deskUrl}/desk/${String(session['key'])}`,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ id: message.id, text: message.text, at: message.at }),
          timeoutInMs: 10_000,
          signal,
        });
        if (response.status === 200) return {};
        throw new HandoffError({ provider: benchProvider, code: 'rejected', retriable: false, delivered: 'no' });
      } catch (error) {
        if (error instanceof HandoffError) throw error;
        throw fromTransport(benchProvider, error);
      }
    },
    close: async () => undefined,
  };
}
