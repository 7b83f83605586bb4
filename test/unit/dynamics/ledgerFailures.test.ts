import { silentLog } from '../../../common/log';
import { DataverseError, type DataverseErrorInit } from '../../../dynamics/dataverseError';
import { ChatRecords } from '../../../dynamics/ledger';
import type { ChatFacts } from '../../../dynamics/ledger/facts';
import { sets } from '../../../dynamics/names';
import { FakeClock, settle } from './fakeClock';
import { FakeGateway } from './fakeGateway';
import { MemoryStore } from './memoryStore';

const names = {
  chatCustomer: 'customer',
  chatRegarding: 'regarding',
  chatArticles: 'articles',
  completedStatus: 2,
  noteChat: 'objectid_chat',
  taskContact: 'regarding_task',
};
const factsOf = (conversationKey: string): ChatFacts => ({
  conversationKey,
  startedAt: '2026-02-01T10:00:00Z',
  subject: 'Bank chat',
  channel: 'webchat',
  botName: 'Bank bot',
  origin: 'web',
  isAuthenticated: false,
});
const key = 'webchat/c1';
const articleId = 'e45acedc-91f8-4fd2-83fb-5d7bde158735';
const closing = { endReason: 'visitorEnded', endedAt: '2026-02-01T10:10:00Z' } as const;

let gateway: FakeGateway;
let store: MemoryStore;
let clock: FakeClock;
const started: ChatRecords[] = [];

function launch(): ChatRecords {
  const { tasks, documents } = store;
  const records = new ChatRecords({ gateway, tasks, documents, names, clock, mode: 'all', log: silentLog });
  records.start();
  started.push(records);
  return records;
}

async function wholeChat(records: ChatRecords, conversationKey = key): Promise<void> {
  await records.openChat(factsOf(conversationKey));
  const { kbRecordId } = await records.articleSent(conversationKey, { articleId, turnId: 't1' });
  await records.articleRead(kbRecordId);
  await records.rate(conversationKey, { score: 4 });
  await records.closeChat(conversationKey, closing);
}

function expectOneOfEach(): void {
  expect(gateway.rowsOf(sets.chatActivities)).toMatchObject([{ statecode: 1, cxlvhlp_EndReason: 100000004 }]);
  expect(gateway.rowsOf(sets.kbRecords)).toMatchObject([{ cxlvhlp_readbycustomer: true }]);
  expect(gateway.rowsOf(sets.notes)).toHaveLength(1);
  expect(gateway.links).toHaveLength(1);
}

beforeEach(() => {
  gateway = new FakeGateway();
  clock = new FakeClock();
  store = new MemoryStore(clock);
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((records) => records.stop()));
});

const steps = [
  `create ${sets.chatActivities}`,
  `create ${sets.kbRecords}`,
  'associate',
  `update ${sets.kbRecords}`,
  `create ${sets.notes}`,
  `update ${sets.chatActivities}`,
];
const passing: [string, Partial<DataverseErrorInit>][] = [
  ['a lost connection', { status: 0, code: 'network' }],
  ['a deadline', { status: 0, code: 'timedOut' }],
  ['throttling', { status: 429, code: '0x80072322', retryAfterInMs: 30_000, delivered: 'no' }],
  ['an outage', { status: 503, code: 'http503' }],
  ['a server fault', { status: 500, code: 'http500' }],
  ['a refused token', { status: 401, code: 'http401', delivered: 'no' }],
  ['no token', { status: 0, code: 'noToken', delivered: 'no' }],
];

describe.each(passing)('%s', (_name, init) => {
  it.each(steps)('before the effect of "%s" leaves one of each record', async (step) => {
    gateway.fail(step, init, { times: 2 });
    await wholeChat(launch());
    await clock.advance(120_000);
    expectOneOfEach();
  });
});

it.each(steps)('an answer lost after the effect of "%s" leaves one of each record and no dead letter', async (step) => {
  gateway.fail(step, { code: 'network' }, { after: true });
  const records = launch();
  await wholeChat(records);
  await clock.advance(60_000);
  expectOneOfEach();
  expect(await records.refused(10)).toEqual([]);
});

describe('a crash', () => {
  it('between creating a kb record and linking it leaves one, linked', async () => {
    gateway.fail('associate', { code: 'network' }, { times: 1000 });
    const first = launch();
    await first.openChat(factsOf(key));
    await first.articleSent(key, { articleId, turnId: 't1' });
    await settle();
    expect(gateway.rowsOf(sets.kbRecords)).toHaveLength(1);
    expect(gateway.links).toEqual([]);
    await first.stop();
    gateway.recover();
    launch();
    await clock.advance(180_000);
    expect(gateway.rowsOf(sets.kbRecords)).toHaveLength(1);
    expect(gateway.links).toHaveLength(1);
  });

  it('at any call of the store, one after the other, leaves one of each record once the caller repeats', async () => {
    for (let crashAt = 1; crashAt < 60; crashAt += 1) {
      gateway = new FakeGateway();
      clock = new FakeClock();
      store = new MemoryStore(clock);
      let calls = 0;
      let isDown = false;
      store.beforeCall = () => {
        calls += 1;
        isDown ||= calls === crashAt;
        if (isDown) throw new Error('killed');
      };
      const first = launch();
      await wholeChat(first).catch(() => undefined);
      await settle();
      await first.stop();
      started.pop();
      store.beforeCall = () => undefined;
      const wasReached = calls >= crashAt;
      const second = launch();
      // What the next turn of the conversation does, with a later start time if the chat is not known.
      await second.openChat(factsOf(key));
      const { kbRecordId } = await second.articleSent(key, { articleId, turnId: 't1' }).catch(() => ({ kbRecordId: undefined }));
      if (kbRecordId !== undefined) {
        await second.articleRead(kbRecordId);
        await second.rate(key, { score: 4 });
        await second.closeChat(key, closing);
      }
      await clock.advance(300_000);
      expectOneOfEach();
      await second.stop();
      started.pop();
      if (!wasReached) return;
    }
    throw new Error('the chat took more store calls than expected');
  });
});

