import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient } from '../../../../common/http';
import { isJsonObject, type JsonObject, parseJson } from '../../../../common/json';
import { type MluviiStandIn, startMluviiStandIn } from '../../../../sandbox/mluvii';
import { until } from '../../../contract/provider/waiting';

const conversationId = 'c-1';
const hello = {
  id: 'm1',
  conversationId,
  type: 'ChatMessage',
  text: 'Hello &lt;you&gt;',
  timestamp: '2026-01-05T09:00:00.000+00:00',
  conversationMetadata: { HandoffReason: 'transfers', oo1_guest_ident: 'Ada' },
};

describe('the mluvii stand-in’s Generic Channel', () => {
  let standIn: MluviiStandIn;
  let calls: { path: string; headers: IncomingHttpHeaders; body: JsonObject }[];
  let answer: { status: number; body: string };
  let server: ReturnType<typeof createServer>;
  let url: string;
  const http = createHttpClient();
  const listeners = new Set<() => void>();

  beforeEach(async () => {
    calls = [];
    answer = { status: 200, body: '{"id":"ours"}' };
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = parseJson(Buffer.concat(chunks).toString());
        calls.push({ path: request.url ?? '', headers: request.headers, body: isJsonObject(body) ? body : {} });
        response.writeHead(answer.status).end(answer.body);
        for (const listener of listeners) listener();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    standIn = await startMluviiStandIn({ firstRetryInMs: 10, maxRetryInMs: 20 });
    standIn.genericChannel.connect(`${url}/registration`, `${url}/activity`);
  });

  afterEach(async () => {
    await standIn.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  });
  afterAll(() => http.close());

  const register = async (): Promise<{ url: string; headers: Record<string, string> }> => {
    expect(await standIn.genericChannel.register()).toBe(200);
    return calls.at(-1)?.body as { url: string; headers: Record<string, string> };
  };
  const post = async (registered: { url: string; headers: Record<string, string> }, body: object) =>
    (
      await http({
        method: 'POST',
        url: registered.url,
        headers: { ...registered.headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        timeoutInMs: 5_000,
      })
    ).status;

  it('registers with basic authentication, and takes batches only with the headers it gave last', async () => {
    const first = await register();
    expect(calls[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from(`${standIn.genericChannel.user}:${standIn.genericChannel.password}`).toString('base64')}`,
    );
    const second = await register();
    expect(await post(first, { activities: [hello] })).toBe(401);
    expect(await post(second, { activities: [hello] })).toBe(204);
    expect(standIn.violations).toEqual(['a batch came without the headers of the registration']);
  });

  it('keeps registering until somebody takes it', async () => {
    const impatient = await startMluviiStandIn({ registrationUrl: `${url}/registration`, registersItself: true });
    await until(
      () => (calls.length > 0 ? true : undefined),
      (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    );
    expect(calls[0]).toMatchObject({ path: '/registration', body: { url: expect.stringContaining(impatient.url) } });
    await impatient.close();
  });

  it('makes a session of the first message, by the rules, and sorts a batch by time', async () => {
    const registered = await register();
    const earlier = { ...hello, id: 'm0', text: 'Earlier', timestamp: '2026-01-05T08:59:59.000Z' };
    expect(await post(registered, { activities: [hello, earlier] })).toBe(204);
    const [chat] = standIn.desk.chats();
    expect(chat).toMatchObject({ id: conversationId, customerName: 'Ada', queue: '12', state: 'waiting' });
    expect(chat?.entries.map(({ text }) => text)).toEqual(['Earlier', 'Hello <you>']);
    expect(await post(registered, { activities: [{ ...hello, conversationMetadata: { oo1_guest_ident: 'Eve' } }] })).toBe(204);
    expect(standIn.desk.chats()).toMatchObject([{ customerName: 'Ada' }]);
    expect(standIn.violations).toEqual([]);
  });

  it('begins a new session with a message after the end', async () => {
    const registered = await register();
    await post(registered, { activities: [hello] });
    await post(registered, { activities: [{ id: 'l', conversationId, type: 'GuestLeft', timestamp: hello.timestamp }] });
    expect(standIn.desk.chats()).toMatchObject([{ state: 'ended', endedBy: 'customer' }]);
    await post(registered, { activities: [hello] });
    expect(standIn.desk.chats().map(({ id, state }) => [id, state])).toEqual([
      [conversationId, 'ended'],
      [`${conversationId}#2`, 'waiting'],
    ]);
    expect(standIn.violations).toEqual([]);
  });

  it('tells of operators, and notes an answer without an id', async () => {
    const registered = await register();
    await post(registered, { activities: [hello] });
    await standIn.desk.accept(conversationId, 'Katka');
    await standIn.desk.say(conversationId, 'a < b\nc');
    await standIn.desk.end(conversationId);
    const told = calls.filter(({ path }) => path === '/activity').map(({ body }) => body);
    expect(told).toMatchObject([
      { conversationId, type: 'OperatorJoined', operatorUserFullName: 'Katka' },
      { conversationId, type: 'ChatMessage', text: 'a &lt; b<br>c' },
      { conversationId, type: 'OperatorLeft', operatorUserFullName: 'Katka' },
    ]);
    expect(standIn.violations).toEqual([]);
    answer = { status: 200, body: '' };
    await standIn.genericChannel.tell(conversationId, 'ChatMessage', { text: 'x' });
    answer = { status: 204, body: '' };
    await standIn.genericChannel.tell(conversationId, 'ChatMessage', { text: 'x' });
    expect(standIn.violations).toEqual([
      'generic channel: the answer to an activity has no id',
      'generic channel: an activity was answered 204 instead of 200',
    ]);
  });

  it.each<[string, object]>([
    ['no id', { ...hello, id: undefined }],
    ['a time without offset', { ...hello, timestamp: '2026-01-05T09:00:00.000' }],
    ['an unknown type', { ...hello, type: 'UNKNOWN' }],
    ['an operator’s type', { ...hello, type: 'OperatorJoined', text: undefined }],
    ['a message without text', { ...hello, text: undefined }],
    ['text with the guest’s leaving', { ...hello, type: 'GuestLeft' }],
    ['null', { ...hello, conversationMetadata: null }],
    ['a member too many', { ...hello, Text: 'x' }],
  ])('refuses and notes a batch with %s', async (_, activity) => {
    const registered = await register();
    expect(await post(registered, { activities: [activity] })).toBe(400);
    expect(standIn.violations).toHaveLength(1);
  });

  it('has guests for other processes', async () => {
    const guest = async (method: 'GET' | 'POST', path: string, body?: object) => {
      const response = await http({
        method,
        url: `${standIn.url}/guest${path}`,
        ...(body && { body: JSON.stringify(body) }),
        timeoutInMs: 5_000,
      });
      return { status: response.status, json: response.json as JsonObject };
    };
    standIn.chatbot.connect(`${url}/callback`);
    const { json } = await guest('POST', '', { language: 'cs' });
    const path = `/${String(json['sessionId'])}`;
    expect((await guest('POST', `${path}/say`, { text: 'Ahoj' })).status).toBe(204);
    expect((await guest('POST', `${path}/dance`)).status).toBe(404);
    expect((await guest('POST', `${path}/say`, {})).status).toBe(400);
    expect((await guest('POST', `${path}/leave`)).status).toBe(204);
    expect((await guest('POST', `${path}/say`, { text: 'late' })).status).toBe(409);
    expect((await guest('GET', path)).json).toMatchObject({ place: 'ended', seen: [{ text: 'Ahoj' }, { kind: 'ended' }] });
    expect((await guest('GET', '/5')).status).toBe(404);
    const foreign = {
      method: 'POST' as const,
      url: `${standIn.url}/guest`,
      headers: { origin: 'https://evil.example' },
      timeoutInMs: 5_000,
    };
    expect((await http(foreign)).status).toBe(403);
    for (const name of ['/', '/page.js', '/page.css']) {
      const { status, headers } = await http({ method: 'GET', url: `${standIn.url}${name}`, timeoutInMs: 5_000 });
      expect([status, headers['content-security-policy']]).toEqual([200, expect.stringContaining("default-src 'none'")]);
    }
    const told = calls.filter((call) => call.path === '/callback').map(({ body }) => body['activity']);
    expect(told).toEqual(['ConversationStarted', 'Text', 'ConversationEnded']);
  });
});
