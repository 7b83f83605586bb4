import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isJsonObject, type JsonObject, parseJson } from '../../../common/json';
import { silentLog } from '../../../common/log';
import { type DynamicsStandIn, startDynamicsStandIn } from '../../../sandbox/dynamics';

let standIn: DynamicsStandIn;
let token: string;
const relation = 'cxlvhlp_knowledgearticlessentbybot_relationship';
const kbSet = 'cxlvhlp_kbrecordsforbotconversations';
const start = '2026-02-01T10:00:00Z';

beforeEach(async () => {
  standIn = await startDynamicsStandIn({ port: 0, log: silentLog, clientSecret: 'right' });
  token = String((await askToken({ client_secret: 'right' })).body['access_token']);
});
afterEach(() => standIn.close());

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: JsonObject;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = parseJson(text);
  return { status: response.status, headers: response.headers, text, body: isJsonObject(body) ? body : {} };
}

async function askToken(form: Record<string, string>): Promise<Answer> {
  const whole = { client_id: 'a', scope: `${standIn.url}/.default`, grant_type: 'client_credentials', ...form };
  return answerOf(await fetch(standIn.tokenUrl, { method: 'POST', body: new URLSearchParams(whole) }));
}

async function call(
  method: string,
  target: string,
  body?: JsonObject | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${standIn.url}/api/data/v9.2/${target}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: 'application/json',
      'OData-Version': '4.0',
      'OData-MaxVersion': '4.0',
      ...(body !== undefined && { 'Content-Type': 'application/json; charset=utf-8' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return answerOf(response);
}

async function newChat(values: JsonObject = {}): Promise<string> {
  const id = randomUUID();
  const body = { subject: 'Chat', cxlvhlp_chatstarttime: start, ...values };
  expect((await call('PATCH', `cxlvhlp_chatactivities(${id})`, body, { 'If-None-Match': '*' })).status).toBe(204);
  return id;
}

const codeOf = (answer: Answer) => (isJsonObject(answer.body['error']) ? answer.body['error']['code'] : undefined);

describe('the token service', () => {
  it.each([
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_secret: 'right', scope: 'https://elsewhere/.default' }, 400, 'invalid_scope'],
    [{ client_secret: 'right', grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %j', async (form, status, error) => {
    expect(await askToken(form as Record<string, string>)).toMatchObject({ status, body: { error } });
  });

  it('gives tokens of the life that is set', async () => {
    standIn.tokens.lifeInSeconds = 0;
    token = String((await askToken({ client_secret: 'right' })).body['access_token']);
    const answer = await call('GET', 'WhoAmI');
    expect(answer).toMatchObject({ status: 401, text: '' });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });
});

describe('the documented sequence by POST', () => {
  it('creates, links and marks', async () => {
    const chat = await call('POST', 'cxlvhlp_chatactivities', {
      subject: 'test from API.',
      cxlvhlp_chatstarttime: '2017-08-01T10:00:00Z',
      cxlvhlp_ChatOrigin: '100000000',
      cxlvhlp_IsCustomerAuthenticated: true,
    });
    expect(chat).toMatchObject({ status: 204, text: '' });
    const chatUrl = String(chat.headers.get('odata-entityid'));
    expect(chatUrl).toMatch(/\/api\/data\/v9\.2\/cxlvhlp_chatactivities\([0-9a-f-]{36}\)$/);
    const article = String(standIn.rows('knowledgearticles')[0]?.['knowledgearticleid']);
    const record = await call('POST', kbSet, {
      'cxlvhlp_associatedkbarticle@odata.bind': `/knowledgearticles(${article})`,
      cxlvhlp_readbycustomer: false,
    });
    const recordUrl = String(record.headers.get('odata-entityid'));
    const chatTarget = chatUrl.split('/v9.2/')[1];
    expect((await call('POST', `${chatTarget}/${relation}/$ref`, { '@odata.id': recordUrl })).status).toBe(204);
    const linked = await call('GET', `${chatTarget}/${relation}?$select=cxlvhlp_readbycustomer`);
    expect(linked.body['value']).toMatchObject([{ cxlvhlp_readbycustomer: false }]);
    const mark = { cxlvhlp_readbycustomer: true };
    expect((await call('PATCH', String(recordUrl.split('/v9.2/')[1]), mark, { 'If-Match': '*' })).status).toBe(204);
    expect((await call('GET', `${chatTarget}`)).body).toMatchObject({
      cxlvhlp_ChatOrigin: 100000000,
      statecode: 0,
      statuscode: 1,
    });
    expect(standIn.violations).toEqual([]);
  });

  it('gives the row back when that is preferred', async () => {
    const body = { subject: 'Chat', cxlvhlp_chatstarttime: start };
    const answer = await call('POST', 'cxlvhlp_chatactivities', body, { Prefer: 'return=representation' });
    expect(answer).toMatchObject({ status: 201, body: { subject: 'Chat', statecode: 0 } });
    expect(answer.headers.get('odata-entityid')).toBeNull();
  });
});

describe('what it refuses', () => {
  it.each<[string, JsonObject, number, string]>([
    ['an unknown column', { cxlvhlp_botName: 'x' }, 400, '0x80060888'],
    ['the wrong case', { cxlvhlp_chatorigin: 100000000 }, 400, '0x80060888'],
    ['a column of Live Assist', { cxlvhlp_chatsessionid: 'x' }, 400, '0x80048d19'],
    ['a time with fractions', { cxlvhlp_chatendtime: '2026-02-01T10:00:00.5Z' }, 400, '0x80048d19'],
    ['an option that does not exist', { cxlvhlp_EndReason: 5 }, 400, '0x80048d19'],
    ['a text that is too long', { subject: 'x'.repeat(201) }, 400, '0x80044331'],
    ['a text in place of a truth value', { cxlvhlp_IsCustomerAuthenticated: 'true' }, 400, '0x80048d19'],
    ['a status that does not fit the state', { statecode: 1, statuscode: 1 }, 400, '0x80048d19'],
    ['a missing subject', { subject: null }, 400, '0x80048d19'],
    ['an unknown lookup', { 'cxlvhlp_contact@odata.bind': '/contacts(x)' }, 400, '0x80060888'],
    ['a lookup to another table', { 'regardingobjectid_contact@odata.bind': `/tasks(${randomUUID()})` }, 400, '0x80048d19'],
    ['a contact that is gone', { 'regardingobjectid_contact@odata.bind': `/contacts(${randomUUID()})` }, 404, '0x80040217'],
  ])('%s', async (_name, values, status, code) => {
    const body = { subject: 'Chat', cxlvhlp_chatstarttime: start, ...values };
    const answer = await call('PATCH', `cxlvhlp_chatactivities(${randomUUID()})`, body, { 'If-None-Match': '*' });
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(standIn.rows('cxlvhlp_chatactivities')).toEqual([]);
  });

  it('preconditions that do not hold', async () => {
    const id = await newChat();
    const target = `cxlvhlp_chatactivities(${id})`;
    const body = { subject: 'x', cxlvhlp_chatstarttime: start };
    expect(codeOf(await call('PATCH', target, body, { 'If-None-Match': '*' }))).toBe('0x80040237');
    expect(codeOf(await call('PATCH', `cxlvhlp_chatactivities(${randomUUID()})`, body, { 'If-Match': '*' }))).toBe('0x80040217');
    expect(codeOf(await call('PATCH', target, body, { 'If-Match': 'W/"1"' }))).toBe('0x80060882');
    const eTag = String((await call('GET', target)).body['@odata.etag']);
    expect((await call('PATCH', target, { subject: 'y' }, { 'If-Match': eTag })).status).toBe(204);
    expect(codeOf(await call('POST', 'cxlvhlp_chatactivities', { ...body, activityid: id }))).toBe('0x80040237');
  });

  it('links from or to nothing, and changes of completed activities', async () => {
    const id = await newChat();
    const link = (chat: string, child: string) =>
      call('POST', `cxlvhlp_chatactivities(${chat})/${relation}/$ref`, {
        '@odata.id': `${standIn.url}/api/data/v9.2/${kbSet}(${child})`,
      });
    const record = randomUUID();
    expect((await link(id, record)).status).toBe(404);
    await call('PATCH', `${kbSet}(${record})`, {}, { 'If-None-Match': '*' });
    expect((await link(randomUUID(), record)).status).toBe(404);
    expect((await call('POST', `cxlvhlp_chatactivities(${id})/other/$ref`, {})).status).toBe(404);
    await call('PATCH', `cxlvhlp_chatactivities(${id})`, { statecode: 1, statuscode: 2 }, { 'If-Match': '*' });
    expect((await link(id, record)).status).toBe(400);
    expect((await call('PATCH', `cxlvhlp_chatactivities(${id})`, { subject: 'x' }, { 'If-Match': '*' })).status).toBe(400);
    expect((await call('DELETE', `cxlvhlp_chatactivities(${id})/${relation}(${record})/$ref`)).status).toBe(404);
  });

  it.each([
    'kontakte',
    'Contacts',
    'contacts?$select=nope',
    "contacts?$filter=nope eq 'x'",
    'contacts?$filter=emailaddress1 eq',
    "contacts?$filter=emailaddress1 eq 'it's'",
    'contacts?$orderby=nope',
    'contacts?$top=x',
    'contacts?$apply=x',
  ])('the read %s', async (target) => {
    expect((await call('GET', target)).status).toBeGreaterThanOrEqual(400);
  });

  it('what a test should know of: a PATCH without a precondition, missing headers', async () => {
    await call('PATCH', `cxlvhlp_chatactivities(${randomUUID()})`, { subject: 'x', cxlvhlp_chatstarttime: start });
    await call('GET', 'contacts', undefined, { 'OData-Version': '3.0', Accept: 'text/html' });
    expect(standIn.violations).toEqual([
      'PATCH without a precondition could bring back a deleted row',
      'GET /api/data/v9.2/contacts: no Accept for JSON',
      'GET /api/data/v9.2/contacts: odata-version is not 4.0',
    ]);
  });
});

describe('reads', () => {
  const names = async (filter: string, more = '') => {
    const answer = await call(
      'GET',
      `contacts?$select=firstname&$filter=${encodeURIComponent(filter)}&$orderby=firstname${more}`,
    );
    expect(answer.status).toBe(200);
    return (answer.body['value'] as JsonObject[]).map((row) => row['firstname']);
  };

  it.each([
    ["emailaddress1 eq 'TANAKA.family@example.com'", ['Mei', 'Ren']],
    ["lastname eq 'O''Hara'", ['Siobhan']],
    ["contains(emailaddress1,'oduya') or startswith(lastname,'lind')", ['Amara', 'Jonas']],
    ["not contains(lastname,'a') and statecode eq 0", ['Jonas']],
    ["(lastname eq 'Tanaka' and firstname gt 'N') or firstname eq 'Amara'", ['Amara', 'Ren']],
    ['telephone1 eq null', []],
    ["telephone1 ne null and createdon ge 2026-01-05T08:00:00Z and firstname le 'B'", ['Amara']],
  ])('%s', async (filter, expected) => {
    expect(await names(filter)).toEqual(expected);
  });

  it('come in pages that lead from one to the next', async () => {
    const seen: unknown[] = [];
    let target: string | undefined = 'contacts?$select=firstname&$filter=statecode eq 0&$orderby=firstname desc&$count=true';
    while (target !== undefined) {
      const { body } = await call('GET', target, undefined, { Prefer: 'odata.maxpagesize=2' });
      expect(body['@odata.count']).toBe(5);
      seen.push((body['value'] as JsonObject[]).map((row) => row['firstname']));
      target = (body['@odata.nextLink'] as string | undefined)?.split('/v9.2/')[1];
    }
    expect(seen).toEqual([['Siobhan', 'Ren'], ['Mei', 'Jonas'], ['Amara']]);
  });

  it('by full text and by search find articles', async () => {
    const QueryExpression = { EntityName: 'knowledgearticle', PageInfo: { Count: 3 } };
    const full = { SearchText: 'activate card', UseInflection: true, RemoveDuplicates: true, StateCode: 3, QueryExpression };
    const answer = await call('POST', 'FullTextSearchKnowledgeArticle', full);
    expect(answer.body['value'] as JsonObject[]).toHaveLength(3);
    const search = {
      search: 'activate card',
      top: 2,
      entities: JSON.stringify([{ name: 'knowledgearticle', filter: 'statecode eq 3' }]),
    };
    const found = parseJson(String((await call('POST', 'searchquery', search)).body['response'])) as JsonObject;
    expect(found['Value']).toHaveLength(2);
    const second = await call('POST', 'searchquery', search);
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '1']);
    standIn.search.isEnabled = false;
    expect(codeOf(await call('POST', 'searchquery', search))).toBe('0x80048d0b');
  });
});

