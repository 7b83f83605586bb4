import { randomUUID } from 'node:crypto';
import { DataverseError } from '../../../dynamics/dataverseError';
import { wholeSeconds } from '../../../dynamics/query';
import { type Rig, startRig } from './rig';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(async () => {
  expect(rig.standIn.violations).toEqual([]);
  await rig.close();
});

const chatRow = { subject: 'Chat', cxlvhlp_chatstarttime: '2026-02-01T10:00:00Z' };
const chat = (id: string = randomUUID()) => ({ set: 'cxlvhlp_chatactivities', id });

async function failureOf(call: Promise<unknown>): Promise<DataverseError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataverseError);
  return error as DataverseError;
}

describe('every way a call can fail becomes a typed error', () => {
  const html = '<html><body>Service Unavailable</body></html>';
  const json = (code: string, message = 'No.') => JSON.stringify({ error: { code, message } });
  it.each([
    [
      '429 with a waiting time',
      { status: 429, headers: { 'Retry-After': '7' }, body: json('0x80072322') },
      { status: 429, code: '0x80072322', retriable: true, delivered: 'no', retryAfterInMs: 7000 },
    ],
    [
      '429 with a very long waiting time',
      { status: 429, headers: { 'Retry-After': '86400' }, body: json('0x80072321') },
      { status: 429, retriable: true, retryAfterInMs: 86_400_000 },
    ],
    [
      '503 as HTML',
      { status: 503, headers: { 'Content-Type': 'text/html' }, body: html },
      { status: 503, code: 'http503', retriable: true, delivered: 'unknown' },
    ],
    ['503 as JSON', { status: 503, body: json('0x80044150') }, { status: 503, code: '0x80044150', retriable: true }],
    ['502 with nothing', { status: 502 }, { status: 502, code: 'http502', retriable: true }],
    [
      '500 with an empty code',
      { status: 500, body: json('') },
      { status: 500, code: 'http500', retriable: true, delivered: 'unknown' },
    ],
    ['400', { status: 400, body: json('0x80044331') }, { status: 400, code: '0x80044331', retriable: false, delivered: 'no' }],
    [
      '403 of an unknown application user',
      { status: 403, body: json('0x80072560', 'The user is not a member of the organization.') },
      { status: 403, code: '0x80072560', retriable: false },
    ],
    [
      '403 of a missing privilege',
      { status: 403, body: json('0x80048306', 'Principal user is missing prvReadKnowledgeArticle privilege') },
      { status: 403, privilege: 'prvReadKnowledgeArticle', retriable: false },
    ],
    ['404 with nothing', { status: 404 }, { status: 404, code: 'http404', retriable: false }],
    ['413', { status: 413 }, { status: 413, retriable: false }],
    ['200 with an empty body', { status: 200 }, { status: 200, code: 'invalidAnswer', retriable: true, delivered: 'unknown' }],
    ['200 with a page of something else', { status: 200, body: html }, { status: 200, code: 'invalidAnswer', retriable: true }],
    [
      'a body that breaks off',
      { status: 200, headers: { 'Content-Length': '500', Connection: 'close' }, body: '{"value":[' },
      { status: 0, code: 'network', retriable: true, delivered: 'unknown' },
    ],
    [
      'a connection cut before the effect',
      { cut: 'before' as const },
      { status: 0, code: 'network', retriable: true, delivered: 'unknown' },
    ],
  ])('%s', async (_name, fault, expected) => {
    rig.standIn.faults.add({ match: '/api/data', ...fault });
    expect(await failureOf(rig.gateway.list('contacts', { select: ['contactid'] }))).toMatchObject(expected);
  });

  it('a slow answer runs into the deadline', async () => {
    rig.standIn.faults.add({ match: '/api/data', delayInMs: 900 });
    const startedAt = performance.now();
    const call = rig.gateway.list('contacts', { select: ['contactid'] }, { timeoutInMs: 200 });
    expect(await failureOf(call)).toMatchObject({ status: 0, code: 'timedOut', retriable: true, delivered: 'unknown' });
    expect(performance.now() - startedAt).toBeLessThan(800);
  });

  it('a slow token service runs into the deadline too', async () => {
    rig.standIn.faults.add({ match: '/oauth2', delayInMs: 900 });
    const call = rig.gateway.list('contacts', { select: ['contactid'] }, { timeoutInMs: 200 });
    expect(await failureOf(call)).toMatchObject({ code: 'timedOut' });
  });

  it('a caller that gives up is told so', async () => {
    rig.standIn.faults.add({ match: '/api/data', delayInMs: 900 });
    const abort = new AbortController();
    const call = failureOf(rig.gateway.get(chat(), ['subject'], { signal: abort.signal }));
    abort.abort();
    expect(await call).toMatchObject({ code: 'aborted' });
    expect(await failureOf(rig.gateway.get(chat(), ['subject'], { signal: abort.signal }))).toMatchObject({ code: 'aborted' });
  });

  it('nobody listening is known to have had no effect', async () => {
    const dead = rig.another({ environmentUrl: 'http://127.0.0.1:1' });
    expect(await failureOf(dead.create(chat(), chatRow))).toMatchObject({ code: 'refused', delivered: 'no', retriable: true });
  });

  it('an id that is none never leaves the process', async () => {
    expect(await failureOf(rig.gateway.get(chat("1) or '"), ['subject']))).toMatchObject({ code: 'invalidId', retriable: false });
    expect(rig.standIn.requests).toEqual([]);
  });

  it('a link to the next page on another host is not followed with our token', async () => {
    expect(await failureOf(rig.gateway.next('http://evil.example/api/data/v9.2/contacts'))).toMatchObject({
      code: 'invalidAnswer',
    });
  });

  it('no token is a failure that passes', async () => {
    rig.standIn.faults.add({
      match: '/oauth2',
      status: 400,
      body: JSON.stringify({ error: 'invalid_client', error_description: 'x' }),
    });
    expect(await failureOf(rig.gateway.create(chat(), chatRow))).toMatchObject({
      code: 'noToken',
      retriable: true,
      delivered: 'no',
    });
    await expect(rig.gateway.create(chat(), chatRow)).resolves.toBe('created');
  });
});

