import type { JsonObject } from '../../common/json';
import type { DeskChat } from '../../sandbox/desk';
import { wordsOf } from '../support/customerClient';
import { DeskClient } from '../support/deskClient';
import { Product } from '../support/productRig';
import { TeamsClient, type TeamsPlace } from '../support/teamsClient';
import type { Shown } from '../support/teamsConnector';

jest.setTimeout(120_000);

const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const answer = /^(This should answer it|One of these may answer it)/;

describe('a customer in Teams', () => {
  let product: Product;
  let desk: DeskClient;
  const clients: TeamsClient[] = [];

  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 12 });
    desk = await DeskClient.open(product.deskUrl);
  });

  afterAll(async () => {
    for (const client of clients) await client.close();
    await desk?.close();
    await product?.close();
  });

  async function newClient(place: TeamsPlace = {}): Promise<TeamsClient> {
    const client = await TeamsClient.open(product.botUrl, place);
    clients.push(client);
    return client;
  }

  /** Asks for a person of a team and fills in the form by `Action.Execute`; resolves with the waiting chat. */
  async function escalate(client: TeamsClient, name: string, skill = 'transfers', deskName = 'live-agent'): Promise<DeskChat> {
    await client.say('Talk to a person');
    const form = await client.next('Before I pass you on');
    const sent = await client.press(form, 'Continue', { skill, email: 'ann@example.com', phone: '', topic: 'A transfer' });
    const next = JSON.stringify(sent);
    if (next.includes('Last four digits')) await client.press(form, 'Continue', { field_cardEnding: '4711' });
    await client.next('I am passing your chat on');
    return desk.waiting(name, deskName);
  }

  async function accept(client: TeamsClient, chat: DeskChat): Promise<DeskChat> {
    await desk.act(chat, 'accept', { agentName: 'Nadia' });
    await client.next('You are now chatting with Nadia');
    return desk.until(chat, 'the chat is active', ({ state }) => state === 'active');
  }

  describe('on the whole way', () => {
    const name = 'Ann Teams';
    let client: TeamsClient;
    let chat: DeskChat;

    it('is greeted once when the app is added', async () => {
      client = await newClient({ name });
      await client.install();
      await client.next("Hello! I am the bank's virtual assistant.");
      expect(client.words()).toHaveLength(1);
    });

    it('leafs through articles, reads one and says that it helped, on the card itself', async () => {
      await client.say('My card');
      const answered = await client.until('an answer', () =>
        client.connector.shown.find(({ activity }) => answer.test(String(activity['text'] ?? ''))),
      );
      if (answered.activity['attachmentLayout'] === 'carousel') await client.press(answered, 'Read');
      else await client.press(answered, 'Read more');
      const article = await client.next('This helped');
      const body = await client.press(article, 'This helped');
      expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
      expect(wordsOf(article.activity)).toContain('You said that this helped.');
      expect(wordsOf(article.activity)).not.toContain('Not what I meant');
      // Not only in the answer: also when the chat is opened again.
      expect(article.edits).toBe(1);
      await client.next('Glad it helped');
    });

    it('corrects a form in its place, and keeps a form that was sent from being sent again', async () => {
      await client.say('Talk to a person');
      const form = await client.next('Before I pass you on');
      const count = client.connector.shown.length;
      await client.press(form, 'Continue', { skill: 'cards', email: 'nonsense', phone: '' });
      expect(wordsOf(form.activity)).toContain('This does not look like an e-mail address.');
      expect(client.connector.shown).toHaveLength(count);
      await client.press(form, 'Continue', { skill: 'cards', email: 'ann@example.com', phone: '' });
      expect(wordsOf(form.activity)).toContain('Last four digits');
      await client.press(form, 'Continue', { field_cardEnding: '4711' });
      expect(wordsOf(form.activity)).toContain('Sent.');
      expect(JSON.stringify(form.activity)).not.toContain('Action.');
      await client.next('I am passing your chat on');
      chat = await accept(client, await desk.waiting(name, '8x8'));
    });

    it('exchanges words, corrections and typing with the agent', async () => {
      await client.say('<at>Bot</at> Hello', {
        entities: [{ type: 'mention', text: '<at>Bot</at>', mentioned: { id: '28:11111111-2222-4333-8444-555555555555' } }],
      });
      await desk.heard(chat, 'Hello');
      const id = await client.say('My card ends in 4712');
      await desk.heard(chat, 'My card ends in 4712');
      await client.edit(id, 'My card ends in 4711');
      await desk.heard(chat, 'Corrected: My card ends in 4711');
      await client.takeBack(id);
      await desk.until(chat, 'the agent reads of the deletion', ({ entries }) =>
        entries.some(({ text }) => text.includes('deleted one of their messages')),
      );
      await client.typing();
      await desk.act(chat, 'typing', { isTyping: true });
      await client.until('typing is shown', () => (client.connector.typing > 0 ? true : undefined));
      await desk.act(chat, 'say', { text: 'I see it' });
      await client.next('Nadia: I see it');
    });

    it('gets files and pictures to the agent, and one from the agent at a link', async () => {
      await client.attach('my card.png', picture);
      const first = await desk.until(chat, 'the file arrives', ({ entries }) => entries.some(({ files }) => files?.length));
      const file = first.entries.flatMap(({ files }) => files ?? [])[0];
      expect(file?.name).toBe('my card.png');
      expect(await desk.openFile(file?.url ?? '')).toEqual(picture);
      await client.paste(picture);
      const both = await desk.until(
        chat,
        'the picture arrives',
        ({ entries }) => entries.flatMap(({ files }) => files ?? []).length === 2,
      );
      const pasted = both.entries.flatMap(({ files }) => files ?? [])[1];
      expect(await desk.openFile(pasted?.url ?? '')).toEqual(picture);
      await desk.sendFile(chat, 'contract.pdf', 'application/pdf', Buffer.from('%PDF-1.4 contract'));
      const shown = await client.next('contract.pdf');
      const link = JSON.stringify(shown.activity).match(/http:[^"]+\/files\/[^"]+/)?.[0] ?? '';
      expect(await (await fetch(link)).text()).toBe('%PDF-1.4 contract');
    });

    it('saves the agent’s file to their OneDrive, or does not', async () => {
      const shown = await client.until('the file', () =>
        client.connector.shown.find(({ activity }) => wordsOf(activity).includes('contract.pdf')),
      );
      const consents = () => client.connector.shown.filter(({ activity }) => JSON.stringify(activity).includes('file.consent'));
      await client.press(shown, 'Save to my OneDrive');
      const [declined] = consents();
      await client.consent(declined as Shown, 'decline');
      expect(consents()).toEqual([]);
      await client.press(shown, 'Save to my OneDrive');
      const path = await client.consent(consents()[0] as Shown, 'accept');
      expect(client.connector.stored(path)?.toString()).toBe('%PDF-1.4 contract');
      expect(consents()).toEqual([]);
      expect(JSON.stringify(client.connector.shown.at(-1)?.activity)).toContain('file.info');
      await client.say('Saved it');
      const heard = await desk.heard(chat, 'Saved it').then(() => desk.find('the chat', ({ id }) => id === chat.id));
      expect(heard.entries.map(({ text }) => text).join()).not.toContain('OneDrive');
    });

    it('is passed on, given back and asked for a rating that stays on its card', async () => {
      await desk.act(chat, 'transfer', { queueId: '110' });
      await client.next('Your chat is being passed on');
      const again = await desk.until(chat, 'the chat waits again', ({ state }) => state === 'waiting');
      await desk.act(again, 'accept', { agentName: 'Oskar' });
      await client.next('You are now chatting with Oskar');
      await desk.act(chat, 'end');
      await client.next('The agent has ended the chat');
      const rating = await client.next('How was your chat?');
      await client.press(rating, 'Send rating', { score: '5', comment: '' });
      expect(wordsOf(rating.activity)).toContain('Your rating: 5 – very good');
      expect(JSON.stringify(rating.activity)).not.toContain('Action.');
      await client.next('Thank you for your rating');
    });

    it('was sent nothing Teams refuses', () => {
      expect(client.connector.violations).toEqual([]);
      expect(client.connector.calls.filter((call) => call.endsWith('event'))).toEqual([]);
    });
  });

  it('sees one line with the place in the queue that changes, also after a restart of the bot', async () => {
    const others = await Promise.all(['Queue One', 'Queue Two'].map((name) => newClient({ name })));
    const waiting: DeskChat[] = [];
    for (const [index, other] of others.entries()) waiting.push(await escalate(other, index === 0 ? 'Queue One' : 'Queue Two'));
    const client = await newClient({ name: 'Queue Three' });
    await escalate(client, 'Queue Three');
    const place = () => client.connector.shown.filter(({ activity }) => /in the queue/.test(String(activity['text'])));
    await client.next('in the queue');
    const [line] = place();
    const words = () => String(place()[0]?.activity['text']);
    const before = words();
    await desk.act(waiting[0] as DeskChat, 'accept', { agentName: 'Nadia' });
    await client.until('the line changes', () => (words() !== before ? true : undefined));
    const between = words();
    await product.kill();
    await product.start();
    await desk.act(waiting[1] as DeskChat, 'accept', { agentName: 'Nadia' });
    await client.until('the line changes again', () => (words() !== between ? true : undefined));
    expect(place()).toEqual([line]);
    for (const { connector } of [...others, client]) expect(connector.violations).toEqual([]);
  });

  it('leaves the agent by removing the app', async () => {
    const client = await newClient({ name: 'Gone Teams' });
    const chat = await accept(client, await escalate(client, 'Gone Teams'));
    await client.uninstall();
    await desk.until(chat, 'the chat has ended', ({ state }) => state === 'ended');
    client.connector.left.clear();
    await client.install();
    await client.next("Hello! I am the bank's virtual assistant.");
  });

  it('of an older version sends forms as messages, and their cards change all the same', async () => {
    const client = await newClient({ name: 'Old Teams' });
    await client.say('Talk to a person');
    const form = await client.next('Before I pass you on');
    await client.pressOld(form, 'Cancel');
    await client.next('All right, we go on together');
    await client.until('the form is retired', () => (wordsOf(form.activity).includes('Canceled.') ? true : undefined));
    expect(client.connector.violations).toEqual([]);
  });

  it('who corrects the last question gets another answer, and none for a correction further up', async () => {
    const client = await newClient();
    const first = await client.say('qwertz uiop');
    await client.next('I have found nothing about that');
    await client.edit(first, 'How do I cancel a transfer?');
    const found = await client.until('an answer', () =>
      client.connector.shown.find(({ activity }) => answer.test(String(activity['text'] ?? ''))),
    );
    expect(found).toBeDefined();
    await client.say('Where is my card?');
    const count = client.connector.shown.length;
    await client.edit(first, 'Why was I charged a fee?');
    expect(client.connector.shown).toHaveLength(count);
  });

  it('finds a form that was overtaken by words or by an agent closed when the chat is opened again', async () => {
    const client = await newClient({ name: 'Ada Later' });
    const closed = 'This can no longer be used.';
    await client.say('Talk to a person');
    const canceled = await client.next('Before I pass you on');
    await client.open(canceled);
    expect(wordsOf(canceled.activity)).not.toContain(closed);
    expect(canceled.edits).toBe(0);
    await client.say('cancel');
    await client.next('All right, we go on together');
    await client.open(canceled);
    expect(wordsOf(canceled.activity)).toContain(closed);
    expect(JSON.stringify(canceled.activity)).not.toContain('Action.');
    // Not only in the answer: nobody asks about it again.
    expect(canceled.edits).toBe(1);
    expect(await client.open(canceled)).toBeUndefined();

    await client.say('Leave a message');
    const message = await client.next('Your message');
    const chat = await escalate(client, 'Ada Later');
    await accept(client, chat);
    const count = client.connector.shown.length;
    await client.open(message);
    expect(wordsOf(message.activity)).toContain(closed);
    await client.say('Still here');
    await desk.heard(chat, 'Still here');
    expect(client.connector.shown).toHaveLength(count);

    await desk.act(chat, 'end');
    const rating = await client.next('How was your chat');
    await client.open(rating);
    expect(wordsOf(rating.activity)).not.toContain(closed);
    await client.say('5');
    await client.next('Thank you');
    await client.open(rating);
    expect(wordsOf(rating.activity)).toContain(closed);
    expect(client.connector.violations).toEqual([]);
  });

  it.each(['channel', 'groupChat'] as const)('gets answers in a %s, and a person in a chat of their own', async (type) => {
    const client = await newClient({ type });
    await client.install();
    await client.next('Mention me with a question');
    await client.mention('How do I cancel a transfer?');
    const found = await client.until('an answer', () =>
      client.connector.shown.find(({ activity }) => answer.test(String(activity['text'] ?? ''))),
    );
    expect(found.conversationId).toBe(client.conversationId);
    await client.mention('Talk to a person');
    const invitation = await client.next('Write to me in a chat of your own');
    expect(JSON.stringify(invitation.activity)).toContain('https://teams.microsoft.com/l/chat/0/0?users=28%3A11111111');
    await client.mention('leave a message');
    await client.next('Write to me in a chat of your own');
    expect(client.words().join('\n')).not.toContain('E-mail address');
    expect(client.connector.violations).toEqual([]);
  });

  it('is answered for everything else a client can ask', async () => {
    const client = await newClient();
    const status = async (name: string, value: JsonObject = {}) => (await client.post({ type: 'invoke', name, value })).status;
    expect(await status('composeExtension/query')).toBe(501);
    expect(await status('signin/verifyState', { state: '1' })).toBe(501);
    expect(await status('adaptiveCard/action', { action: { type: 'Action.Execute', verb: 'explode', data: {} } })).toBe(400);
    expect(await client.invoke('task/fetch', {})).toMatchObject({ task: { type: 'message' } });
    for (const type of ['messageReaction', 'messageUpdate', 'messageDelete', 'installationUpdate', 'event', 'invoke'])
      expect((await client.post({ type })).status).toBeLessThan(502);
    expect(client.connector.shown).toEqual([]);
    expect(await status('fileConsent/invoke', { type: 'fileUpload', action: 'accept', context: { file: 'forged' } })).toBe(200);
    await client.next('This file is no longer available.');
  });
});
