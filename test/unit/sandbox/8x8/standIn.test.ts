import { createHttpClient, type HttpRequest, type HttpResponse } from '../../../../common/http';
import type { JsonObject, JsonValue } from '../../../../common/json';
import { type EightByEightStandIn, startEightByEightStandIn } from '../../../../sandbox/8x8';

/** The stand-in is only worth something when it refuses what the vendor would. */
describe('the 8x8 stand-in', () => {
  const http = createHttpClient();
  let standIn: EightByEightStandIn;

  beforeEach(async () => {
    standIn = await startEightByEightStandIn();
  });
  afterEach(() => standIn.close());
  afterAll(() => http.close());

  const call = (
    method: HttpRequest['method'],
    path: string,
    json?: JsonValue,
    headers: Record<string, string> = {},
  ): Promise<HttpResponse> =>
    http({
      method,
      url: `${standIn.url}${path}`,
      headers: { 'x-api-key': 'eght_sandbox', ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      timeoutInMs: 5_000,
    });
  const conversations = '/chat-gateway/v1/conversations';
  const good: JsonObject = { channelId: 'ch_sandbox', user: {}, assignment: { type: 'queue', id: '104' } };
  const create = async () => ((await call('POST', conversations, good)).json as { conversationId: string }).conversationId;
  const visible = (id: string) =>
    new Promise<void>((resolve) => {
      const look = () => standIn.desk.chats().some((chat) => chat.id === id) && resolve();
      standIn.desk.onChange(look);
      look();
    });

  it('answers a good request with 202 and the id under the name it has there only', async () => {
    const answer = await call('POST', conversations, good);
    expect(answer).toMatchObject({
      status: 202,
      json: { conversationId: expect.stringMatching(/^cv_/), createdAt: expect.any(String) },
    });
    const { conversationId } = answer.json as { conversationId: string };
    expect((await call('GET', `${conversations}/${conversationId}`)).json).toMatchObject({ id: conversationId });
    expect(standIn.violations).toEqual([]);
  });

  it('wants a key and the right tenant', async () => {
    const noKey = await http({ method: 'GET', url: `${standIn.url}${conversations}/x`, timeoutInMs: 5_000 });
    expect(noKey).toMatchObject({ status: 401, json: { code: 'KA:0003' } });
    expect(await call('GET', `${conversations}/x`, undefined, { 'x-api-key': 'wrong' })).toMatchObject({
      status: 401,
      json: { errors: [{ code: 'access_denied' }] },
    });
    expect((await call('GET', `${conversations}/x`, undefined, { 'x-8x8-tenant': 'wrong' })).status).toBe(403);
    expect(standIn.violations).toEqual([expect.stringContaining('x-api-key is missing')]);
  });

  const property = (key: string, value: JsonValue) => ({ user: { additionalProperties: [{ key, value }] } });
  it.each<[string, JsonObject]>([
    ['no channel', { channelId: '' }],
    ['no user', { user: null }],
    ['a locale for a language', { user: { language: 'en-GB' } }],
    ['a word for an e-mail address', { user: { email: 'ada' } }],
    ['a number for a value', property('a', 1)],
    ['an empty value', property('a', '')],
    ['a blank before a key', property(' a', 'b')],
    [
      '31 properties',
      { user: { additionalProperties: Array.from({ length: 31 }, (_, index) => ({ key: `k${index}`, value: 'v' })) } },
    ],
    ['201 messages', { history: { messages: Array.from({ length: 201 }, () => ({ authorType: 'user', text: 'x' })) } }],
    ['an agent in the history', { history: { messages: [{ authorType: 'agent', text: 'x' }] } }],
    ['an attachment in the history', { history: { messages: [{ authorType: 'user', text: 'x', attachments: [{ id: '1' }] }] } }],
    [
      'a card of version 1.6',
      {
        history: {
          messages: [
            {
              authorType: 'bot',
              cards: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { version: '1.6' } }],
            },
          ],
        },
      },
    ],
    ['an unknown member', { customer: {} }],
  ])('refuses a conversation with %s', async (_, wrong) => {
    expect((await call('POST', conversations, { ...good, ...wrong })).status).toBe(400);
    expect(standIn.violations).not.toEqual([]);
  });

  it('refuses an unknown queue and channel as configuration faults', async () => {
    const queue = await call('POST', conversations, { ...good, assignment: { type: 'queue', id: '999' } });
    expect(queue).toMatchObject({ status: 400, json: { errors: [{ code: 'invalid_queue' }] } });
    expect((await call('POST', conversations, { ...good, channelId: 'other' })).status).toBe(400);
    expect(standIn.violations).toEqual([]);
  });

  it.each<[string, JsonValue]>([
    ['nothing in it', { authorType: 'user' }],
    ['an agent as author', { authorType: 'agent', text: 'x' }],
    ['no author', { text: 'x' }],
    ['an unknown attachment', { authorType: 'user', text: 'x', attachments: [{ id: 'T' }] }],
  ])('refuses a message with %s', async (_, message) => {
    const id = await create();
    const answer = await call('POST', `${conversations}/${id}/messages`, message);
    expect(answer).toMatchObject({
      status: 400,
      json: { errors: { code: expect.any(String) }, referenceId: expect.any(String) },
    });
    expect(standIn.violations).not.toEqual([]);
  });

  it('notes a wrong content type, an unknown operation and a key sent where none belongs', async () => {
    const id = await create();
    await call('POST', `${conversations}/${id}/typing`, { authorType: 'user' }, { 'content-type': 'text/plain' });
    await call('DELETE', `${conversations}/${id}`);
    await call('GET', `${conversations}/${id}/messages?sort=id:asc`);
    await call('GET', '/chat-gateway/v1/jwk/none/public');
    expect(standIn.violations).toEqual([
      expect.stringContaining('content type'),
      expect.stringContaining('no such operation: DELETE'),
      expect.stringContaining('sorted'),
      expect.stringContaining('signing keys'),
    ]);
  });

  it('opens an ended conversation again when something is sent to it, and notes that', async () => {
    const id = await create();
    await visible(id);
    await standIn.desk.accept(id, 'Grace');
    await call('PATCH', `${conversations}/${id}/participants/user`, { removed: true });
    expect(standIn.desk.chats()[0]).toMatchObject({ state: 'ended', endedBy: 'customer' });
    expect((await call('PATCH', `${conversations}/${id}/participants/user`, { removed: true })).status).toBe(404);
    await call('POST', `${conversations}/${id}/messages`, { authorType: 'user', text: 'late' });
    expect(standIn.desk.chats()[0]?.state).not.toBe('ended');
    expect(standIn.violations).toEqual(['a message after the end opened the conversation again']);
  });

  it('pages messages from the newest on', async () => {
    const id = await create();
    for (const text of ['a', 'b', 'c']) await call('POST', `${conversations}/${id}/messages`, { authorType: 'user', text });
    const page = await call('GET', `${conversations}/${id}/messages?size=2&page=1`);
    expect(page.json).toMatchObject({
      _embedded: { messages: [{ text: 'a' }] },
      page: { size: 2, number: 1, totalElements: 3, totalPages: 2 },
    });
    expect((await call('GET', `${conversations}/${await create()}/messages`)).json).not.toHaveProperty('_embedded');
  });

  it('refuses acts of agents that make no sense', async () => {
    const id = await create();
    await visible(id);
    const { desk } = standIn;
    await expect(desk.say(id, 'not accepted')).rejects.toThrow();
    await expect(desk.end(id)).rejects.toThrow();
    await expect(desk.accept('nobody', 'Grace')).rejects.toThrow();
    expect(desk.queues().map(({ name }) => name)).toEqual(['Cards', 'Transfers', 'Complaints']);
  });

  it('tells the schedule in each of its spellings', async () => {
    for (const status of [0, '-1', 'Choice #2']) {
      standIn.setScheduleStatus(status);
      expect((await call('GET', '/cc/v1/schedules/1/status')).json).toEqual({ 'schedule-status': { status } });
    }
  });

  it('commits planned faults', async () => {
    standIn.faults.add({ match: 'GET', status: 502, body: '<html></html>' });
    expect((await call('GET', `${conversations}/x`)).status).toBe(502);
    expect((await call('GET', `${conversations}/x`)).status).toBe(404);
  });
});