describe('rows under ids of our choosing', () => {
  it('are created once, changed only when they exist, and linked twice with the effect of once', async () => {
    const { gateway, standIn } = rig;
    const row = chat();
    expect(await gateway.create(row, chatRow)).toBe('created');
    expect(await gateway.create(row, { ...chatRow, subject: 'Another' })).toBe('existed');
    expect(await gateway.get(row, ['subject', 'statecode'])).toMatchObject({ subject: 'Chat', statecode: 0 });
    expect(await failureOf(gateway.update(chat(), { subject: 'x' }))).toMatchObject({ status: 404, code: '0x80040217' });
    const article = String(standIn.rows('knowledgearticles')[0]?.['knowledgearticleid']);
    const record = { set: 'cxlvhlp_kbrecordsforbotconversations', id: randomUUID() };
    await gateway.create(record, { 'cxlvhlp_associatedkbarticle@odata.bind': `/knowledgearticles(${article})` });
    const relation = 'cxlvhlp_knowledgearticlessentbybot_relationship';
    await gateway.associate(row, relation, record);
    await gateway.associate(row, relation, record);
    standIn.repeatedLink = 412;
    await gateway.associate(row, relation, record);
    expect(standIn.linkedKbRecords(row.id)).toEqual([record.id]);
    expect(await failureOf(gateway.associate(chat(), relation, record))).toMatchObject({ status: 404 });
  });

  it('exist after an answer that was lost', async () => {
    const row = chat();
    rig.standIn.faults.add({ match: 'PATCH', cut: 'after' });
    expect(await failureOf(rig.gateway.create(row, chatRow))).toMatchObject({ delivered: 'unknown' });
    expect(await rig.gateway.create(row, chatRow)).toBe('existed');
  });
});