describe('an outage', () => {
  it('delays records and never a chat', async () => {
    gateway.fail('', { status: 503, code: 'http503' }, { times: 100_000 });
    const records = launch();
    await wholeChat(records);
    await wholeChat(records, 'webchat/c2');
    await clock.advance(3_600_000);
    expect(await records.backlog()).toMatchObject({ count: 10, oldestAddedAt: Date.parse('2026-02-01T10:00:00Z') });
    expect(await records.refused(10)).toEqual([]);
    gateway.recover();
    await clock.advance(300_000);
    expect(gateway.rowsOf(sets.chatActivities).map((row) => row['statecode'])).toEqual([1, 1]);
    expect(await records.backlog()).toEqual({ count: 0 });
  });

  it('waits as long as Dynamics asks before trying again', async () => {
    gateway.fail('create', { status: 429, code: '0x80072322', retryAfterInMs: 600_000 });
    await launch().openChat(factsOf(key));
    await clock.advance(590_000);
    expect(gateway.calls).toHaveLength(1);
    await clock.advance(20_000);
    expect(gateway.rowsOf(sets.chatActivities)).toHaveLength(1);
  });

  it('takes no work while the gateway is closed for everybody', async () => {
    gateway.closedInMs = 60_000;
    await launch().openChat(factsOf(key));
    await clock.advance(50_000);
    expect(gateway.calls).toEqual([]);
    gateway.closedInMs = 0;
    await clock.advance(11_000);
    expect(gateway.rowsOf(sets.chatActivities)).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it('becomes a dead letter with its code, holds up no other record, and can be tried again', async () => {
    gateway.fail(`create ${sets.notes}`, { status: 403, code: '0x80072560', retriable: false, privilege: 'prvCreateNote' });
    const records = launch();
    await wholeChat(records);
    await settle();
    expect(gateway.rowsOf(sets.chatActivities)).toMatchObject([{ statecode: 1 }]);
    const [letter] = await records.refused(10);
    expect(letter?.lastError).toBe('403 0x80072560 prvCreateNote');
    expect(await records.tryAgain(letter!.id)).toBe(true);
    await settle();
    expect(gateway.rowsOf(sets.notes)).toHaveLength(1);
    expect(await records.tryAgain(letter!.id)).toBe(false);
  });

  it('of a mark on a record that is not found becomes final after a minute', async () => {
    const records = launch();
    await records.openChat(factsOf(key));
    const { kbRecordId } = await records.articleSent(key, { articleId, turnId: 't1' });
    await settle();
    gateway.rows.delete(`${sets.kbRecords}/${kbRecordId}`);
    await records.articleRead(kbRecordId);
    await clock.advance(50_000);
    expect(await records.refused(10)).toEqual([]);
    await clock.advance(120_000);
    expect(await records.refused(10)).toMatchObject([{ lastError: '404 0x80040217' }]);
  });

  it('of the close counts as done when somebody else completed the record', async () => {
    const records = launch();
    const { chatActivityId } = await records.openChat(factsOf(key));
    await settle();
    Object.assign(gateway.row(sets.chatActivities, chatActivityId)!, { statecode: 1 });
    await records.closeChat(key, closing);
    await settle();
    expect(await records.refused(10)).toEqual([]);
    expect(await records.backlog()).toEqual({ count: 0 });
  });
});

it('a task that is not understood becomes a dead letter', async () => {
  const records = launch();
  await store.tasks.add([{ id: 'x', group: 'g', payload: { kind: 'paint' } }], clock.now());
  await clock.advance(6_000);
  expect(await records.refused(10)).toMatchObject([{ id: 'x', lastError: 'unknown task' }]);
});

it('work that another instance left behind is found by the sweep', async () => {
  const { tasks, documents } = store;
  const idle = new ChatRecords({ gateway, tasks, documents, names, clock, mode: 'all', log: silentLog });
  await idle.openChat(factsOf(key));
  expect(gateway.calls).toEqual([]);
  launch();
  await settle();
  expect(gateway.rowsOf(sets.chatActivities)).toHaveLength(1);
});

it('stopping cuts a call off that hangs, and its record is written after the restart', async () => {
  const create = gateway.create.bind(gateway);
  gateway.create = (_row, _values, options) =>
    new Promise((_resolve, reject) => {
      options?.signal?.addEventListener('abort', () =>
        reject(new DataverseError({ status: 0, code: 'aborted', retriable: true, delivered: 'unknown' })),
      );
    });
  const first = launch();
  await first.openChat(factsOf(key));
  await settle();
  const stopping = first.stop();
  await clock.advance(5_000);
  await stopping;
  gateway.create = create;
  launch();
  await settle();
  expect(gateway.rowsOf(sets.chatActivities)).toHaveLength(1);
});

it('a store that fails for a while costs nothing', async () => {
  const records = launch();
  await settle();
  store.beforeCall = (name) => {
    if (name === 'claim' || name === 'complete') throw new Error('database is locked');
  };
  await wholeChat(records);
  await clock.advance(20_000);
  store.beforeCall = () => undefined;
  await clock.advance(300_000);
  expectOneOfEach();
});
