import { silentLog } from '../../../common/log';
import { ChatRecords, NoOpenChat } from '../../../dynamics/ledger';
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
const key = 'webchat/c1';
const facts: ChatFacts = {
  conversationKey: key,
  startedAt: '2026-02-01T10:00:00.512Z',
  subject: 'Bank chat',
  channel: 'webchat',
  botName: 'Bank bot',
  origin: 'web',
  isAuthenticated: false,
};
const contactId = '0ee041e0-b428-4c3b-84b2-0a713ab6771b';
const articleA = 'e45acedc-91f8-4fd2-83fb-5d7bde158735';
const articleB = 'f45acedc-91f8-4fd2-83fb-5d7bde158735';
const closing = { endReason: 'visitorEnded', endedAt: '2026-02-01T10:09:59.999Z' } as const;

let gateway: FakeGateway;
let store: MemoryStore;
let clock: FakeClock;
const started: ChatRecords[] = [];

/** A new process on the same store. */
function launch(mode: 'all' | 'handedOff' = 'all'): ChatRecords {
  const { tasks, documents } = store;
  const records = new ChatRecords({ gateway, tasks, documents, names, clock, mode, log: silentLog });
  records.start();
  started.push(records);
  return records;
}

beforeEach(() => {
  gateway = new FakeGateway();
  clock = new FakeClock();
  store = new MemoryStore(clock);
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((records) => records.stop()));
});

const chats = () => gateway.rowsOf(sets.chatActivities);
const kbRecords = () => gateway.rowsOf(sets.kbRecords);

describe('a chat from beginning to end', () => {
  it('leaves one chat activity with its article, read, rated and closed', async () => {
    const records = launch();
    const { chatActivityId } = await records.openChat(facts);
    const { kbRecordId } = await records.articleSent(key, { articleId: articleA, turnId: 't1' });
    await records.articleRead(kbRecordId);
    await records.rate(key, { score: 5, comment: 'Quick' });
    await records.closeChat(key, closing);
    await settle();
    expect(chats()).toEqual([
      {
        subject: 'Bank chat',
        cxlvhlp_chatstarttime: '2026-02-01T10:00:00Z',
        cxlvhlp_ChatOrigin: '100000000',
        cxlvhlp_IsCustomerAuthenticated: false,
        cxlvhlp_botname: 'Bank bot',
        cxlvhlp_channel: 'webchat',
        cxlvhlp_chatendtime: '2026-02-01T10:09:59Z',
        cxlvhlp_EndReason: 100000004,
        statecode: 1,
        statuscode: 2,
      },
    ]);
    expect(gateway.links).toEqual([`${chatActivityId} ${kbRecordId}`]);
    expect(gateway.row(sets.kbRecords, kbRecordId)).toMatchObject({
      'cxlvhlp_associatedkbarticle@odata.bind': `/knowledgearticles(${articleA})`,
      cxlvhlp_readbycustomer: true,
    });
    expect(gateway.rowsOf(sets.notes)).toMatchObject([{ notetext: 'Rating: 5\nComment: Quick' }]);
    expect(gateway.calls.at(-1)).toBe(`update ${sets.chatActivities}`);
    expect(await records.current(key)).toBeUndefined();
    expect(await records.backlog()).toEqual({ count: 0 });
  });

  it('is opened once however often it is asked for', async () => {
    const records = launch();
    const first = await records.openChat(facts);
    expect(await records.openChat({ ...facts, startedAt: '2026-02-01T10:05:00Z' })).toEqual(first);
    expect(await records.current(key)).toMatchObject({ chatActivityId: first.chatActivityId, isOnLedger: true });
    await settle();
    expect(chats()).toHaveLength(1);
  });

  it('is opened once by several instances at the same time', async () => {
    const instances = Array.from({ length: 6 }, () => launch());
    const opened = await Promise.all(
      instances.map((records, index) => records.openChat({ ...facts, startedAt: `2026-02-01T10:00:0${index}Z` })),
    );
    expect(new Set(opened.map(({ chatActivityId }) => chatActivityId)).size).toBe(1);
    await settle();
    expect(chats()).toHaveLength(1);
  });

  it('gets a new record after the old one is closed', async () => {
    const records = launch();
    const first = await records.openChat(facts);
    await records.closeChat(key, { ...closing, endReason: 'visitorStartedNew' });
    const second = await records.openChat({ ...facts, startedAt: '2026-02-02T08:00:00Z' });
    expect(second.chatActivityId).not.toBe(first.chatActivityId);
    await settle();
    expect(chats().map((chat) => chat['statecode'])).toEqual([1, 0]);
  });

  it('has one kb record per article and turn', async () => {
    const records = launch();
    await records.openChat(facts);
    const first = await records.articleSent(key, { articleId: articleA, turnId: 't1' });
    expect(await records.articleSent(key, { articleId: articleA, turnId: 't1' })).toEqual(first);
    await records.articleSent(key, { articleId: articleB, turnId: 't1' });
    await records.articleSent(key, { articleId: articleA, turnId: 't2' });
    await settle();
    expect(kbRecords()).toHaveLength(3);
    expect(gateway.links).toHaveLength(3);
  });

  it('is closed and marked once', async () => {
    const records = launch();
    await records.openChat(facts);
    const { kbRecordId } = await records.articleSent(key, { articleId: articleA, turnId: 't1' });
    await Promise.all([records.articleRead(kbRecordId), records.articleRead(kbRecordId)]);
    await records.closeChat(key, closing);
    await records.closeChat(key, { ...closing, endReason: 'visitorDisconnected' });
    await settle();
    expect(gateway.calls.filter((call) => call.startsWith('update'))).toHaveLength(2);
    expect(chats()[0]).toMatchObject({ cxlvhlp_EndReason: 100000004 });
  });

  it('refuses an article when no chat is open', async () => {
    const records = launch();
    await expect(records.articleSent(key, { articleId: articleA, turnId: 't1' })).rejects.toThrow(NoOpenChat);
    await expect(records.closeChat(key, closing)).resolves.toBeUndefined();
    await expect(records.articleRead('unknown')).resolves.toBeUndefined();
  });
});