describe('a batch', () => {
  const batch = (lines: string[], ending = '\r\n') =>
    call('POST', '$batch', lines.join(ending), { 'Content-Type': 'multipart/mixed; boundary="batch_1"' });
  const part = (id: number, line: string, body: JsonObject) => [
    '--changeset_1',
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    `Content-ID: ${id}`,
    '',
    line,
    'Content-Type: application/json',
    '',
    JSON.stringify(body),
    '',
  ];
  const changeSet = (...parts: string[][]) => [
    '--batch_1',
    'Content-Type: multipart/mixed; boundary=changeset_1',
    '',
    ...parts.flat(),
    '--changeset_1--',
    '',
    '--batch_1--',
    '',
  ];

  it('creates and links in one piece, or not at all', async () => {
    const id = await newChat();
    const create = part(1, `POST /api/data/v9.2/${kbSet} HTTP/1.1`, { cxlvhlp_readbycustomer: false });
    const link = (chat: string) =>
      part(2, `POST /api/data/v9.2/cxlvhlp_chatactivities(${chat})/${relation}/$ref HTTP/1.1`, { '@odata.id': '$1' });
    const failed = await batch(changeSet(create, link(randomUUID())));
    expect([failed.status, standIn.rows(kbSet).length]).toEqual([404, 0]);
    const done = await batch(changeSet(create, link(id)));
    expect(done.status).toBe(200);
    expect(done.text.match(/HTTP\/1\.1 204/g)).toHaveLength(2);
    expect(standIn.linkedKbRecords(id)).toHaveLength(1);
  });

  it('needs CRLF and its closing line', async () => {
    const create = part(1, `POST /api/data/v9.2/${kbSet} HTTP/1.1`, { cxlvhlp_readbycustomer: false });
    expect((await batch(changeSet(create), '\n')).status).toBe(400);
    expect((await batch(changeSet(create).slice(0, -2))).status).toBe(400);
    expect(standIn.rows(kbSet)).toEqual([]);
  });
});

