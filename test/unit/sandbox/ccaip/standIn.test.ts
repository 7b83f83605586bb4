import { createHttpClient, type HttpRequest, type HttpResponse } from '../../../../common/http';
import type { JsonObject, JsonValue } from '../../../../common/json';
import { type CcaipStandIn, startCcaipStandIn } from '../../../../sandbox/ccaip';

/** The stand-in is only worth something when it refuses what the vendor would. */
describe('the CCAIP stand-in', () => {
  const http = createHttpClient();
  let standIn: CcaipStandIn;

  beforeEach(async () => {
    standIn = await startCcaipStandIn();
  });
  afterEach(() => standIn.close());
  afterAll(() => http.close());

  const basic = `Basic ${Buffer.from('sandbox:sandbox-api-token').toString('base64')}`;
  const call = (
    method: HttpRequest['method'],
    path: string,
    json?: JsonValue,
    headers: Record<string, string> = { authorization: basic },
  ): Promise<HttpResponse> =>
    http({
      method,
      url: `${standIn.url}/apps/api/v1${path}`,
      headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      timeoutInMs: 5_000,
    });
  const endUser = async (identifier = 'a') => ((await call('POST', '/end_users', { identifier })).json as { id: number }).id;
  const chatFor = (endUserId: number, more: JsonObject = {}): JsonObject => ({
    chat: { menu_id: 7, end_user_id: endUserId, lang: 'en', ...more },
  });
  const open = async () => {
    const endUserId = await endUser();
    const { id } = (await call('POST', '/chats', chatFor(endUserId))).json as { id: number };
    await new Promise<void>((resolve) => {
      const look = () => standIn.desk.chats().length > 0 && resolve();
      standIn.desk.onChange(look);
      look();
    });
    return { id, endUserId };
  };
  const text = (from: number, content: JsonValue = { text: 'hi' }): JsonObject => ({
    from_user_id: from,
    message: { type: 'text', content },
  });

  it('gives one id to one identifier, and keeps what changed', async () => {
    const first = await call('POST', '/end_users', { identifier: 'a', name: 'Ada' });
    const again = await call('POST', '/end_users', { identifier: 'a', email: 'ada@example.com' });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.json).toEqual(first.json);
    expect((await call('GET', '/end_users?identifier=a')).json).toMatchObject({ name: 'Ada', email: 'ada@example.com' });
    expect((await call('GET', '/end_users?identifier=b')).status).toBe(404);
    expect(standIn.violations).toEqual([]);
  });

  it('wants Basic authorization with the right token', async () => {
    expect((await call('GET', '/chats/1', undefined, {})).status).toBe(401);
    expect((await call('GET', '/chats/1', undefined, { authorization: 'Bearer sandbox-api-token' })).status).toBe(401);
    expect(standIn.violations).toEqual([expect.stringContaining('no Basic authorization')]);
  });

  it.each<[string, JsonObject]>([
    ['a word for a queue', { menu_id: '7' }],
    ['an end user nobody made', { end_user_id: 99_999 }],
    ['a language that is not set up', { lang: 'xx' }],
    ['an unknown member', { topic: 'x' }],
    ['a context without a value', { context: { topic: 'x' } }],
    ['a transcript of somebody else', { transcript: [{ sender: 'bot', timestamp: '2026-05-04T10:14:00Z', content: [] }] }],
    ['a transcript without content', { transcript: [{ sender: 'agent', timestamp: '2026-05-04T10:14:00Z', content: [] }] }],
    [
      'a transcript without a time',
      { transcript: [{ sender: 'agent', timestamp: 'x', content: [{ type: 'text', text: 'x' }] }] },
    ],
  ])('notes a chat with %s', async (_, more) => {
    await call('POST', '/chats', chatFor(await endUser(), more));
    expect(standIn.violations).not.toEqual([]);
  });

  it.each<[string, (endUserId: number) => JsonObject]>([
    ['of another end user', (id) => text(id + 1)],
    ['without words', (id) => text(id, '')],
    ['with an unknown member', (id) => ({ ...text(id), id: 'x' })],
    ['of an unknown kind', (id) => ({ from_user_id: id, message: { type: 'card', content: {} } })],
    ['with a file that is not there', (id) => ({ from_user_id: id, message: { type: 'photo', content: { media_id: 5 } } })],
  ])('notes a message %s', async (_, body) => {
    const { id, endUserId } = await open();
    expect((await call('POST', `/chats/${id}/message`, body(endUserId))).status).toBeGreaterThanOrEqual(400);
    expect(standIn.violations).toHaveLength(1);
  });

  it('takes text in both forms', async () => {
    const { id, endUserId } = await open();
    for (const content of ['plain', { text: 'object' }]) await call('POST', `/chats/${id}/message`, text(endUserId, content));
    expect(standIn.desk.chats()[0]?.entries.map((entry) => entry.text)).toEqual(['plain', 'object']);
    expect(standIn.violations).toEqual([]);
  });

  it('answers in the vendor’s words that a chat is over', async () => {
    const { id, endUserId } = await open();
    const finish = { finished_by_user_id: endUserId, chat: { status: 'finished' } };
    expect((await call('PATCH', `/chats/${id}`, finish)).status).toBe(200);
    for (const answer of [
      await call('PATCH', `/chats/${id}`, finish),
      await call('POST', `/chats/${id}/message`, text(endUserId)),
      await call('POST', `/chats/${id}/resume`),
    ]) {
      expect(answer).toMatchObject({ status: 400, json: { message: 'Chat is already ended' } });
    }
  });

  it('notes a resumption of a chat that was not dismissed, and a wait of one that was not turned away', async () => {
    const { id } = await open();
    expect((await call('POST', `/chats/${id}/resume`)).status).toBe(422);
    expect((await call('PATCH', `/chats/${id}/escalations/1`, { deflection_channel: 'human_agent' })).status).toBe(404);
    expect(standIn.violations).toHaveLength(1);
  });

  it('answers 429 when it is asked too fast', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 12 }, () => call('GET', '/wait_times?lang=en&menu_type=web_menu&channel_type=chat')),
    );
    expect(statuses.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(2);
  });

  describe('its store', () => {
    const ticketFor = async (kind: 'photos' | 'videos') => {
      const { id } = await open();
      const { url, fields } = (await call('POST', `/chats/${id}/${kind}/upload`)).json as {
        url: string;
        fields: Record<string, string>;
      };
      return { id, url, fields };
    };
    const upload = async (url: string, fields: Record<string, string>, file: File, headers: Record<string, string> = {}) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('file', file);
      return (await fetch(url, { method: 'POST', body: form, headers })).status;
    };
    const jpeg = (size = 3) => new File([new Uint8Array(size)], 'a.jpg', { type: 'image/jpeg' });

    it('takes one file for one address', async () => {
      const { id, url, fields } = await ticketFor('photos');
      expect(await upload(url, fields, jpeg())).toBe(204);
      expect(await upload(url, fields, jpeg())).toBe(403);
      const photos = { photos: [{ s3_path: fields['key'] ?? '' }] };
      expect((await call('POST', `/chats/${id}/photos`, photos)).json).toEqual([
        { url: expect.stringMatching(/^http/), media_id: expect.any(Number) },
      ]);
      expect(standIn.violations).toEqual([]);
    });

    it('notes the API’s token, missing fields, other types and large files', async () => {
      const { url, fields } = await ticketFor('photos');
      await upload(url, fields, new File(['x'], 'a.png', { type: 'image/png' }));
      await upload(url, fields, jpeg(2_000_001));
      await upload(url, { key: fields['key'] ?? '' }, jpeg());
      await upload(url, fields, jpeg(), { authorization: basic });
      expect(standIn.violations).toEqual([
        'a photo of another type or size was uploaded',
        'a photo of another type or size was uploaded',
        'an upload needs all fields and then the file',
        'the API token was sent to the file store',
      ]);
    });
  });

  it('lets somebody at the keyboard switch a behavior, and nobody else', async () => {
    const change = (body: JsonValue, headers: Record<string, string> = {}) =>
      http({
        method: 'POST',
        url: `${standIn.url}/behavior`,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        timeoutInMs: 5_000,
      });
    expect((await change({ endMeans: 'dismiss' })).status).toBe(200);
    expect(standIn.behavior.endMeans).toBe('dismiss');
    expect((await change({ endMeans: 'finish' }, { origin: 'https://evil.test' })).status).toBe(404);
    expect((await change({ nothing: 1 })).status).toBe(422);
    expect((await change({ overCapacity: 'yes' })).status).toBe(422);
    expect(standIn.behavior).toMatchObject({ endMeans: 'dismiss', overCapacity: false });
  });
});
