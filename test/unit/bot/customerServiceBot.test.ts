import { type Activity, MemoryStorage, type StoreItems } from 'botbuilder';
import { Conversation, card, quickReplies, shown, texts } from '../dialogs/conversationKit';

const greeting = "Hello! I am the bank's virtual assistant.";
const botJoins: Partial<Activity> = { type: 'conversationUpdate', membersAdded: [{ id: 'bot', name: 'Bot' }] };
const join: Partial<Activity> = { type: 'event', name: 'webchat/join', value: { sourcePageUrl: 'https://bank.example/cards' } };

/** Counts writes and can break. */
class WatchedStorage extends MemoryStorage {
  written: string[][] = [];
  isBroken = false;
  override async read(keys: string[]): Promise<StoreItems> {
    if (this.isBroken) throw new Error('the store is down');
    return super.read(keys);
  }
  override async write(changes: StoreItems): Promise<void> {
    this.written.push(Object.keys(changes));
    return super.write(changes);
  }
}

describe('the greeting', () => {
  it('comes once, when the bot joins', async () => {
    const conversation = new Conversation();
    const replies = await conversation.send(botJoins);
    expect(replies).toHaveLength(1);
    expect(card(replies).json).toContain(greeting);
    expect(await conversation.send(botJoins)).toEqual([]);
    expect(await conversation.send(join)).toEqual([]);
    expect(texts(await conversation.say('qwertz'))).toHaveLength(1);
  });

  it('does not come for others who join or leave', async () => {
    const conversation = new Conversation();
    expect(await conversation.send({ type: 'conversationUpdate', membersAdded: [{ id: 'user', name: 'Ann' }] })).toEqual([]);
    expect(await conversation.send({ type: 'conversationUpdate', membersRemoved: [{ id: 'bot', name: 'Bot' }] })).toEqual([]);
  });

  it('comes with the first message when the channel announced nobody', async () => {
    const conversation = new Conversation();
    const replies = await conversation.say('qwertz');
    expect(texts(replies)).toEqual([greeting, expect.stringMatching(/found nothing/)]);
    expect(texts(await conversation.say('qwertz'))).toHaveLength(1);
  });

  it('answers a hello as the first message with one card', async () => {
    const conversation = new Conversation();
    const replies = await conversation.say('Hello!');
    expect(replies).toHaveLength(1);
    expect(card(replies).json).toContain(greeting);
  });

  it('is one also when the page and the channel announce the chat at the same time', async () => {
    const conversation = new Conversation();
    const replies = await Promise.all([conversation.send(botJoins), conversation.send(join), conversation.send(botJoins)]);
    expect(replies.flat()).toHaveLength(1);
  });

  it.each([undefined, { sourcePageUrl: 'javascript:alert(1)' }, { sourcePageUrl: 7 }, 'x'])(
    'takes no page address from %j',
    async (value) => {
      const conversation = new Conversation();
      await conversation.send({ ...join, value });
      await conversation.say('where is my card');
      expect(conversation.calls('openChat')[0]?.[0]).not.toHaveProperty('sourcePageUrl');
    },
  );

  it('remembers the page the chat began on', async () => {
    const conversation = new Conversation();
    await conversation.send(join);
    await conversation.say('where is my card');
    expect(conversation.calls('openChat')[0]?.[0]).toMatchObject({ sourcePageUrl: 'https://bank.example/cards' });
  });
});

describe('other activities', () => {
  it.each([
    'typing',
    'messageReaction',
    'installationUpdate',
    'messageUpdate',
    'messageDelete',
    'contactRelationUpdate',
    'trace',
    'handoff',
    'somethingNew',
  ])('%s is ignored', async (type) => {
    const conversation = new Conversation();
    expect(await conversation.send({ type })).toEqual([]);
    expect(conversation.logged).toEqual([]);
  });

  it.each([{}, { name: 'tokens/response' }, { name: 'ContinueConversation' }])('the event %j is ignored', async (event) => {
    const conversation = new Conversation();
    expect(await conversation.send({ type: 'event', ...event })).toEqual([]);
  });

  it('the end of the conversation closes the record and answers nothing', async () => {
    const conversation = new Conversation();
    await conversation.say('where is my card');
    expect(await conversation.send({ type: 'endOfConversation' })).toEqual([]);
    expect(conversation.calls('closeChat')[0]?.[1]).toMatchObject({ endReason: 'visitorDisconnected' });
  });
});