describe('articles opened after the chat', () => {
  it('are still marked when the chat is closed or a new visit began', async () => {
    const records = launch();
    await records.openChat(facts);
    const first = await records.articleSent(key, { articleId: articleA, turnId: 't1' });
    const second = await records.articleSent(key, { articleId: articleB, turnId: 't1' });
    await records.closeChat(key, closing);
    await records.articleRead(first.kbRecordId);
    await records.openChat({ ...facts, startedAt: '2026-02-02T08:00:00Z' });
    await records.articleRead(second.kbRecordId);
    await settle();
    expect(kbRecords().map((row) => row['cxlvhlp_readbycustomer'])).toEqual([true, true]);
  });

  it('leave no dead letter when Dynamics takes no more changes', async () => {
    const records = launch();
    await records.openChat(facts);
    const { kbRecordId } = await records.articleSent(key, { articleId: articleA, turnId: 't1' });
    await records.closeChat(key, closing);
    await settle();
    gateway.fail(`update ${sets.kbRecords}`, { status: 403, code: '0x80048306', retriable: false });
    await records.articleRead(kbRecordId);
    await settle();
    expect(await records.refused(10)).toEqual([]);
    expect(await records.backlog()).toEqual({ count: 0 });
  });

  it('leave nothing when the chat never got a record', async () => {
    const records = launch('handedOff');
    await records.openChat(facts);
    const { kbRecordId } = await records.articleSent(key, { articleId: articleA, turnId: 't1' });
    await records.closeChat(key, closing);
    await records.openChat({ ...facts, startedAt: '2026-02-02T08:00:00Z' });
    await records.articleRead(kbRecordId);
    await settle();
    expect(gateway.calls).toEqual([]);
  });
});

describe('records of handed-off chats only', () => {
  it('begin with the handoff and take the earlier articles along', async () => {
    const records = launch('handedOff');
    await records.openChat(facts);
    const { kbRecordId } = await records.articleSent(key, { articleId: articleA, turnId: 't1' });
    await records.articleRead(kbRecordId);
    await settle();
    expect(gateway.calls).toEqual([]);
    const prepared = await records.prepareHandoff(key, { topic: 'Lost card', contactId, isAuthenticated: true });
    expect(prepared).toMatchObject({ created: true });
    await settle();
    expect(gateway.row(sets.chatActivities, prepared.chatActivityId)).toMatchObject({
      subject: 'Lost card',
      cxlvhlp_IsCustomerAuthenticated: true,
      'customer@odata.bind': `/contacts(${contactId})`,
      'regarding@odata.bind': `/contacts(${contactId})`,
    });
    expect(gateway.row(sets.kbRecords, kbRecordId)).toMatchObject({ cxlvhlp_readbycustomer: true });
    expect(gateway.links).toEqual([`${prepared.chatActivityId} ${kbRecordId}`]);
  });

  it('are not made for a chat the bot finished by itself', async () => {
    const records = launch('handedOff');
    await records.openChat(facts);
    await records.articleSent(key, { articleId: articleA, turnId: 't1' });
    await records.rate(key, { score: 1 });
    await records.closeChat(key, closing);
    await settle();
    expect(gateway.calls).toEqual([]);
  });
});

