import { silentLog } from '../../../common/log';
import { createDynamics, type Dynamics } from '../../../dynamics';
import type { ChatFacts } from '../../../dynamics/ledger/facts';
import { type DynamicsStandIn, startDynamicsStandIn } from '../../../sandbox/dynamics';
import { openPostgresStore } from '../../../store/postgres';
import type { Store } from '../../../store/store';
import type { TaskStore } from '../../../store/tasks';
import { type HeldClock, holdClock } from '../../contract/store/databaseClock';
import { type PostgresServer, startPostgres } from '../../contract/store/postgresServer';
import { until } from '../../support/fakeClock';
import { clientId, clientSecret, settingsFor } from '../dynamics/rig';

const key = 'webchat/c1';
const facts: ChatFacts = {
  conversationKey: key,
  startedAt: '2026-02-01T10:00:00.000Z',
  subject: 'Bank chat',
  channel: 'webchat',
  botName: 'Bank bot',
  origin: 'mobile',
  isAuthenticated: true,
};
const closing = { endReason: 'agentEnded', endedAt: '2026-02-01T10:10:00.000Z' } as const;
const leaseInMs = 120_000;

let server: PostgresServer;
let url: string;
let clock: HeldClock;
let standIn: DynamicsStandIn;
let instances: { store: Store; dynamics: Dynamics; claimed: string[] }[];

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.createDatabase();
  clock = await holdClock(url);
  standIn = await startDynamicsStandIn({ port: 0, log: silentLog, clientId, clientSecret });
  instances = [];
});
afterEach(async () => {
  for (const { store, dynamics } of instances) {
    await dynamics.close();
    await store.close();
  }
  expect(standIn.violations).toEqual([]);
  await standIn.close();
  await clock.close();
  await server.dropDatabase(url);
});

/** One more instance; `change` lets its list of tasks misbehave. */
async function join(change: (tasks: TaskStore) => Partial<TaskStore> = () => ({})): Promise<Dynamics> {
  const store = await openPostgresStore({ url, log: silentLog, poolSize: 4 });
  const claimed: string[] = [];
  const tasks: TaskStore = {
    ...store.tasks,
    ...change(store.tasks),
    claim: async (...args) => {
      const taken = await store.tasks.claim(...args);
      claimed.push(...taken.map((task) => task.id));
      return taken;
    },
  };
  const dynamics = createDynamics({
    settings: settingsFor(standIn),
    store: { tasks, documents: store.documents },
    log: silentLog,
    tokenUrl: standIn.tokenUrl,
    backoff: { firstInMs: 20, maxInMs: 100 },
  });
  instances.push({ store, dynamics, claimed });
  dynamics.records.start();
  return dynamics;
}

const articleId = (index: number) => String(standIn.rows('knowledgearticles')[index]?.['knowledgearticleid']);
const chats = () => standIn.rows('cxlvhlp_chatactivities');
const records = (n: number) => (instances[n] as (typeof instances)[number]).dynamics.records;
const isWritten = (n = 0) => until('the ledger is done', async () => (await records(n).backlog()).count === 0);

test('one visit written by two instances at the same time is one chat activity, and each task is done once', async () => {
  await join();
  await join();
  const opened = await Promise.all([records(0).openChat(facts), records(1).openChat(facts)]);
  expect(opened[0]?.chatActivityId).toBe(opened[1]?.chatActivityId);
  for (let n = 0; n < 6; n += 1) {
    await Promise.all([0, 1].map((at) => records(at).articleSent(key, { articleId: articleId(n), turnId: `t${n}` })));
  }
  await records(1).prepareHandoff(key, { topic: 'Lost card' });
  await Promise.all([0, 1].map((at) => records(at).closeChat(key, closing)));
  await isWritten();
  expect(chats()).toMatchObject([{ activityid: opened[0]?.chatActivityId, subject: 'Lost card', statecode: 1 }]);
  expect(standIn.linkedKbRecords(String(opened[0]?.chatActivityId))).toHaveLength(6);
  const claimed = instances.flatMap((instance) => instance.claimed);
  expect(new Set(claimed).size).toBe(claimed.length);
});

test('of many chats each task is done by one of the two, and both work', async () => {
  await join();
  await join();
  const keys = Array.from({ length: 30 }, (_, n) => `webchat/many-${n}`);
  await Promise.all(
    keys.map(async (conversationKey, n) => {
      await records(n % 2).openChat({ ...facts, conversationKey });
      await records(n % 2).articleSent(conversationKey, { articleId: articleId(n % 5), turnId: 't' });
      await records((n + 1) % 2).closeChat(conversationKey, closing);
    }),
  );
  await isWritten();
  expect(chats()).toHaveLength(30);
  expect(chats().every((chat) => chat['statecode'] === 1)).toBe(true);
  const claimed = instances.flatMap((instance) => instance.claimed);
  expect(new Set(claimed).size).toBe(claimed.length);
  expect(instances.every((instance) => instance.claimed.length > 0)).toBe(true);
});

test('an instance that dies between writing to Dynamics and noting it: the other goes on after the lease, in order, with one record', async () => {
  // It does the first task, and its process ends before it can say so.
  await join(() => ({ complete: () => Promise.reject(new Error('the process has ended')) }));
  const { chatActivityId } = await records(0).openChat(facts);
  await until('the record is in Dynamics', () => chats().length === 1);
  await join();
  await records(1).articleSent(key, { articleId: articleId(0), turnId: 't1' });
  await records(1).closeChat(key, closing);
  // Nobody may touch the chat as long as the lease runs.
  await clock.advance(leaseInMs - 1_000);
  await records(1).tryAgain('none');
  await records(1).openChat({ ...facts, conversationKey: 'webchat/other' });
  await until('another chat is written meanwhile', () => chats().length === 2);
  expect(instances[1]?.claimed.filter((id) => id.includes(chatActivityId))).toEqual([]);
  await clock.advance(1_000);
  await records(1).tryAgain('none');
  await isWritten(1);
  expect(instances[1]?.claimed.filter((id) => id.includes(chatActivityId)).map((id) => id.split('/')[2])).toEqual([
    'createChat',
    'linkArticle',
    'closeChat',
  ]);
  expect(chats().filter((chat) => chat['activityid'] === chatActivityId)).toMatchObject([{ statecode: 1 }]);
  expect(standIn.linkedKbRecords(chatActivityId)).toHaveLength(1);
});