it('the records are there again after a restart when there is a file for them', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'switchboard-'));
  const dataFile = path.join(folder, 'deep', 'dynamics.jsonl');
  await standIn.close();
  standIn = await startDynamicsStandIn({ port: 0, log: silentLog, dataFile });
  const id = randomUUID();
  standIn.put('cxlvhlp_chatactivities', id, { activityid: id, subject: 'Kept', statecode: 0, statuscode: 1 });
  const article = String(standIn.rows('knowledgearticles')[0]?.['knowledgearticleid']);
  standIn.put('knowledgearticles', article, { title: 'Changed' });
  standIn.delete('contacts', String(standIn.rows('contacts')[0]?.['contactid']));
  await standIn.close();
  standIn = await startDynamicsStandIn({ port: 0, log: silentLog, dataFile });
  expect(standIn.rows('cxlvhlp_chatactivities')).toMatchObject([{ activityid: id, subject: 'Kept' }]);
  expect(standIn.rows('knowledgearticles').find((row) => row['knowledgearticleid'] === article)).toMatchObject({
    title: 'Changed',
  });
  await rm(folder, { recursive: true });
});

it('the seeded articles are complete, each with its own number and topic in its language', () => {
  const rows = standIn.rows('knowledgearticles');
  const topics = rows.map((row) => row['swb_topickey']).filter((topic) => topic !== undefined && topic !== null);
  expect(new Set(topics).size).toBe(topics.length);
  expect(topics.length).toBe(77);
  for (const field of ['articlepublicnumber', 'title', 'knowledgearticleid']) {
    const inLanguage = rows.map((row) => `${String(row['_languagelocaleid_value'])} ${String(row[field])}`);
    expect(new Set(inLanguage).size).toBe(rows.length);
  }
  for (const row of rows) expect(String(row['description']).length).toBeLessThanOrEqual(155);
});
