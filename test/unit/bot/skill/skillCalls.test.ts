import Ajv from 'ajv';
import { type Activity, EndOfConversationCodes, type TurnContext } from 'botbuilder';
import type { Job, TurnKeeper } from '../../../../bot/aroundTurns';
import { SkillCalls } from '../../../../bot/skill/skillCalls';
import { skillManifest } from '../../../../bot/skill/skillManifest';
import { setSkillPlace } from '../../../../bot/skill/skillTurn';
import type { JsonObject } from '../../../../common/json';
import { silentLog } from '../../../../common/log';
import { ownStatus } from '../../../../dialogs/handoffContext';
import { Conversation, cardsSkill, complaintsSkill, initiation, inputIds, shown, texts } from '../../dialogs/conversationKit';

const facts = { skill: 'cards', topic: 'A lost card', customer: { name: 'Ann', email: 'ann@example.com' } };
const recordId = '5b0d3f8e-8f6e-4a53-9d5e-0f2b6d0f3c11';
const results = skillManifest({ publicUrl: 'https://bot.example' })['activities'] as Record<string, { resultValue: JsonObject }>;

/** A conversation that another bot passes on. */
class CalledConversation extends Conversation {
  readonly earlier: unknown[] = [];
  stored: Parameters<typeof setSkillPlace>[1] | undefined;
  private isOwn = false;
  private buffered: Partial<Activity>[] = [];

  constructor(role = 'skill') {
    super({ recipient: { id: 'bot', name: '', role } as Activity['recipient'] });
    const calls = new SkillCalls({
      transcript: { addEarlier: async (_key, said) => void this.earlier.push(...said) },
      log: silentLog,
    });
    this.around = {
      around: (context: TurnContext, own: Job | undefined, bot: TurnKeeper) => {
        this.buffered = context.bufferedReplyActivities;
        if (this.isOwn) context.turnState.set(ownStatus, true);
        if (this.stored) setSkillPlace(context, this.stored);
        return calls.around(context, own, bot);
      },
    };
  }

  call(name: string, value: unknown, more: Partial<Activity> = {}): Promise<Partial<Activity>[]> {
    return this.send({ type: 'event', name, value, ...more });
  }

  /** What is sent, and what is kept for a caller that expects replies. */
  override async send(activity: Partial<Activity>): Promise<Partial<Activity>[]> {
    this.buffered = [];
    const sent = await super.send(activity);
    return [...sent, ...this.buffered];
  }

  /** The relay's word about the handoff. */
  async told(value: object): Promise<Partial<Activity>[]> {
    this.isOwn = true;
    const replies = await this.status(value);
    this.isOwn = false;
    return replies;
  }
}

/** The result with its code; checked against the manifest. */
function end(replies: Partial<Activity>[], activity = 'escalate'): { value: JsonObject; code: string } | undefined {
  const found = replies.filter(({ type }) => type === 'endOfConversation');
  expect(found.length).toBeLessThan(2);
  const [last] = found;
  if (!last) return undefined;
  expect(replies.at(-1)).toBe(last);
  const schema = {
    ...results[activity]?.resultValue,
    definitions: skillManifest({ publicUrl: 'https://x.example' })['definitions'],
  };
  const check = new Ajv({ strict: false }).compile(schema);
  expect([check(last.value), check.errors]).toEqual([true, null]);
  return { value: last.value as JsonObject, code: String(last.code) };
}

