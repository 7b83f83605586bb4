import type { WebhookRejected } from '../../../handoff/errors';
import type { WebhookRequest, WebhookResult } from '../../../handoff/provider';
import { Conversation } from './conversation';
import type { ProviderShape, WebhookProbe } from './harness';
import type { Current } from './providerSuite';

const never = new AbortController().signal;

export function describeWebhooks(current: Current, { untold = [] }: ProviderShape): void {
  const recognizes = !untold.includes('redelivery');

  describe('webhooks', () => {
    const probe = (): WebhookProbe => {
      const { webhook } = current();
      if (!webhook) throw new Error('a provider with webhooks needs a webhook probe');
      return webhook;
    };
    const receive = (request: WebhookRequest): Promise<WebhookResult> => {
      const { inbound } = current().provider;
      if (inbound.kind !== 'webhook') throw new Error('not a provider with webhooks');
      return inbound.receive(request, never);
    };
    const refusal = async (request: WebhookRequest): Promise<number> => {
      try {
        await receive(request);
      } catch (error) {
        expect((error as WebhookRejected).name).toBe('WebhookRejected');
        return (error as WebhookRejected).status;
      }
      throw new Error('the call was taken');
    };

    it('takes a good event', async () => {
      const conversation = await Conversation.open(current());
      const result = await receive(await probe().valid(conversation.chatId));
      expect(result.response.status).toBeGreaterThanOrEqual(200);
      expect(result.response.status).toBeLessThan(300);
      expect(result.events.map(({ sessionKey }) => sessionKey)).toEqual([conversation.sessionKey]);
      await conversation.stop();
    });

    it('refuses what is no event with 400', async () => {
      for (const request of Object.values(await probe().malformed())) expect(await refusal(request)).toBe(400);
    });

    it('refuses missing, wrong and stale signatures with 401', async () => {
      const conversation = await Conversation.open(current());
      const forged = await probe().forged(conversation.chatId);
      const statuses: Record<string, number> = {};
      for (const [name, request] of Object.entries(forged)) statuses[name] = await refusal(request);
      expect(statuses).toEqual(Object.fromEntries(Object.keys(forged).map((name) => [name, 401])));
      expect(Object.keys(forged).length).toBeGreaterThan(0);
      await conversation.stop();
    });

    it('refuses another path with 404 and another method with 405', async () => {
      const conversation = await Conversation.open(current());
      expect(await refusal(await probe().misdirected(conversation.chatId))).toBe(404);
      expect(await refusal({ ...(await probe().valid(conversation.chatId)), method: 'GET' })).toBe(405);
      await conversation.stop();
    });

    it('goes on after the signing key or secret changed', async () => {
      const conversation = await Conversation.open(current());
      await receive(await probe().valid(conversation.chatId));
      await probe().rotate();
      expect((await receive(await probe().valid(conversation.chatId))).events).toHaveLength(1);
      await conversation.stop();
    });

    it(`gives a redelivered event ${recognizes ? 'the same id' : 'an id of its own, since it may be a second one'}`, async () => {
      const conversation = await (await Conversation.open(current())).accept();
      probe().receiver.failNext(1);
      await current().desk.say(conversation.chatId, 'twice on the wire');
      const { tap } = conversation;
      const both = await tap.until(() => {
        const said = tap.of('agentMessage');
        return said.length >= 2 ? said : undefined;
      });
      expect(both.map(({ text }) => text)).toEqual(['twice on the wire', 'twice on the wire']);
      expect(new Set(both.map(({ eventId }) => eventId)).size).toBe(recognizes ? 1 : 2);
      await conversation.stop();
    });

    it('turns the same call into the same events each time', async () => {
      const conversation = await Conversation.open(current());
      const request = await probe().valid(conversation.chatId);
      const first = await receive(request);
      const again = await receive(request);
      const bare = ({ events }: WebhookResult) =>
        events.map((inbound) => (recognizes ? inbound : { ...inbound, event: { ...inbound.event, eventId: '', at: '' } }));
      expect(bare(again)).toEqual(bare(first));
      expect(first.events).toHaveLength(1);
      await conversation.stop();
    });

    it('lets nothing unsigned through while signed events come in', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await current().desk.say(conversation.chatId, 'hello');
      await conversation.tap.next('agentMessage');
      expect(probe().receiver.statuses.every((status) => status < 300)).toBe(true);
      await conversation.stop();
    });
  });
}