describe('tokens', () => {
  it('are asked for once by twenty callers at a time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => rig.gateway.list('contacts', { select: ['contactid'], top: 1 })));
    expect(rig.standIn.tokens.requests).toBe(1);
  });

  it('are renewed once when many calls find them refused', async () => {
    const list = () => rig.gateway.list('contacts', { select: ['contactid'], top: 1 });
    await list();
    rig.standIn.tokens.revokeAll();
    await Promise.all(Array.from({ length: 20 }, list));
    expect(rig.standIn.tokens.requests).toBe(2);
  });

  it('that stay refused end the call after one renewal', async () => {
    rig.standIn.faults.add({ match: '/api/data', status: 401, times: 2, headers: { 'WWW-Authenticate': 'Bearer' } });
    const call = rig.gateway.list('contacts', { select: ['contactid'] });
    expect(await failureOf(call)).toMatchObject({ status: 401, code: 'http401', retriable: true, delivered: 'no' });
    expect(rig.standIn.requests).toHaveLength(2);
  });

  it('with little life left are fetched anew', async () => {
    rig.standIn.tokens.lifeInSeconds = 200;
    await rig.gateway.list('contacts', { select: ['contactid'], top: 1 });
    await rig.gateway.list('contacts', { select: ['contactid'], top: 1 });
    expect(rig.standIn.tokens.requests).toBe(2);
  });
});

describe('many callers', () => {
  it('never have more than the allowed number of requests under way', async () => {
    const gateway = rig.another({ maxConcurrent: 5 });
    rig.standIn.faults.add({ match: '/api/data', delayInMs: 20, times: 40 });
    await Promise.all(Array.from({ length: 40 }, () => gateway.list('contacts', { select: ['contactid'], top: 1 })));
    expect(rig.standIn.mostConcurrent).toBe(5);
  });

  it('all wait after one of them was throttled', async () => {
    rig.standIn.faults.add({ match: '/api/data', status: 429, headers: { 'Retry-After': '30' } });
    await failureOf(rig.gateway.list('contacts', { select: ['contactid'] }));
    const error = await failureOf(rig.gateway.create(chat(), chatRow));
    expect(error).toMatchObject({ status: 429, code: 'throttled', delivered: 'no', retriable: true });
    expect(error.retryAfterInMs).toBeGreaterThan(28_000);
    expect(rig.gateway.closedForInMs()).toBeGreaterThan(28_000);
    expect(rig.standIn.requests).toHaveLength(1);
    // Another instance has a gate of its own.
    await expect(rig.another().create(chat(), chatRow)).resolves.toBe('created');
  });

  it('do not mix up their headers and bodies', async () => {
    const rows = Array.from({ length: 60 }, () => chat());
    await Promise.all(rows.map((row) => rig.gateway.create(row, { ...chatRow, subject: row.id })));
    const read = await Promise.all(rows.map((row) => rig.gateway.get(row, ['subject'])));
    expect(read.map((row) => row['subject'])).toEqual(rows.map((row) => row.id));
  });
});

it('a list is read page by page', async () => {
  const query = { select: ['knowledgearticleid'], filter: 'statecode eq 3', orderBy: 'knowledgearticleid' };
  let page = await rig.gateway.list('knowledgearticles', query, { pageSize: 20 });
  const ids = page.rows.map((row) => row['knowledgearticleid']);
  expect(ids).toHaveLength(20);
  while (page.nextLink !== undefined) {
    page = await rig.gateway.next(page.nextLink, { pageSize: 20 });
    ids.push(...page.rows.map((row) => row['knowledgearticleid']));
  }
  expect(new Set(ids).size).toBe(rig.standIn.rows('knowledgearticles').length);
});

it('an address that the library would turn into a batch is sent as it is', async () => {
  const filter = `modifiedon lt ${wholeSeconds(Date.now())} and (${Array.from({ length: 60 }, (_, index) => `articlepublicnumber eq 'KA-${index}'`).join(' or ')} or articlepublicnumber eq 'KA-01072')`;
  const { rows } = await rig.gateway.list('knowledgearticles', { select: ['title', 'articlepublicnumber'], filter });
  expect(rig.standIn.requests[0]).toMatchObject({ method: 'GET', headers: { 'if-none-match': 'null' } });
  expect(rig.standIn.requests[0]?.path.length).toBeGreaterThan(2048);
  expect(rows).toMatchObject([{ articlepublicnumber: 'KA-01072' }]);
});
