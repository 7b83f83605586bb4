import type { JsonObject } from '../../../common/json';
import type { HandoffEvent } from '../../../handoff/events';
import type { ListenInbound } from '../../../handoff/provider';
import { Conversation } from './conversation';
import type { Current } from './providerSuite';
import { until } from './waiting';

export function describeListening(current: Current): void {
  describe('listening', () => {
    const inbound = (): ListenInbound<JsonObject> => {
      const found = current().provider.inbound;
      if (found.kind !== 'listen') throw new Error('not a provider that listens');
      return found;
    };
    const deskShows = (condition: () => boolean) =>
      until(
        () => (condition() ? true : undefined),
        (listener) => current().desk.onChange(listener),
      );

    /** Listens as far as the first event of the kind; that batch is not acknowledged. */
    const listenTo = async (conversation: Conversation, kind: HandoffEvent['kind'], stopping: AbortController) => {
      for await (const batch of inbound().listen(conversation.session, { moved: false }, stopping.signal)) {
        if (batch.events.some((event) => event.kind === kind)) return batch;
        conversation.merge(batch.session);
      }
      throw new Error(`listening finished without ${kind}`);
    };

    it('brings a batch again, with the same ids, when nobody said that it was written down', async () => {
      const conversation = await Conversation.open(current(), undefined, false);
      await deskShows(() => conversation.chat().state === 'waiting');
      await current().desk.accept(conversation.chatId, 'Grace');
      await current().desk.say(conversation.chatId, 'twice on the wire');
      const died = new AbortController();
      const first = await listenTo(conversation, 'agentMessage', died);
      died.abort();
      const again = await listenTo(conversation, 'agentMessage', new AbortController());
      const said = (events: HandoffEvent[]) => events.filter(({ kind }) => kind === 'agentMessage');
      expect(said(again.events)).toEqual(said(first.events));
      await conversation.close();
    });

    it('does not bring a batch again after the next was asked for', async () => {
      const conversation = await Conversation.open(current(), undefined, false);
      await deskShows(() => conversation.chat().state === 'waiting');
      await current().desk.accept(conversation.chatId, 'Grace');
      await current().desk.say(conversation.chatId, 'first');
      const first = await listenTo(conversation, 'agentMessage', new AbortController());
      conversation.merge(first.session);
      await current().desk.say(conversation.chatId, 'second');
      const second = await listenTo(conversation, 'agentMessage', new AbortController());
      const texts = second.events.map((event) => (event.kind === 'agentMessage' ? event.text : ''));
      expect(texts).toContain('second');
      expect(texts).not.toContain('first');
      await conversation.close();
    });

    it('finishes when the session ends', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await current().desk.end(conversation.chatId);
      await conversation.tap.next('ended');
      await conversation.stop();
      expect(conversation.listenErrors).toEqual([]);
    });

    it('finishes, without an error, when it is told to stop', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await conversation.stop();
      expect(conversation.listenErrors).toEqual([]);
    });

    it('listens on after an interruption with nothing lost or doubled', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await current().desk.say(conversation.chatId, 'before');
      await conversation.tap.next('agentMessage');
      await conversation.stop();
      await current().desk.say(conversation.chatId, 'meanwhile');
      const batch = await listenTo(conversation, 'agentMessage', new AbortController());
      expect(batch.events.filter(({ kind }) => kind === 'agentMessage')).toMatchObject([{ text: 'meanwhile' }]);
      await conversation.close();
    });
  });
}
