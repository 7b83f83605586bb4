import { type Activity, type ConversationReference, TestAdapter, TurnContext } from 'botbuilder';
import { ProactiveChannel } from '../../../../bot/proactiveChannel';
import { CanceledCalls } from '../../../../bot/skill/canceledCalls';
import { type SkillPlace, storedCall } from '../../../../bot/skill/skillTurn';
import { createTexts } from '../../../../bot/texts';
import { Transcript } from '../../../../bot/transcript';
import type { JsonObject } from '../../../../common/json';
import { silentLog } from '../../../../common/log';
import type { Delivery, DeliveryContext } from '../../../../relay/delivery';
import { openSqliteStore } from '../../../../store/sqlite';
import type { Store } from '../../../../store/store';
import { FakeClock } from '../../../support/fakeClock';

const context: DeliveryContext = { handoffId: 'h1', deliveryId: 'd1', skill: 'cards', provider: 'fake', language: 'en' };
const joined: Delivery = { kind: 'agentJoined', agentName: 'Nadia' };
const said: Delivery = { kind: 'agentMessage', text: 'hello', files: [], cards: [], agentName: 'Nadia' };
const back: Delivery = { kind: 'giveBack', outcome: { kind: 'ended', by: 'customer', wasConnected: true } };

describe('what is delivered to a conversation of another bot', () => {
  let store: Store;
  let canceled: CanceledCalls;
  const clock = new FakeClock();
  beforeEach(async () => {
    store = await openSqliteStore({ file: ':memory:', log: silentLog });
    canceled = new CanceledCalls(store.documents, clock);
  });
  afterEach(() => store.close());

  /** Delivers in order; what the other bot got, and what this bot's own turns saw. */
  async function deliver(skill: SkillPlace, deliveries: Delivery[], channelId = 'webchat') {
    const texts = createTexts();
    const adapter = new TestAdapter(async () => undefined);
    const seen: unknown[] = [];
    const channel = new ProactiveChannel({
      runTurn: async (reference: Partial<ConversationReference>, logic) => {
        const activity = TurnContext.applyConversationReference({ type: 'event' }, reference, true) as Activity;
        const turn = new TurnContext(adapter, activity);
        await logic(turn);
      },
      runBot: async (turn) => {
        seen.push([turn.activity.name, storedCall(turn)]);
        await turn.sendActivity('from the bot');
      },
      turnEnded: async () => undefined,
      canceled,
      texts: {
        t: (key, language, values) => texts.t(key, texts.resolve(language), values),
        fileAddress: () => '',
        leave: () => ({ title: 'leave', text: 'leave' }),
      },
      transcript: new Transcript({ store: store.transcripts, clock, log: silentLog, article: () => undefined }),
      documents: store.documents,
      clock,
      log: silentLog,
    });
    const conversation = {
      channelId,
      conversation: { id: 'c1' },
      serviceUrl: 'http://x.example',
      skill,
    } as unknown as JsonObject;
    for (const delivery of deliveries) await channel.deliver(conversation, delivery, context);
    return { got: adapter.activeQueue.map(({ type, name, text }) => (type === 'event' ? name : text)), seen };
  }

  it('has no events that nobody has asked for', async () => {
    const { got } = await deliver({}, [joined, said]);
    expect(got).toEqual([expect.stringContaining('Nadia'), 'Nadia: hello']);
  });

  it.each(['webchat', 'msteams'])(
    'has every step for a caller that wants it, whatever its users’ channel is: %s',
    async (channelId) => {
      const { got } = await deliver({ call: { events: true } }, [joined, said], channelId);
      expect(got).toEqual(['handoff.status', expect.stringContaining('Nadia'), 'Nadia: hello']);
    },
  );

  it('comes to the bot with the call it serves', async () => {
    const { got, seen } = await deliver({ call: { chatActivityId: 'r1' } }, [back]);
    expect(seen).toEqual([['handoff.status', { chatActivityId: 'r1' }]]);
    expect(got).toEqual(['from the bot']);
  });

  it('is nothing any more once the other bot has taken it back, but the bot still winds it up', async () => {
    await canceled.note('webchat|c1');
    await canceled.note('webchat|c1');
    const { got, seen } = await deliver({ call: {} }, [joined, said, back]);
    expect(got).toEqual([]);
    expect(seen).toHaveLength(1);
    const other = await deliver({}, [said], 'directline');
    expect(other.got).toEqual(['Nadia: hello']);
  });
});

describe('what was said to another bot before', () => {
  it('stands in the transcript in its order and never after what is said here, once', async () => {
    const clock = new FakeClock();
    const store = await openSqliteStore({ file: ':memory:', log: silentLog });
    const transcript = new Transcript({ store: store.transcripts, clock, log: silentLog, article: () => undefined });
    const earlier = [
      { from: 'customer' as const, text: 'one', at: '2025-12-31T23:00:00.000Z' },
      { from: 'bot' as const, text: 'two' },
      { from: 'customer' as const, text: 'three', at: '2099-01-01T00:00:00.000Z' },
    ];
    await transcript.addEarlier('k', earlier);
    await transcript.addEarlier('k', earlier);
    await transcript.add('k', 'm1', { at: new Date(clock.now()).toISOString(), from: 'agent', text: 'four' });
    const entries = await transcript.read('k', undefined, new Date(clock.now()).toISOString());
    expect(entries.map(({ from, text }) => `${from}: ${text}`)).toEqual([
      'customer: one',
      'bot: two',
      'customer: three',
      'agent: four',
    ]);
    await store.close();
  });
});
