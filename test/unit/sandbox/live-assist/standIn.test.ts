import { sign } from 'node:crypto';
import type { JsonObject } from '../../../../common/json';
import { type LiveAssistStandIn, startLiveAssistStandIn } from '../../../../sandbox/live-assist';

let standIn: LiveAssistStandIn;
const account = '/api/account/12345678';
const appKey = '721c180b09eb463d9f3191c41762bb68';

beforeEach(async () => {
  standIn = await startLiveAssistStandIn();
});
afterEach(() => standIn.close());

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const url = `${standIn.url}${path}${path.includes('?') ? '&' : '?'}v=1&appKey=${appKey}`;
  const response = await fetch(url, {
    method,
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, location: response.headers.get('location') ?? '', body: text === '' ? {} : JSON.parse(text) };
}

async function openChat(request: JsonObject = { skill: 'cards' }): Promise<{ path: string; id: string }> {
  const { status, location } = await call('POST', `${account}/chat/request.json`, { request });
  expect(status).toBe(201);
  const path = location.replace(standIn.url, '');
  return { path, id: path.split('/').at(-1) ?? '' };
}

function jws(payload: unknown, head: unknown = { alg: 'RS256' }, key = standIn.env['LIVE_ASSIST_CONTEXT_KEYS'] ?? ''): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const content = `${encode(head)}.${encode(payload)}`;
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`;
}

const post = (contextData: unknown, accountId: unknown = '12345678') =>
  call('POST', '/context-service/context', { accountId, contextData });

async function sessionOf({ path }: { path: string }): Promise<string> {
  return String((await call('GET', `${path}/info.json`)).body.info.rtSessionId);
}

describe('the chat service', () => {
  it.each([
    ['a member that is not known', { skill: 'cards', unheardOf: 1 }],
    ['a skill that is no text', { skill: 5 }],
    ['a time-out that is no number', { interactionTimeout: 'long' }],
    ['lines in another form', { preChatLines: { line: ['just words'] } }],
    ['lines that are no list', { preChatLines: 'words' }],
  ])('takes no request with %s', async (_, request) => {
    expect((await call('POST', `${account}/chat/request.json`, { request })).status).toBe(400);
    expect(standIn.violations).toHaveLength(1);
  });

  it('does not blame the client for a skill that the administrator removed', async () => {
    expect((await call('POST', `${account}/chat/request.json`, { request: { skill: 'gone' } })).status).toBe(400);
    expect((await call('GET', `${account}/chat/availability.json?skill=gone`)).status).toBe(400);
    expect(standIn.violations).toEqual([]);
  });

  it.each<[string, number, () => Promise<{ status: number }>]>([
    ['v', 400, async () => fetch(`${standIn.url}${account}/chat/availability.json?appKey=${appKey}`)],
    ['appKey', 401, async () => fetch(`${standIn.url}${account}/chat/availability.json?v=1&appKey=x`)],
    ['Accept', 406, () => call('GET', `${account}/chat/availability.json`, undefined, { accept: 'text/html' })],
    ['the account', 404, () => call('GET', '/api/account/999/chat/availability.json')],
    ['Content-Type', 415, () => call('POST', `${account}/chat/request.json`, '{}', { 'content-type': 'text/plain' })],
    ['a path', 404, () => call('GET', `${account}/chat/nonsense`)],
  ])('misses %s', async (_, status, request) => {
    expect((await request()).status).toBe(status);
    expect(standIn.violations).toHaveLength(1);
  });

  it('takes a line only when somebody can read it, and one event at a time', async () => {
    const chat = await openChat();
    const line = (text: unknown) => call('POST', `${chat.path}/events`, { event: { '@type': 'line', text } });
    expect((await line('hello?')).status).toBe(400);
    await standIn.desk.accept(chat.id, 'Grace');
    expect((await line('hello')).status).toBe(201);
    expect((await line('')).status).toBe(400);
    expect((await call('POST', `${chat.path}/events`, { event: [{ '@type': 'line', text: 'x' }] })).status).toBe(400);
    expect((await call('POST', `${chat.path}/events`, { event: { '@type': 'state', state: 'waiting' } })).status).toBe(400);
    expect(standIn.violations).toHaveLength(4);
  });

  it('notes lines that are sent side by side', async () => {
    const chat = await openChat();
    await standIn.desk.accept(chat.id, 'Grace');
    standIn.faults.add({ match: '/events', delayInMs: 50 });
    const line = (text: string) => call('POST', `${chat.path}/events`, { event: { '@type': 'line', text } });
    await Promise.all([line('one'), line('two')]);
    expect(standIn.violations).toEqual([expect.stringContaining('while another is under way')]);
  });

  it('changes a chat’s facts only by the header that makes a PUT of a POST', async () => {
    const { path } = await openChat();
    const put = { 'x-http-method-override': 'PUT' };
    expect((await call('POST', `${path}/info/visitorName.json`, { visitorName: 'Ada' })).status).toBe(405);
    expect((await call('POST', `${path}/info/visitorName.json`, { visitorName: 'Ada' }, put)).status).toBe(200);
    expect((await call('POST', `${path}/info/visitorTyping`, { visitorTyping: 'yes' }, put)).status).toBe(400);
    expect((await call('POST', `${path}/info/visitorTyping`, { visitorTyping: 'typing' }, put)).status).toBe(200);
    expect(standIn.desk.chats()).toMatchObject([{ customerName: 'Ada', customerIsTyping: true }]);
  });

  it('gives events as nothing, as one, or as a list, from the position of the link', async () => {
    const chat = await openChat();
    const first = (await call('GET', `${chat.path}.json`)).body.chat;
    expect(first.events.event).toMatchObject({ '@id': '1', state: 'waiting' });
    const next = (first.link as { '@rel': string; '@href': string }[]).find((one) => one['@rel'] === 'next')?.['@href'] ?? '';
    const [path, query] = next.replace(standIn.url, '').split('?');
    const poll = async () => (await call('GET', `${path}.json?${query}`)).body.chat.events.event;
    expect(await poll()).toBeUndefined();
    await standIn.desk.accept(chat.id, 'Grace');
    expect(await poll()).toMatchObject([{ state: 'chatting' }, { source: 'system' }]);
  });

  it('tells the wait by the queue, and -1 without anybody', async () => {
    await openChat();
    expect((await call('GET', `${account}/chat/estimatedWaitTime?skill=cards`)).body).toEqual({ estimatedWaitTime: 60 });
    standIn.desk.setStaffed(false);
    expect((await call('GET', `${account}/chat/estimatedWaitTime`)).body).toEqual({ estimatedWaitTime: -1 });
  });
});

describe('the context service', () => {
  it('takes what a registered key signed with RS256', async () => {
    const chat = await openChat();
    const contextId = await sessionOf(chat);
    expect((await post(jws({ contextId, contextData: { skill: { value: 'cards' } } }))).status).toBe(201);
    expect(standIn.contextOf(chat.id)).toEqual({ skill: { value: 'cards' } });
  });

  it.each<[string, (contextId: string) => string]>([
    ['another algorithm', (contextId) => jws({ contextId, contextData: {} }, { alg: 'RS512' })],
    ['none', (contextId) => `${jws({ contextId, contextData: {} }, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`],
    [
      'a changed payload',
      (contextId) => jws({ contextId, contextData: {} }).replace(/\.[^.]+\./, `.${Buffer.from('{}').toString('base64url')}.`),
    ],
    ['no token', () => 'words'],
  ])('refuses %s', async (_, token) => {
    expect((await post(token(await sessionOf(await openChat())))).status).toBe(400);
  });

  it.each<[string, JsonObject]>([
    ['an id that is a number', { contextId: 4294967522, contextData: {} }],
    ['an id of no chat', { contextId: '1', contextData: {} }],
    ['no data', {}],
    ['a member that is not known', { contextData: { customer: { shoeSize: { value: '42' } } } }],
    ['a value of the wrong type', { contextData: { customer: { companySize: { value: '10' } } } }],
    ['a leaf with more', { contextData: { skill: { value: 'cards', note: 1 } } }],
    ['what has expired', { contextData: {}, exp: 1 }],
  ])('refuses %s, and says so', async (_, claims) => {
    const contextId = await sessionOf(await openChat());
    expect((await post(jws({ contextId, ...claims }))).status).toBe(400);
    expect(standIn.violations).toHaveLength(1);
  });

  it('refuses another account', async () => {
    expect((await post('x', 12345678)).status).toBe(400);
    expect(standIn.violations).toHaveLength(1);
  });
});

it('notes when somebody else renames or completes a record that is the desk’s', async () => {
  const row: JsonObject = { statecode: 0, subject: 'mine' };
  const { promise: completed, resolve } = Promise.withResolvers<void>();
  await standIn.close();
  standIn = await startLiveAssistStandIn({
    completeAfterInMs: 0,
    records: {
      read: () => row,
      write: (_, values) => {
        Object.assign(row, values);
        if ('cxlvhlp_chatendtime' in values) resolve();
      },
    },
  });
  const chat = await openChat();
  const contextId = await sessionOf(chat);
  await post(jws({ contextId, contextData: { chatActivityId: { value: 'a1', isAsserted: false } } }));
  await standIn.desk.accept(chat.id, 'Grace');
  expect(row).toMatchObject({ subject: 'chat with Grace cards', cxlvhlp_chatsessionid: chat.id });
  Object.assign(row, { subject: 'theirs', statecode: 1 });
  await standIn.desk.end(chat.id);
  await completed;
  expect(standIn.violations).toEqual([expect.stringContaining('completed by somebody else'), expect.stringContaining('renamed')]);
});