describe('a handoff', () => {
  it('changes subject and customer of a record that exists already', async () => {
    const records = launch();
    const { chatActivityId } = await records.openChat(facts);
    await settle();
    expect(await records.prepareHandoff(key, { topic: 'Lost card', contactId })).toEqual({ chatActivityId, created: true });
    await records.prepareHandoff(key, { topic: 'Lost card', contactId });
    await settle();
    expect(chats()[0]).toMatchObject({ subject: 'Lost card', 'customer@odata.bind': `/contacts(${contactId})` });
    expect(gateway.calls).toEqual([`create ${sets.chatActivities}`, `update ${sets.chatActivities}`]);
  });

  it('waits three seconds at most while Dynamics is down, and the record follows later', async () => {
    gateway.fail('', { status: 503, code: 'http503' }, { times: 1000 });
    const records = launch();
    const { chatActivityId } = await records.openChat(facts);
    const prepared = records.prepareHandoff(key);
    await clock.advance(2_900);
    let isOver = false;
    void prepared.then(() => {
      isOver = true;
    });
    await settle();
    expect(isOver).toBe(false);
    await clock.advance(200);
    expect(await prepared).toEqual({ chatActivityId, created: false });
    gateway.recover();
    await clock.advance(300_000);
    expect(chats()).toHaveLength(1);
  });

  it('sees the record another instance created', async () => {
    launch();
    const second = launch();
    await second.openChat(facts);
    const prepared = second.prepareHandoff(key);
    await clock.advance(300);
    expect(await prepared).toMatchObject({ created: true });
  });

  /** What the desk writes when an agent takes the chat. */
  const takeOver = async () => {
    const [row] = chats();
    Object.assign(row!, { subject: 'chat with Grace cards', cxlvhlp_chatsessionid: 'chat-1' });
  };

  it('closes a record that a desk was to own and never touched', async () => {
    const records = launch();
    await records.openChat(facts);
    await records.prepareHandoff(key);
    await records.closeChat(key, { ...closing, deskOwnsRecord: true });
    await settle();
    expect(chats()[0]).toMatchObject({ subject: 'Bank chat', statecode: 1 });
  });

  it('does not close twice a record that the desk has completed by then', async () => {
    const records = launch();
    await records.openChat(facts);
    await records.prepareHandoff(key);
    await settle();
    Object.assign(chats()[0]!, { statecode: 1, subject: 'chat with Grace cards' });
    gateway.calls.length = 0;
    await records.closeChat(key, { ...closing, deskOwnsRecord: true });
    await settle();
    expect(gateway.calls).toEqual([`get ${sets.chatActivities}`]);
  });

  it('does not rename a record that the desk filled while Dynamics could not be written', async () => {
    const records = launch();
    await records.openChat(facts);
    await settle();
    gateway.fail('update', { status: 503 }, { times: 5 });
    await records.prepareHandoff(key, { topic: 'Lost card', isAuthenticated: true });
    await settle();
    await takeOver();
    gateway.recover();
    await clock.advance(300_000);
    expect(chats()[0]).toMatchObject({ subject: 'chat with Grace cards', cxlvhlp_IsCustomerAuthenticated: true });
  });

  it('leaves subject, end and state to a desk that owns the record', async () => {
    const records = launch();
    await records.openChat(facts);
    await records.prepareHandoff(key);
    await records.handoffEnded(key, { deskOwnsRecord: true });
    const { kbRecordId } = await records.articleSent(key, { articleId: articleA, turnId: 't9' });
    await records.prepareHandoff(key, { topic: 'Other' });
    await settle();
    await takeOver();
    await records.closeChat(key, closing);
    await settle();
    expect(chats()[0]).toMatchObject({ subject: 'chat with Grace cards', statecode: 0 });
    expect(gateway.links).toEqual([expect.stringContaining(kbRecordId)]);
    expect(await records.current(key)).toBeUndefined();
  });
});

describe('a customer that Dynamics does not know any more', () => {
  it.each([400, 404])('does not cost the record (%i)', async (status) => {
    gateway.fail('create', { status, code: '0x80040217', retriable: false });
    const records = launch();
    await records.openChat({ ...facts, contactId });
    await records.leaveMessage(key, { name: 'Amara', text: 'Call me', topic: 'Cards', skill: 'cards' });
    await settle();
    expect(chats()).toHaveLength(1);
    expect(chats()[0]).not.toHaveProperty('customer@odata.bind');
    expect(gateway.rowsOf(sets.tasks)).toHaveLength(1);
  });
});

describe('a message left', () => {
  const message = { name: 'Amara', email: 'amara@example.com', text: 'Please call\nme', topic: 'Cards', skill: 'cards' };

  it('is one task that names the chat activity, also in a chat that had no record yet', async () => {
    const records = launch('handedOff');
    const { chatActivityId } = await records.openChat({ ...facts, contactId });
    const { recordId } = await records.leaveMessage(key, message);
    await records.leaveMessage(key, message);
    await settle();
    expect(gateway.rowsOf(sets.tasks)).toHaveLength(1);
    expect(gateway.row(sets.tasks, recordId)).toMatchObject({
      subject: 'Message from Amara: Cards',
      description: expect.stringMatching(new RegExp(`E-mail: amara@example.com\n[^]*${chatActivityId}\n\nPlease call\nme$`)),
      'regarding_task@odata.bind': `/contacts(${contactId})`,
    });
    expect(chats()).toHaveLength(1);
  });
});