describe('a call for a person', () => {
  it('asks nothing that it was told, and initiates the handoff with it', async () => {
    const conversation = new CalledConversation();
    const replies = await conversation.call('escalate', {
      ...facts,
      language: 'de',
      fields: { order: '17' },
      transcript: [{ from: 'customer', text: 'help me' }],
    });
    expect(end(replies)).toBeUndefined();
    expect(initiation(replies)?.value).toMatchObject({
      skill: 'cards',
      topic: 'A lost card',
      language: 'de',
      customer: { name: 'Ann', email: 'ann@example.com', isAuthenticated: false },
      fields: { order: '17' },
      chatActivityId: 'chat-1',
    });
    expect(conversation.earlier).toEqual([{ from: 'customer', text: 'help me' }]);
    expect(texts(replies).join()).not.toContain('virtual assistant');
  });

  it('asks for what is missing, and for answers that the form would not have taken', async () => {
    const conversation = new CalledConversation();
    conversation.skills = [cardsSkill, complaintsSkill];
    const form = await conversation.call('escalate', {
      skill: 'complaints',
      transcript: [{ from: 'customer', text: 'it is all wrong' }],
      customer: { name: 'Ann', email: 'no address' },
      fields: { branch: 'West', detail: 'long ago' },
    });
    expect(inputIds(form)).toEqual(['email', 'phone', 'field_branch']);
    const replies = await conversation.press('submitPreChat', { email: 'ann@example.com', field_branch: 'North' });
    expect(initiation(replies)?.value).toMatchObject({
      topic: 'it is all wrong',
      fields: { Branch: 'North', Detail: 'long ago' },
    });
  });

  it.each([
    [
      { state: 'completed', endedBy: 'agent', wasConnected: true },
      { outcome: 'agentEnded', wasConnected: true },
    ],
    [
      { state: 'completed', endedBy: 'customer', wasConnected: false },
      { outcome: 'customerLeft', wasConnected: false },
    ],
    [
      { state: 'completed', endedBy: 'system', wasConnected: true, reason: 'inactive' },
      { outcome: 'systemEnded', reason: 'inactive' },
    ],
    [
      { state: 'failed', reason: 'noAgentAvailable' },
      { outcome: 'nobodyAvailable', reason: 'noAgentAvailable' },
    ],
    [
      { state: 'failed', reason: 'timedOut' },
      { outcome: 'nobodyAvailable', reason: 'timedOut' },
    ],
    [
      { state: 'failed', reason: 'rejected' },
      { outcome: 'failed', reason: 'rejected' },
    ],
  ])('tells the outcome of %j once, and nothing of its own', async (status, result) => {
    const conversation = new CalledConversation();
    await conversation.call('escalate', facts);
    expect(await conversation.told({ state: 'accepted', handoffId: 'h1' })).toEqual([]);
    const replies = await conversation.told({ ...status, handoffId: 'h1', skill: 'cards' });
    expect(replies).toHaveLength(1);
    expect(end(replies)?.value).toMatchObject({ ...result, handoffId: 'h1', chatActivityId: 'chat-1', skill: 'cards' });
    expect(conversation.calls('closeChat')).toHaveLength(1);
    expect(await conversation.told({ ...status, handoffId: 'h1', skill: 'cards' })).toEqual([]);
  });

  it('tells it also when the process was killed before it had kept that it was called', async () => {
    const conversation = new CalledConversation();
    conversation.stored = { call: { chatActivityId: recordId, ownsRecord: true } };
    const replies = await conversation.told({ state: 'completed', endedBy: 'agent', handoffId: 'h1', wasConnected: true });
    expect(end(replies)?.value).toMatchObject({ outcome: 'agentEnded', chatActivityId: recordId });
  });

  it('believes no status that another bot sends', async () => {
    const conversation = new CalledConversation();
    await conversation.call('escalate', facts);
    expect(await conversation.forgedStatus({ state: 'completed', endedBy: 'agent', handoffId: 'h1' })).toEqual([]);
  });

  it('makes no record beside the one the caller keeps', async () => {
    const conversation = new CalledConversation();
    const replies = await conversation.call('escalate', { ...facts, chatActivityId: recordId });
    expect(initiation(replies)?.value).toMatchObject({ chatActivityId: recordId });
    const ended = await conversation.told({ state: 'completed', endedBy: 'agent', handoffId: 'h1' });
    expect(end(ended)?.value).toMatchObject({ chatActivityId: recordId });
    expect(conversation.records).toEqual([]);
  });

  it('says why nobody is there, and leaves what is next to the caller', async () => {
    const conversation = new CalledConversation();
    conversation.availability = { cards: { available: false, reason: 'closed', opensAt: '2026-03-03T08:00:00Z' } };
    const replies = await conversation.call('escalate', facts);
    expect(texts(replies)).toEqual([expect.stringMatching(/closed[\s\S]*Open again/)]);
    expect(shown(replies)).not.toContain('Leave a message');
    expect(end(replies)).toMatchObject({
      value: { outcome: 'nobodyAvailable', reason: 'closed', opensAt: '2026-03-03T08:00:00Z' },
      code: EndOfConversationCodes.CompletedSuccessfully,
    });
  });

  it.each([
    ['cancel', () => ({})],
    ['bye', () => ({})],
  ])('ends when the customer breaks the form off with "%s"', async (word) => {
    const conversation = new CalledConversation();
    await conversation.call('escalate', { skill: 'cards' });
    expect(end(await conversation.say(word))).toEqual({
      value: { outcome: 'canceled' },
      code: EndOfConversationCodes.UserCancelled,
    });
  });

  it('answers a question in between and keeps the form open', async () => {
    const conversation = new CalledConversation();
    await conversation.call('escalate', { skill: 'cards', topic: 'x' });
    const replies = await conversation.say('where is my card');
    expect(shown(replies)).toContain('Card arrival');
    expect(end(replies)).toBeUndefined();
  });

  it('is over without a result when the caller takes the conversation back', async () => {
    const conversation = new CalledConversation();
    await conversation.call('escalate', { skill: 'cards' });
    expect(await conversation.send({ type: 'endOfConversation' })).toEqual([]);
    expect(end(await conversation.say('where is my card'))).toBeUndefined();
  });

  it('fails where only replies come back, and where there is nobody to hand to', async () => {
    const conversation = new CalledConversation();
    const replies = await conversation.call('escalate', facts, { deliveryMode: 'expectReplies' });
    expect(end(replies)?.value).toEqual({ outcome: 'failed', reason: 'expectReplies' });
    conversation.skills = [];
    expect(end(await conversation.call('escalate', {}))?.value).toEqual({ outcome: 'failed', reason: 'notOffered' });
  });

  it('says what is wrong with it', async () => {
    const conversation = new CalledConversation();
    expect(end(await conversation.call('escalate', { skill: 'loans' }))).toEqual({
      value: { outcome: 'failed', reason: 'invalidRequest', problem: '"skill": is none of cards' },
      code: EndOfConversationCodes.BotIssuedInvalidMessage,
    });
  });

  it('fails when the handoff cannot be asked for', async () => {
    const conversation = new CalledConversation();
    conversation.refuse = (activity) => activity.name === 'handoff.initiate';
    const replies = await conversation.call('escalate', facts);
    expect(end(replies)?.value).toMatchObject({ outcome: 'failed', reason: 'error' });
    expect(shown(replies)).not.toContain('Leave a message');
  });

  it('comes again when the end could not be told', async () => {
    const conversation = new CalledConversation();
    await conversation.call('escalate', facts);
    conversation.refuse = ({ type }) => type === 'endOfConversation';
    const status = { state: 'completed', endedBy: 'agent', handoffId: 'h1' };
    await expect(conversation.told(status)).rejects.toThrow();
    conversation.refuse = () => false;
    expect(end(await conversation.told(status))?.value).toMatchObject({ outcome: 'agentEnded' });
  });
});

