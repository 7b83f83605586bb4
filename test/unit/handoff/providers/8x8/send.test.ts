import type { HttpRequest } from '../../../../../common/http';
import type { JsonObject } from '../../../../../common/json';
import { parseJson } from '../../../../../common/json';
import { silentLog } from '../../../../../common/log';
import { HandoffError } from '../../../../../handoff/errors';
import { createEightByEightProvider } from '../../../../../handoff/providers/8x8';
import type { CustomerMessage } from '../../../../../handoff/request';
import { FakeClock, fakeHttp, never, type Reply, settingsWith } from './fakes';

const session = { conversationId: 'cv/1' };
const clock = new FakeClock();
const file = { name: 'card.png', contentType: 'image/png', url: 'https://channel.example/1' };

function message(overrides: Partial<CustomerMessage> = {}): CustomerMessage {
  return { id: 'm1', text: 'Hello', files: [], at: new Date(clock.now()).toISOString(), ...overrides };
}

function setUp(answer: (request: HttpRequest) => Reply) {
  const http = fakeHttp(answer);
  const provider = createEightByEightProvider(settingsWith(), {
    http,
    clock,
    log: silentLog,
    readFile: () => Promise.resolve({ bytes: Buffer.from('bytes'), contentType: 'image/png' }),
    linkFile: ({ name }) => `https://bot.example/files/${name}`,
  });
  const bodies = () => http.requests.filter(({ url }) => url.endsWith('/messages')).map(({ body }) => parseJson(String(body)));
  return { http, provider, bodies };
}

const isUpload = ({ url }: HttpRequest) => url.endsWith('/attachments');