describe('invokes', () => {
  const status = (replies: Partial<Activity>[]) => replies.find((reply) => reply.type === 'invokeResponse')?.value.status;

  it('a card action does what the button does', async () => {
    const conversation = new Conversation();
    await conversation.send(botJoins);
    await conversation.say('where is my card');
    const value = { action: { type: 'Action.Execute', verb: 'readArticle', data: { articleId: 'id-1' } } };
    const replies = await conversation.send({ type: 'invoke', name: 'adaptiveCard/action', value });
    expect(status(replies)).toBe(200);
    expect(shown(replies)).toContain('All about Card arrival.');
  });

  it.each([
    ['adaptiveCard/action', { action: { verb: 'explode' } }, 400],
    ['adaptiveCard/action', undefined, 400],
    ['adaptiveCard/action', { action: 7 }, 400],
    ['composeExtension/query', {}, 501],
    [undefined, undefined, 501],
  ])('%s with %j is answered %i', async (name, value, expected) => {
    const conversation = new Conversation();
    const replies = await conversation.send({ type: 'invoke', value, ...(name !== undefined && { name }) });
    expect(status(replies)).toBe(expected);
    expect(shown(replies)).toBe('[]');
  });

  it('a card action that fails is answered 500', async () => {
    const conversation = new Conversation({}, Object.assign(new WatchedStorage(), { isBroken: true }));
    const replies = await conversation.send({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { verb: 'helped' } },
    });
    expect(status(replies)).toBe(500);
  });
});

describe('a turn that fails', () => {
  it('is told plainly, a person offered, and no text of the customer logged', async () => {
    const storage = new WatchedStorage();
    const conversation = new Conversation({}, storage);
    storage.isBroken = true;
    const replies = await conversation.say('my secret question');
    expect(texts(replies)).toEqual([expect.stringMatching(/something went wrong/)]);
    expect(quickReplies(replies[0])).toEqual(['Talk to a person']);
    expect(JSON.stringify(conversation.logged)).not.toContain('secret');
    storage.isBroken = false;
    expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
  });

  it('keeps what was known before, and drops a dialog that could fail for ever', async () => {
    const conversation = new Conversation();
    await conversation.say('where is my card');
    await conversation.say('agent');
    conversation.refuse = (activity) => activity.attachments !== undefined;
    expect(texts(await conversation.press('submitPreChat', {}))[0]).toMatch(/something went wrong/);
    conversation.refuse = () => false;
    expect(texts(await conversation.press('submitPreChat', {}))[0]).toMatch(/no longer open/);
    await conversation.press('readArticle', { articleId: 'id-1', kbRecordId: 'kb-a1-id-1' });
    expect(conversation.calls('articleRead')).toEqual([['kb-a1-id-1']]);
  });

  it('rejects when not even that can be told', async () => {
    const conversation = new Conversation();
    conversation.refuse = () => true;
    await expect(conversation.say('where is my card')).rejects.toThrow('the channel refused');
    conversation.refuse = () => false;
    expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
  });
});

describe('state', () => {
  it('is written once a turn, and not when nothing changed', async () => {
    const storage = new WatchedStorage();
    const conversation = new Conversation({}, storage);
    await conversation.say('where is my card');
    expect(storage.written).toEqual([['webchat/conversations/c1/']]);
    await conversation.say('help');
    await conversation.send({ type: 'typing' });
    expect(storage.written).toHaveLength(1);
  });

  it('stays small over a long conversation', async () => {
    const storage = new MemoryStorage();
    const conversation = new Conversation({}, storage);
    for (let index = 0; index < 30; index += 1) await conversation.say('what about money');
    const stored = await storage.read(['webchat/conversations/c1/']);
    expect(JSON.stringify(stored).length).toBeLessThan(4_000);
  });

  it('of another version is put up with', async () => {
    const storage = new MemoryStorage();
    const dialogs = { dialogStack: [{ id: 'goneWithTheLastVersion', state: {} }] };
    await storage.write({ 'webchat/conversations/c1/': { conversation: { isWelcomed: true, dialogs }, eTag: '*' } });
    const conversation = new Conversation({}, storage);
    expect(texts(await conversation.say('where is my card'))[0]).toMatch(/something went wrong/);
    expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
  });

  it('of two conversations is apart, what is known of the customer is not', async () => {
    const storage = new MemoryStorage();
    const first = new Conversation({}, storage);
    await first.say('agent');
    await first.press('submitPreChat', { name: 'Ann', email: 'ann@example.com', topic: 'x' });
    const second = new Conversation({ conversation: { id: 'c2', isGroup: false, name: '', conversationType: '' } }, storage);
    expect(card(await second.say('agent')).inputs.map((input) => input.id)).toEqual(['topic']);
  });

  it('of turns that come at the same time is not mixed up', async () => {
    const conversation = new Conversation();
    await Promise.all([conversation.say('qwertz'), conversation.say('asdf'), conversation.say('yxcv')]);
    expect(texts(await conversation.say('qwertz'))[0]).toMatch(/Would you like to talk to a person/);
  });
});

it('a mention of the bot in Teams is not part of the question, and the HTML copy no file', async () => {
  const conversation = new Conversation({ channelId: 'msteams' });
  const replies = await conversation.say('<at>Bot</at> where is my card', {
    entities: [{ type: 'mention', text: '<at>Bot</at>', mentioned: { id: 'bot', name: 'Bot' } }],
    attachments: [{ contentType: 'text/html', content: '<p>where is my card</p>' }],
  });
  expect(shown(replies)).toContain('Card arrival');
});