describe('a call for an answer', () => {
  it('shows the article and brings it back', async () => {
    const conversation = new CalledConversation();
    const replies = await conversation.call('answer', { question: 'where is my card' });
    expect(shown(replies)).toContain('Card arrival');
    expect(end(replies, 'answer')?.value).toEqual({
      outcome: 'answered',
      found: true,
      articles: [
        expect.objectContaining({ number: 'KA-1', confidence: 0.9, url: expect.stringContaining('https://bot.example/a/kb-') }),
      ],
      articleNumber: 'KA-1',
      articleTitle: 'Card arrival',
      articleSummary: 'About Card arrival',
      articleUrl: expect.stringContaining('https://bot.example/a/kb-'),
    });
    expect(conversation.calls('closeChat')).toHaveLength(1);
  });

  it('can be a message, and brings several', async () => {
    const conversation = new CalledConversation();
    const replies = await conversation.say('what about money', { name: 'answer' });
    expect((end(replies, 'answer')?.value['articles'] as JsonObject[] | undefined)?.map(({ number }) => number)).toEqual([
      'KA-2',
      'KA-3',
    ]);
  });

  it('shows nothing when that is wanted, or when nothing is found', async () => {
    const conversation = new CalledConversation();
    const quiet = await conversation.call('answer', { question: 'where is my card', show: false });
    expect(quiet).toHaveLength(1);
    expect((end(quiet, 'answer')?.value['articles'] as JsonObject[] | undefined)?.[0]).not.toHaveProperty('url');
    const none = await conversation.call('answer', { question: 'qwertz' });
    expect(none).toHaveLength(1);
    expect(end(none, 'answer')?.value).toEqual({ outcome: 'notFound', found: false, articles: [] });
    expect(conversation.records).toEqual([]);
  });

  it('fails when the knowledge base is not there', async () => {
    const conversation = new CalledConversation();
    conversation.failing.add('search');
    expect(end(await conversation.call('answer', { question: 'x' }), 'answer')?.value).toEqual({
      outcome: 'failed',
      reason: 'error',
    });
    conversation.ready = false;
    expect(end(await conversation.call('answer', { question: 'x' }), 'answer')?.value).toEqual({
      outcome: 'failed',
      reason: 'notReady',
    });
  });
});

