import type { Activity, ConversationReference, TurnContext } from 'botbuilder';
import { LentConversations } from '../../../../bot/parent/lentConversations';
import { type SkillClient, SkillFailure } from '../../../../bot/parent/skillClient';
import { SkillConversations } from '../../../../bot/parent/skillConversations';
import { createTexts } from '../../../../bot/texts';
import { silentLog } from '../../../../common/log';
import { CommandWords } from '../../../../dialogs/words';
import { openSqliteStore } from '../../../../store/sqlite';
import type { Store } from '../../../../store/store';
import { FakeClock } from '../../../support/fakeClock';
import { Conversation, card, initiation, quickReplies, shown, texts } from '../../dialogs/conversationKit';

/** A conversation of a bot that has a skill; what the skill does stands in the test. */
class ParentConversation extends Conversation {
  readonly sent: { activity: Partial<Activity>; id: string }[] = [];
  /** What the skill sends back at once, or how it fails. */
  skill: (activity: Partial<Activity>) => Partial<Activity>[] = () => [];
  readonly conversations: SkillConversations;
  readonly lent: LentConversations;

  constructor(store: Store, words: string[] = [], role = 'bot') {
    super({ recipient: { id: 'bot', name: '', role } as Activity['recipient'] });
    const clock = new FakeClock();
    const spoken = new CommandWords(createTexts());
    this.conversations = new SkillConversations(store.documents, clock);
    const client: Pick<SkillClient, 'send'> = {
      send: async (activity, id) => {
        this.sent.push({ activity: structuredClone(activity), id });
        return this.skill(activity);
      },
    };
    this.lent = new LentConversations({
      conversations: this.conversations,
      client: client as SkillClient,
      transcript: {
        read: async () => [
          { at: '2026-01-01T00:00:00.000Z', from: 'bot', text: 'hello', articles: [{ number: 'KA-1', title: 'Fees' }] },
        ],
      },
      name: 'experts',
      words,
      meansLeave: (said, language) => spoken.meansLeave(said, language),
      runTurn: (reference, logic) => this.ownTurn(reference, logic),
      runBot: (context) => this.bot.run(context),
      clock,
      log: silentLog,
    });
    this.around = this.lent;
  }

  get id(): string {
    return this.sent.at(-1)?.id ?? '';
  }

  /** Activities that the customer saw in turns of the bot's own. */
  readonly later: Partial<Activity>[] = [];

  private async ownTurn(
    _reference: Partial<ConversationReference>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    this.inTurn = logic;
    this.later.push(...(await this.send({ type: 'event', name: 'ContinueConversation' })));
  }

  private inTurn: ((context: TurnContext) => Promise<void>) | undefined;

  /** Runs what a turn of the bot's own wants to do instead of the bot. */
  takeTurn(context: TurnContext): Promise<void> | undefined {
    const logic = this.inTurn;
    this.inTurn = undefined;
    return logic?.(context);
  }

  async end(value: object, code = 'completedSuccessfully'): Promise<Partial<Activity>[]> {
    await this.conversations.noteEnd(this.id, value, code);
    await this.lent.bringBack(this.id);
    return this.later.splice(0);
  }
}

const refused = new SkillFailure('refused', 'no', true);
const fail = () => {
  throw refused;
};