describe('sending', () => {
  it('goes to the conversation with key, tenant and type', async () => {
    const { http, provider, bodies } = setUp(() => ({ status: 202 }));
    await provider.send(session, message(), undefined, never);
    expect(http.requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://8x8.test/chat-gateway/v1/conversations/cv%2F1/messages',
      headers: { 'x-api-key': 'eght_key', 'x-8x8-tenant': 'acmetenant', 'content-type': 'application/json' },
    });
    expect(bodies()).toEqual([{ authorType: 'user', text: 'Hello' }]);
  });

  it('marks the relay’s own words as the bot’s', async () => {
    const { provider, bodies } = setUp(() => ({ status: 202 }));
    await provider.send(session, message({ author: 'bot', text: 'That did not arrive' }), undefined, never);
    expect(bodies()).toEqual([{ authorType: 'bot', text: 'That did not arrive' }]);
  });

  it('tells in words what the customer submitted on a card', async () => {
    const { provider, bodies } = setUp(() => ({ status: 202 }));
    await provider.send(session, message({ text: '', cardSubmission: { choice: 'yes', more: { a: 1 } } }), undefined, never);
    expect(bodies()).toEqual([{ authorType: 'user', text: 'choice: yes\nmore: {"a":1}' }]);
  });

  it('uploads files first and then shows them with a text', async () => {
    let uploads = 0;
    const { http, provider, bodies } = setUp((request) => {
      if (!isUpload(request)) return { status: 202 };
      uploads += 1;
      return { json: { id: `T${uploads}`, filename: 'card.png' } };
    });
    await provider.send(session, message({ text: '', files: [file, { ...file, name: 'other.png' }] }), undefined, never);
    expect(bodies()).toEqual([{ authorType: 'user', text: 'card.png, other.png', attachments: [{ id: 'T1' }, { id: 'T2' }] }]);
    const upload = http.requests[0];
    expect(upload?.headers?.['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    const form = String(upload?.body);
    expect(form).toContain('name="attachment"; filename="card.png"');
    expect(form).toMatch(/name="authorType"\r\n\r\nuser/);
  });

  it.each([400, 413, 415])('gives a link when the desk refuses the file with %i', async (status) => {
    const { provider, bodies } = setUp((request) => (isUpload(request) ? { status } : { status: 202 }));
    await provider.send(session, message({ files: [file] }), undefined, never);
    expect(bodies()).toEqual([{ authorType: 'user', text: 'Hello\ncard.png: https://bot.example/files/card.png' }]);
  });

  it.each<Reply>([{ status: 500 }, { failure: 'timedOut' }, { json: {} }])(
    'surely shows nothing when an upload fails (%j)',
    async (reply) => {
      const { provider, bodies } = setUp((request) => (isUpload(request) ? reply : { status: 202 }));
      const failed = provider.send(session, message({ files: [file] }), undefined, never);
      await expect(failed).rejects.toMatchObject({ retriable: true, delivered: 'no' });
      await expect(failed).rejects.toBeInstanceOf(HandoffError);
      expect(bodies()).toEqual([]);
    },
  );

  it('refuses an empty message', async () => {
    const { http, provider } = setUp(() => ({ status: 202 }));
    await expect(provider.send(session, message({ text: '' }), undefined, never)).rejects.toMatchObject({ code: 'invalid' });
    expect(http.requests).toEqual([]);
  });

  it('knows no "stopped typing"', async () => {
    const { http, provider } = setUp(() => ({ status: 204 }));
    await provider.sendTyping?.(session, false, undefined, never);
    expect(http.requests).toEqual([]);
    await provider.sendTyping?.(session, true, undefined, never);
    expect(http.requests).toMatchObject([{ url: expect.stringMatching(/\/typing$/), body: '{"authorType":"user"}' }]);
  });
});

describe('whether a message was delivered', () => {
  const stored = (text: string, secondsLater: number, type = 'user'): JsonObject => ({
    id: 'x',
    text,
    createdAt: new Date(clock.now() + secondsLater * 1000).toISOString(),
    author: { id: 'u', type },
  });
  const ask = async (pages: JsonObject[][], sent = message(), headers: Record<string, string> = {}) => {
    const { provider, http } = setUp(({ url }) => {
      const number = Number(new URL(url).searchParams.get('page'));
      return { headers, json: { _embedded: { messages: pages[number] ?? [] }, page: { number, totalPages: pages.length } } };
    });
    return { answer: await provider.wasDelivered?.(session, sent, never), calls: http.requests.length };
  };

  it('is true when the desk has it', async () => {
    expect((await ask([[stored('Hello', 1)]])).answer).toBe(true);
  });

  it('is false when the desk has only other ones', async () => {
    expect((await ask([[stored('Hi', 1), stored('Hello', 1, 'agent'), stored('Hello', 1, 'bot')]])).answer).toBe(false);
    expect((await ask([])).answer).toBe(false);
  });

  it('does not take an equal text of long before for it', async () => {
    expect((await ask([[stored('Hi', 1), stored('Hello', -60)]])).answer).toBe(false);
  });

  it('is open when an equal text came just before', async () => {
    expect((await ask([[stored('Hello', -10)]])).answer).toBeUndefined();
    expect((await ask([[stored('Hello', -10), stored('old', -90)]])).answer).toBeUndefined();
  });

  it('goes by the desk’s clock', async () => {
    const late = new Date(clock.now() - 3_600_000).toUTCString();
    expect((await ask([[stored('Hello', -3_599)]], message(), { date: late })).answer).toBe(true);
  });

  it('looks through older pages until they are too old', async () => {
    const far = await ask([[stored('Hi', 5)], [stored('Hello', 1)], [stored('old', -90)]]);
    expect(far).toEqual({ answer: true, calls: 2 });
    const none = await ask([[stored('Hi', 5)], [stored('old', -90)], [stored('Hello', 1)]]);
    expect(none).toEqual({ answer: false, calls: 2 });
  });

  it('knows a message with files by its text, with links or without', async () => {
    const sent = message({ text: '', files: [file] });
    expect((await ask([[stored('card.png', 1)]], sent)).answer).toBe(true);
    expect((await ask([[stored('card.png\ncard.png: https://x', 1)]], sent)).answer).toBe(true);
  });

  it('reads lists without pages or items', async () => {
    const { provider } = setUp(() => ({ json: {} }));
    expect(await provider.wasDelivered?.(session, message(), never)).toBe(false);
  });
});
