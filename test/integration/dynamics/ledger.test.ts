import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../common/log';
import { createDynamics, type Dynamics } from '../../../dynamics';
import type { ChatFacts } from '../../../dynamics/ledger/facts';
import { type DynamicsStandIn, startDynamicsStandIn } from '../../../sandbox/dynamics';
import { openSqliteStore } from '../../../store/sqlite';
import type { Store } from '../../../store/store';
import { clientId, clientSecret, settingsFor } from './rig';
import { until } from './until';

const key = 'webchat/c1';
const facts: ChatFacts = {
  conversationKey: key,
  startedAt: '2026-02-01T10:00:00.512Z',
  subject: 'Bank chat',
  channel: 'webchat',
  botName: 'Bank bot',
  origin: 'mobile',
  sourcePageUrl: 'https://bank.example/help?x=1',
  isAuthenticated: true,
};
const backoff = { firstInMs: 20, maxInMs: 100 };
const closing = { endReason: 'agentEnded', endedAt: '2026-02-01T10:10:00.999Z' } as const;
const relation = 'cxlvhlp_kbrecordsforbotconversations';

let folder: string;
let standIn: DynamicsStandIn;
let store: Store;
let dynamics: Dynamics;

/** Starts the bot's side, as after a restart when called again. */
async function launch(extra: Record<string, string> = {}): Promise<void> {
  store = await openSqliteStore({ file: path.join(folder, 'store.db'), log: silentLog });
  const settings = settingsFor(standIn, extra);
  dynamics = createDynamics({ settings, store, log: silentLog, tokenUrl: standIn.tokenUrl, backoff });
  dynamics.records.start();
}

async function shutDown(): Promise<void> {
  await dynamics.close();
  await store.close();
}

const isWritten = () => until(async () => (await dynamics.records.backlog()).count === 0);
const chats = () => standIn.rows('cxlvhlp_chatactivities');
const articleId = (index: number) => String(standIn.rows('knowledgearticles')[index]?.['knowledgearticleid']);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'switchboard-'));
  standIn = await startDynamicsStandIn({ port: 0, log: silentLog, clientId, clientSecret });
});
afterEach(async () => {
  await shutDown();
  expect(standIn.violations).toEqual([]);
  await standIn.close();
  await rm(folder, { recursive: true });
});

async function wholeChat(): Promise<{ chatActivityId: string; kbRecordIds: string[] }> {
  const { records } = dynamics;
  const { chatActivityId } = await records.openChat(facts);
  const first = await records.articleSent(key, { articleId: articleId(0), turnId: 't1' });
  const second = await records.articleSent(key, { articleId: articleId(1), turnId: 't1' });
  await records.articleRead(second.kbRecordId);
  await records.prepareHandoff(key, { topic: 'Lost card' });
  await records.rate(key, { score: 5, handoffId: 'h1' });
  await records.closeChat(key, closing);
  return { chatActivityId, kbRecordIds: [first.kbRecordId, second.kbRecordId] };
}

function expectWholeChat({ chatActivityId, kbRecordIds }: { chatActivityId: string; kbRecordIds: string[] }): void {
  expect(chats()).toHaveLength(1);
  expect(chats()[0]).toMatchObject({
    activityid: chatActivityId,
    subject: 'Lost card',
    cxlvhlp_chatstarttime: '2026-02-01T10:00:00Z',
    cxlvhlp_chatendtime: '2026-02-01T10:10:00Z',
    cxlvhlp_EndReason: 100000001,
    cxlvhlp_ChatOrigin: 100000001,
    cxlvhlp_SourcePageURL: 'https://bank.example/help?x=1',
    cxlvhlp_IsCustomerAuthenticated: true,
    statecode: 1,
    statuscode: 2,
  });
  expect(standIn.linkedKbRecords(chatActivityId).sort()).toEqual([...kbRecordIds].sort());
  expect(standIn.rows(relation)).toHaveLength(2);
  expect(standIn.rows('annotations')).toMatchObject([{ _objectid_value: chatActivityId }]);
  const read = standIn.rows(relation).filter((row) => row['cxlvhlp_readbycustomer'] === true);
  expect(read).toMatchObject([{ cxlvhlp_kbrecordsforbotconversationid: kbRecordIds[1] }]);
}