describe('a bot with a skill that finds people', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openSqliteStore({ file: ':memory:', log: silentLog });
  });
  afterAll(() => store.close());

  const begin = (words?: string[], role?: string): ParentConversation => {
    const conversation = new ParentConversation(store, words, role);
    // The kit's adapter gives every turn to the bot; a turn of our own does what it was made for.
    const run = conversation.bot.run.bind(conversation.bot);
    conversation.bot.run = (context) => conversation.takeTurn(context) ?? run(context);
    return conversation;
  };
  const lend = async (conversation = begin()): Promise<ParentConversation> => {
    await conversation.say('where is my card');
    await conversation.say('talk to a person');
    return conversation;
  };

  it('lends it the conversation with everything that is known', async () => {
    const conversation = await lend();
    expect(conversation.sent).toHaveLength(1);
    expect(conversation.sent[0]?.activity).toMatchObject({
      type: 'event',
      name: 'escalate',
      value: {
        topic: 'where is my card',
        language: 'en',
        customer: { isAuthenticated: false },
        transcript: [{ from: 'bot', text: 'hello\nKA-1 Fees' }],
        chatActivityId: 'chat-1',
      },
    });
    expect(conversation.sent[0]?.activity).not.toHaveProperty('text');
  });

  it('gives it all that the customer says and presses, also after a restart, and stays silent', async () => {
    const conversation = await lend();
    conversation.restart();
    expect(await conversation.say('cancel')).toEqual([]);
    expect(await conversation.press('submitPreChat', { name: 'Ann' })).toEqual([]);
    expect(await conversation.send({ type: 'event', name: 'handoff.leave' })).toEqual([]);
    expect(await conversation.status({ state: 'completed', endedBy: 'agent' })).toEqual([]);
    const got = conversation.sent.slice(1).map(({ activity: { type, text, value, name } }) => [type, text ?? value ?? name]);
    expect(got).toEqual([
      ['message', 'cancel'],
      ['message', { verb: 'submitPreChat', name: 'Ann' }],
      ['event', 'handoff.leave'],
    ]);
    expect(new Set(conversation.sent.map(({ id }) => id)).size).toBe(1);
  });

  it('gives it what the customer changes or takes back, and answers neither', async () => {
    const conversation = await lend();
    const edited = { type: 'messageUpdate', text: 'where is my new card', channelData: { eventType: 'editMessage' } };
    expect(await conversation.send(edited)).toEqual([]);
    expect(await conversation.send({ type: 'messageDelete', channelData: { eventType: 'softDeleteMessage' } })).toEqual([]);
    expect(conversation.sent.slice(1).map(({ activity }) => [activity.type, activity.channelData?.eventType])).toEqual([
      ['messageUpdate', 'editMessage'],
      ['messageDelete', 'softDeleteMessage'],
    ]);
    await conversation.end({ outcome: 'agentEnded', wasConnected: true });
    const count = conversation.sent.length;
    await conversation.send(edited);
    expect(conversation.sent).toHaveLength(count);
  });

  it('ends it when the customer removes the app', async () => {
    const conversation = await lend();
    expect(await conversation.send({ type: 'installationUpdate', action: 'remove' })).toEqual([]);
    expect(conversation.sent.at(-1)?.activity.type).toBe('endOfConversation');
    expect(await conversation.conversations.find(conversation.id)).toBeUndefined();
    const count = conversation.sent.length;
    await conversation.say('where is my card');
    expect(conversation.sent).toHaveLength(count);
  });

  it('follows the customer to another service URL of the channel', async () => {
    const conversation = await lend();
    await conversation.send({ type: 'message', text: 'hello', serviceUrl: 'https://moved.example/' });
    expect((await conversation.conversations.find(conversation.id))?.reference.serviceUrl).toBe('https://moved.example/');
    await conversation.conversations.noteEnd(conversation.id, { outcome: 'agentEnded' }, '');
    await conversation.conversations.follow(conversation.id, 'https://moved.example/2');
    expect((await conversation.conversations.find(conversation.id))?.ended?.value).toEqual({ outcome: 'agentEnded' });
  });

  it.each([
    [{ outcome: 'agentEnded', wasConnected: true }, /How was your chat/],
    [{ outcome: 'customerLeft', wasConnected: true }, /How was your chat/],
    [{ outcome: 'systemEnded', wasConnected: false }, /Leave a message/],
    [{ outcome: 'nobodyAvailable', reason: 'closed' }, /Leave a message/],
    [{ outcome: 'failed', reason: 'error' }, /Leave a message/],
    [{ outcome: 'canceled' }, /What would you like to know/],
    [{ someone: 'else' }, /What would you like to know/],
  ])('comes back after %j with the next step, once', async (value, words) => {
    const conversation = await lend();
    expect(shown(await conversation.end(value))).toMatch(words);
    await conversation.lent.bringBack(conversation.id);
    expect(conversation.later).toEqual([]);
    expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
    expect(conversation.sent).toHaveLength(1);
  });

  it('comes back when a skill of others fails by its code', async () => {
    const conversation = await lend();
    expect(shown(await conversation.end({}, 'botTimedOut'))).toContain('Leave a message');
  });

  it('comes back with the next message when the end was noted and nothing more', async () => {
    const conversation = await lend();
    await conversation.conversations.noteEnd(conversation.id, { outcome: 'agentEnded' }, '');
    const replies = await conversation.say('where is my card');
    expect(shown(replies)).toMatch(/How was your chat[\s\S]*Card arrival/);
  });

  it('comes back when the skill’s conversation is forgotten', async () => {
    const conversation = await lend();
    await conversation.conversations.remove(conversation.id);
    expect(shown(await conversation.say('where is my card'))).toMatch(/Leave a message[\s\S]*Card arrival/);
  });

  it('shows what the skill sends back at once, its end included', async () => {
    const conversation = begin();
    conversation.skill = () => [
      { type: 'message', text: 'nobody there', id: 'x', replyToId: 'y' },
      { type: 'event', name: 'handoff.status' },
      { type: 'endOfConversation', value: { outcome: 'nobodyAvailable' } },
    ];
    const replies = await conversation.say('talk to a person');
    expect(texts(replies)).toContain('nobody there');
    expect(shown(replies)).toContain('Leave a message');
  });

  it('gives an invoke to the skill with the wish for replies, and its answer to the channel', async () => {
    const conversation = await lend();
    conversation.skill = () => [{ type: 'invokeResponse', value: { status: 200, body: {} } }];
    const replies = await conversation.send({ type: 'invoke', name: 'adaptiveCard/action', value: { action: { verb: 'x' } } });
    expect(replies).toMatchObject([{ type: 'invokeResponse', value: { status: 200 } }]);
    expect(conversation.sent.at(-1)?.activity).toMatchObject({ type: 'invoke', deliveryMode: 'expectReplies' });
  });

  it('tells that the skill cannot be reached, and offers what is left', async () => {
    const conversation = begin();
    conversation.skill = fail;
    expect(card(await conversation.say('talk to a person')).json).toMatch(/could not connect you[\s\S]*Leave a message/);
    expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
    expect(await conversation.conversations.find(conversation.id)).toBeUndefined();
  });

  it('tells what did not get there, and lets nobody be kept', async () => {
    const conversation = await lend();
    conversation.skill = fail;
    const replies = await conversation.say('my card is gone');
    expect(texts(replies)).toEqual([expect.stringMatching(/did not reach the agent:[\s\S]*"my card is gone"/)]);
    const [leave = ''] = quickReplies(replies[0]);
    expect(shown(await conversation.say(leave))).toContain('What would you like to know');
    expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
  });

  it('tells the skill that the conversation is over on the channel, and forgets it when it cannot', async () => {
    const conversation = await lend();
    conversation.skill = fail;
    expect(await conversation.send({ type: 'endOfConversation' })).toEqual([]);
    expect(conversation.sent.at(-1)?.activity.type).toBe('endOfConversation');
    expect(await conversation.conversations.find(conversation.id)).toBeUndefined();
  });

  it('believes nobody else that the skill has ended', async () => {
    const conversation = await lend();
    expect(await conversation.send({ type: 'event', name: 'switchboard/skillEnded' })).toEqual([]);
    expect(await conversation.conversations.find(conversation.id)).toBeDefined();
  });

  it('keeps wishes for a person when words of its own lead to the skill', async () => {
    const conversation = begin(['Mortgage expert']);
    await conversation.say('talk to a person');
    expect(
      initiation(await conversation.press('submitPreChat', { name: 'Ann', email: 'ann@example.com', topic: 'x' })),
    ).toBeDefined();
    expect(conversation.sent).toEqual([]);
    const other = begin(['Mortgage expert']);
    await other.say('mortgage expert!');
    expect(other.sent).toHaveLength(1);
  });

  it('does not lend on what another bot has lent to it', async () => {
    const conversation = begin([], 'skill');
    await conversation.say('talk to a person');
    expect(conversation.sent).toEqual([]);
  });
});