describe('a conversation in plain words', () => {
  it.each(['bye', 'thanks', 'cancel'])('ends with "%s"', async (word) => {
    const conversation = new CalledConversation();
    expect(end(await conversation.say('where is my card'))).toBeUndefined();
    expect(end(await conversation.say(word), 'message')?.value).toEqual({ outcome: 'completed' });
  });

  it('brings in a person as ever, and goes on afterwards', async () => {
    const conversation = new CalledConversation();
    await conversation.say('talk to a person');
    expect(
      initiation(await conversation.press('submitPreChat', { name: 'Ann', email: 'ann@example.com', topic: 'x' })),
    ).toBeDefined();
    const replies = await conversation.told({ state: 'completed', endedBy: 'agent', handoffId: 'h1', wasConnected: true });
    expect(shown(replies)).toContain('How was your chat?');
    expect(end(replies)).toBeUndefined();
  });

  it('gives a wish for a person back where only replies come back', async () => {
    const conversation = new CalledConversation();
    await conversation.say('where is my card', { deliveryMode: 'expectReplies' });
    const replies = await conversation.say('talk to a person', { deliveryMode: 'expectReplies' });
    expect(end(replies, 'message')?.value).toEqual({ outcome: 'personWanted', topic: 'where is my card' });
  });

  it('greets nobody', async () => {
    const conversation = new CalledConversation();
    expect(await conversation.send({ type: 'conversationUpdate', membersAdded: [{ id: 'bot', name: '' }] })).toEqual([]);
    expect(texts(await conversation.say('where is my card')).join()).not.toContain('virtual assistant');
  });
});

it('leaves conversations of our own alone', async () => {
  const conversation = new CalledConversation('bot');
  expect(await conversation.call('escalate', facts)).toEqual([]);
  expect(end(await conversation.say('bye'))).toBeUndefined();
});
