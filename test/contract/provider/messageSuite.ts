import { Conversation, customerMessage } from './conversation';
import type { ProviderShape } from './harness';
import type { Current } from './providerSuite';

const TEXTS: Record<string, string> = {
  'plain words': 'Hello, how are you?',
  emoji: 'Thanks 👍🏽 👩‍👩‍👧‍👦 🇨🇿',
  'line breaks and tabs': 'one\ntwo\n\n\tfour',
  markup: '<b>bold</b> & <script>alert("x")</script> &amp; &lt;not a tag&gt; **stars** `ticks`',
  'right-to-left text': 'שלום, מה שלומך? مرحبا ١٢٣',
  'quotes and backslashes': `"double" 'single' \\n \\u0041 %20 {json: "no"}`,
  'characters outside the basic plane and combining ones': '𝒳𝒴 é ñ Å ﬁ',
};

export function describeMessages(current: Current, { capabilities }: ProviderShape): void {
  const longest = Math.min(capabilities.maxTextLength ?? 10_000, 10_000);
  const cases = {
    ...TEXTS,
    [`${longest} characters`]: 'ab cdé✓ '
      .repeat(2_000)
      .slice(0, longest - 1)
      .concat('.'),
  };

  describe('messages', () => {
    it.each(Object.entries(cases))('carries %s to the agent unchanged', async (_, text) => {
      const conversation = await (await Conversation.open(current())).accept();
      await conversation.send(text);
      const chat = await conversation.shows(({ entries }) => entries.some((entry) => entry.text === text));
      expect(chat.entries.filter((entry) => entry.text === text)).toMatchObject([{ from: 'customer', text }]);
      await conversation.stop();
    });

    it.each(Object.entries(cases))('carries %s to the customer unchanged', async (_, text) => {
      const conversation = await (await Conversation.open(current())).accept();
      await current().desk.say(conversation.chatId, text);
      expect(await conversation.tap.next('agentMessage')).toMatchObject({ text, attachments: [], cards: [] });
      await conversation.stop();
    });

    it('keeps the order of what the customer writes', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      const texts = Array.from({ length: 12 }, (_, index) => `line ${index}`);
      for (const text of texts) await conversation.send(text);
      const chat = await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'line 11'));
      expect(chat.entries.map(({ text }) => text).filter((text) => texts.includes(text))).toEqual(texts);
      await conversation.stop();
    });

    it('keeps the order of what the agent writes, one event a message, each with an id of its own', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      const texts = Array.from({ length: 12 }, (_, index) => `line ${index}`);
      for (const text of texts) await current().desk.say(conversation.chatId, text);
      await conversation.tap.next('agentMessage', ({ text }) => text === 'line 11');
      const said = once(conversation.tap.of('agentMessage'));
      expect(said.map(({ text }) => text)).toEqual(texts);
      expect(new Set(said.map(({ eventId }) => eventId)).size).toBe(texts.length);
      await conversation.stop();
    });

    it('reports two equal messages of the agent as two', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await current().desk.say(conversation.chatId, 'ok');
      await current().desk.say(conversation.chatId, 'ok');
      await conversation.tap.until(() => (once(conversation.tap.of('agentMessage')).length === 2 ? true : undefined));
      await conversation.stop();
    });

    it('does not take the customer’s own message for the agent’s', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await conversation.send('my own words');
      await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'my own words'));
      await current().desk.say(conversation.chatId, 'the agent’s words');
      await conversation.tap.next('agentMessage', ({ text }) => text === 'the agent’s words');
      expect(once(conversation.tap.of('agentMessage')).map(({ text }) => text)).toEqual(['the agent’s words']);
      await conversation.stop();
    });

    it('ignores what it does not know and goes on', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      const before = once(conversation.tap.all).length;
      await current().sendUnknownEvent(conversation.chatId);
      await current().desk.say(conversation.chatId, 'still here');
      await conversation.tap.next('agentMessage', ({ text }) => text === 'still here');
      expect(once(conversation.tap.all).slice(before)).toMatchObject([{ kind: 'agentMessage' }]);
      await conversation.stop();
    });

    it('gives every event an id and an ISO time', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await current().desk.say(conversation.chatId, 'hello');
      await conversation.tap.next('agentMessage');
      for (const event of conversation.tap.all) {
        expect(event.eventId).toMatch(/./);
        expect(new Date(event.at).toISOString()).toBe(event.at);
      }
      await conversation.stop();
    });

    if (capabilities.maxTextLength === undefined) {
      it('names no limit and takes a text of 20,000 characters', async () => {
        const conversation = await (await Conversation.open(current())).accept();
        const { text } = await conversation.send(customerMessage({ text: 'x'.repeat(20_000) }));
        await conversation.shows(({ entries }) => entries.some((entry) => entry.text === text));
        await conversation.stop();
      });
    }
  });
}

/** Without redeliveries, as the relay sees them. */
export function once<E extends { eventId: string }>(events: E[]): E[] {
  const seen = new Set<string>();
  return events.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId));
}
