import { newestVersions } from '../../../dynamics/articleRow';
import { DataverseError } from '../../../dynamics/dataverseError';
import { nameBasedId } from '../../../dynamics/ledger/nameBasedId';
import type { LedgerEntry } from '../../../dynamics/ledger/operations';
import { chatRow, closingColumns, messageRow } from '../../../dynamics/ledger/rows';
import { verdictOf } from '../../../dynamics/ledger/verdict';
import { isGuid, queryText, textLiteral, wholeSeconds } from '../../../dynamics/query';
import { Slots } from '../../../dynamics/slots';

const names = {
  chatCustomer: 'c',
  chatRegarding: 'r',
  chatArticles: 'a',
  completedStatus: 2,
  noteChat: 'n',
  taskContact: 't',
};

describe('ids of our own', () => {
  it('are GUIDs of version 5, the same for the same parts only', () => {
    const id = nameBasedId('chat', 'c1', '2026');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(isGuid(id)).toBe(true);
    expect(nameBasedId('chat', 'c1', '2026')).toBe(id);
    expect(nameBasedId('chat', 'c12', '026')).not.toBe(id);
    expect(nameBasedId('chat', 'c1","2026')).not.toBe(id);
  });
});

describe('queries', () => {
  it('are encoded and quoted', () => {
    expect(queryText({ select: ['a', 'b'], filter: `x eq ${textLiteral("O'H&a=#%+ä")}`, top: 2, orderBy: 'a desc' })).toBe(
      "?$select=a,b&$filter=x%20eq%20'O''H%26a%3D%23%25%2B%C3%A4'&$orderby=a%20desc&$top=2",
    );
  });

  it('write times in whole seconds', () => {
    expect(wholeSeconds(Date.parse('2026-02-01T23:59:59.999Z'))).toBe('2026-02-01T23:59:59Z');
  });
});

describe('rows', () => {
  const chat = {
    startedAt: '2026-02-01T10:00:00.9+01:00',
    channel: 'c',
    botName: 'b',
    origin: 'web',
    isAuthenticated: false,
  } as const;

  it('keep within the limits of columns without breaking a character', () => {
    const subject = String(chatRow({ ...chat, subject: '😀'.repeat(150) }, names)['subject']);
    expect(subject.length).toBeLessThanOrEqual(200);
    expect(subject.isWellFormed()).toBe(true);
    expect(subject.endsWith('😀…')).toBe(true);
    expect(messageRow('short', 'text')).toEqual({ subject: 'short', description: 'text' });
  });

  it('carry UTC times', () => {
    expect(chatRow({ ...chat, subject: 's' }, names)['cxlvhlp_chatstarttime']).toBe('2026-02-01T09:00:00Z');
    expect(closingColumns('2026-02-01T10:00:00.999Z', 'visitorDisconnected', names)).toEqual({
      cxlvhlp_chatendtime: '2026-02-01T10:00:00Z',
      cxlvhlp_EndReason: 100000002,
      statecode: 1,
      statuscode: 2,
    });
  });
});

describe('the verdict on a failure', () => {
  const entry: LedgerEntry = { kind: 'markRead', kbRecordId: 'k', chatActivityId: 'c' };
  const task = { id: 'x', group: 'g', seq: 1, attempts: 3, addedAt: 0, payload: {} };
  const error = (status: number, retriable: boolean, retryAfterInMs?: number) =>
    new DataverseError({ status, code: 'x', retriable, delivered: 'unknown', retryAfterInMs });
  const day = 24 * 60 * 60_000;

  it.each([
    ['an outage after a month', error(503, true), 30 * day, 'retry'],
    ['a refused token after a month', error(401, true), 30 * day, 'retry'],
    ['a server fault on the first day', error(500, true), day - 1, 'retry'],
    ['a server fault after a day', error(500, true), day + 1, 'bury'],
    ['a bad request', error(400, false), 0, 'bury'],
    ['a missing privilege', error(403, false), 0, 'bury'],
    ['a mark on a row that may still appear', error(404, false), 59_000, 'retry'],
    ['a mark on a row that never appeared', error(404, false), 61_000, 'bury'],
    ['a fault of our own', new TypeError('x'), 0, 'bury'],
  ])('%s', (_name, failure, age, is) => {
    expect(verdictOf(failure, entry, task, age)).toMatchObject({ is });
  });

  it('is to drop what came after the close', () => {
    expect(verdictOf(error(400, false), { ...entry, isLate: true }, task, 0)).toMatchObject({ is: 'drop' });
  });

  it('waits at least as long as asked', () => {
    expect(verdictOf(error(429, true, 3_600_000), entry, task, 0)).toMatchObject({ is: 'retry', inMs: 3_600_000 });
  });
});

describe('slots', () => {
  it('let in only so many, in order, and forget a caller that gave up', async () => {
    const slots = new Slots(1);
    const order: string[] = [];
    let release = () => {};
    const first = slots.run(() => new Promise<void>((resolve) => (release = resolve)));
    const abort = new AbortController();
    const second = slots.run(async () => order.push('second'), abort.signal);
    const third = slots.run(async () => order.push('third'));
    abort.abort(new Error('gave up'));
    await expect(second).rejects.toThrow('gave up');
    release();
    await Promise.all([first, third]);
    expect(order).toEqual(['third']);
    await expect(slots.run(async () => 1, abort.signal)).rejects.toThrow('gave up');
    await expect(slots.run(async () => 1)).resolves.toBe(1);
  });

  it('are free again after a failure', async () => {
    const slots = new Slots(1);
    await expect(slots.run(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
    await expect(slots.run(async () => 2)).resolves.toBe(2);
  });
});

it('versions are told apart by number and language', () => {
  const row = (id: string, number: string | null, language: string | null, major: number, minor: number) => ({
    knowledgearticleid: id,
    articlepublicnumber: number,
    _languagelocaleid_value: language,
    majorversionnumber: major,
    minorversionnumber: minor,
  });
  const rows = [
    row('a', 'KA-1', 'en', 1, 9),
    row('b', 'KA-1', 'en', 2, 0),
    row('c', 'KA-1', 'en', 1, 10),
    row('d', 'KA-1', 'de', 1, 0),
    row('e', null, null, 1, 0),
    row('f', null, null, 1, 0),
  ];
  expect(newestVersions(rows).map((one) => one['knowledgearticleid'])).toEqual(['b', 'd', 'e', 'f']);
});