it('a whole chat is in Dynamics, once, with all that belongs to it', async () => {
  await launch();
  const chat = await wholeChat();
  await isWritten();
  expectWholeChat(chat);
});

describe('whatever goes wrong at one of its calls', () => {
  it.each([
    ['the connection is cut before the effect', { cut: 'before' as const }],
    ['the connection is cut after the effect', { cut: 'after' as const }],
    ['503 as HTML', { status: 503, headers: { 'Content-Type': 'text/html' }, body: '<html></html>' }],
    ['429', { status: 429, headers: { 'Retry-After': '1' } }],
    ['401', { status: 401 }],
    ['500', { status: 500, body: '{"error":{"code":"","message":""}}' }],
  ])('%s: the records are complete in the end', async (_name, fault) => {
    await launch();
    for (const match of ['PATCH /api/data/v9.2/cxlvhlp_chat', 'PATCH /api/data/v9.2/cxlvhlp_kb', '/$ref', 'annotations']) {
      standIn.faults.add({ match, ...fault });
    }
    const chat = await wholeChat();
    await isWritten();
    expectWholeChat(chat);
    expect(await dynamics.records.refused(10)).toEqual([]);
  });
});

it('Dynamics being down delays the records over a restart of the bot, and never the chat', async () => {
  standIn.mode = 'down';
  await launch();
  const { records } = dynamics;
  const { chatActivityId } = await records.openChat(facts);
  const first = await records.articleSent(key, { articleId: articleId(0), turnId: 't1' });
  await shutDown();
  expect(chats()).toEqual([]);
  await launch();
  expect(await dynamics.records.current(key)).toMatchObject({ chatActivityId });
  expect(await dynamics.records.prepareHandoff(key, {}, AbortSignal.timeout(50))).toEqual({ chatActivityId, created: false });
  standIn.mode = 'normal';
  await isWritten();
  expect(standIn.linkedKbRecords(chatActivityId)).toEqual([first.kbRecordId]);
});

it('a handoff gets the id of a record that is there', async () => {
  await launch({ DYNAMICS_CHAT_ACTIVITIES: 'handed-off' });
  const { records } = dynamics;
  await records.openChat(facts);
  await records.articleSent(key, { articleId: articleId(0), turnId: 't1' });
  expect(chats()).toEqual([]);
  const { chatActivityId, created } = await records.prepareHandoff(key, { topic: 'Lost card' });
  expect(created).toBe(true);
  expect(chats()).toMatchObject([{ activityid: chatActivityId, subject: 'Lost card' }]);
  await isWritten();
  expect(standIn.linkedKbRecords(chatActivityId)).toHaveLength(1);
});

it('the customer is linked when known, and a contact that is gone does not cost the record', async () => {
  await launch();
  const contact = await dynamics.contacts.findByEmail('amara.oduya@example.com');
  await dynamics.records.openChat({ ...facts, contactId: contact?.id ?? '' });
  await dynamics.records.openChat({ ...facts, conversationKey: 'webchat/c2', contactId: randomUUID() });
  await dynamics.records.leaveMessage('webchat/c2', { name: 'A', text: 'Hello', topic: 'Cards', skill: 'cards' });
  await dynamics.records.leaveMessage(key, { name: 'A', text: 'Hello', topic: 'Cards', skill: 'cards' });
  await isWritten();
  const customers = chats().map((chat) => [chat['_cxlvhlp_customer_value'], chat['_regardingobjectid_value']]);
  expect(customers).toEqual(
    expect.arrayContaining([
      [contact?.id, contact?.id],
      [null, null],
    ]),
  );
  expect(standIn.rows('tasks').map((task) => task['_regardingobjectid_value'])).toEqual(
    expect.arrayContaining([contact?.id, null]),
  );
});

it('a record that an agent completed in the meantime is left alone', async () => {
  await launch();
  const { chatActivityId } = await dynamics.records.openChat(facts);
  await isWritten();
  standIn.put('cxlvhlp_chatactivities', chatActivityId, { statecode: 1, statuscode: 2, subject: 'chat with Agent cards' });
  await dynamics.records.closeChat(key, closing);
  await isWritten();
  expect(chats()).toMatchObject([{ subject: 'chat with Agent cards', cxlvhlp_EndReason: null }]);
  expect(await dynamics.records.refused(10)).toEqual([]);
});
