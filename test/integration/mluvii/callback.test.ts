import { addCallbackRoutes } from '../../../bot/channels/mluvii/callback';
import type { SessionEvent } from '../../../bot/channels/mluvii/sessionEvent';
import { createServer } from '../../../bot/server/createServer';
import { createSignedLinks } from '../../../bot/signedLinks';
import type { JsonObject } from '../../../common/json';
import { silentLog } from '../../../common/log';

const secret = 'a-secret-for-the-callback-url';

describe('the callback', () => {
  const taken: [string, JsonObject][] = [];
  const events: SessionEvent[] = [];
  let failure: Error | undefined;
  let url = '';
  let server: ReturnType<typeof createServer>;

  const start = async (settings: Parameters<typeof addCallbackRoutes>[1]['settings']) => {
    server = createServer({
      settings: { mode: 'sandbox', host: '127.0.0.1', publicUrl: 'http://localhost', shutdownTimeoutInMs: 500 },
      log: silentLog,
      adapter: { authenticate: () => Promise.reject(new Error('not used')), runTurn: async () => undefined },
      runTurn: async () => undefined,
      links: createSignedLinks(['a key for the tests that is long enough']),
      routes: (add) =>
        addCallbackRoutes(add, {
          settings,
          log: silentLog,
          take: async (sessionId, body) => {
            if (failure) throw failure;
            taken.push([sessionId, body]);
          },
          takeSessionEvent: async (event) => {
            if (failure) throw failure;
            events.push(event);
          },
        }),
    });
    url = `http://127.0.0.1:${await server.start(0)}/channels/mluvii`;
  };
  afterEach(async () => {
    taken.length = 0;
    events.length = 0;
    failure = undefined;
    await server.stop();
  });

  const post = async (path: string, body: string, headers: Record<string, string> = {}) =>
    (await fetch(`${url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })).status;
  const text = JSON.stringify({ sessionId: 9007199254740993n.toString(), activity: 'Text', text: 'hi' }).replace(/"(\d+)"/, '$1');

  it('answers 200 once an activity is written down, with the whole session id', async () => {
    await start({ MLUVII_CHATBOT_CALLBACK_SECRET: secret });
    expect(await post(`/${secret}`, text)).toBe(200);
    expect(taken).toEqual([['9007199254740993', expect.objectContaining({ activity: 'Text' })]]);
  });

  it('answers Ping in both spellings and GET, whatever the store does', async () => {
    await start({ MLUVII_CHATBOT_CALLBACK_SECRET: secret });
    failure = new Error('the store is away');
    expect(await post(`/${secret}`, '{"activity":"Ping"}')).toBe(200);
    expect(await post(`/${secret}`, '{"Activity":"Ping"}')).toBe(200);
    expect((await fetch(`${url}/${secret}`)).status).toBe(200);
    expect((await fetch(`${url}/${secret}`, { method: 'HEAD' })).status).toBe(200);
    expect(await post(`/${secret}`, text)).toBe(503);
  });

  it.each([
    ['no secret', '', {}],
    ['a wrong one', '/another-secret-of-some-length', {}],
    ['a user that was not set', '', { authorization: `Basic ${Buffer.from(`u:${secret}`).toString('base64')}` }],
  ])('refuses %s', async (_what, path, headers) => {
    await start({ MLUVII_CHATBOT_CALLBACK_SECRET: secret });
    expect(await post(path, text, headers)).toBe(401);
    expect(await post(path, '{"activity":"Ping"}', headers)).toBe(401);
    expect(taken).toEqual([]);
  });

  it('takes basic-auth credentials instead', async () => {
    await start({ MLUVII_CHATBOT_CALLBACK_USER: 'mluvii', MLUVII_CHATBOT_CALLBACK_PASSWORD: 'a long password' });
    const basic = (words: string) => ({ authorization: `Basic ${Buffer.from(words).toString('base64')}` });
    expect(await post('', text, basic('mluvii:a long password'))).toBe(200);
    expect(await post('', text, basic('mluvii:another password'))).toBe(401);
    expect(await post('/undefined', text)).toBe(401);
  });

  it('takes what becomes of sessions at an address of its own, with the same secret', async () => {
    await start({ MLUVII_CHATBOT_CALLBACK_SECRET: secret });
    const tell = (eventType: string, data: object) => post(`-sessions/${secret}`, JSON.stringify({ eventType, data }));
    expect(await tell('SessionOperatorJoined', { id: 13, userId: 5, time: '2026-01-05T09:00:00.000Z' })).toBe(200);
    expect(await tell('SessionEnded', { id: '13', ended: '2026-01-05T09:10:00Z' })).toBe(200);
    expect(await tell('SessionForwarded', { id: 13, operatorGroupId: 11 })).toBe(200);
    expect(await tell('SomethingNew', {})).toBe(200);
    expect(events).toEqual([
      { kind: 'operatorJoined', sessionId: '13', userId: 5, at: '2026-01-05T09:00:00.000Z' },
      { kind: 'ended', sessionId: '13', at: '2026-01-05T09:10:00.000Z' },
    ]);
    expect(taken).toEqual([]);
    expect(await post('-sessions/another-secret-of-some-length', '{}')).toBe(401);
    for (const body of ['{', '[]', '{}', '{"eventType":"SessionEnded"}', '{"data":{"id":1}}'])
      expect(await post(`-sessions/${secret}`, body)).toBe(400);
    failure = new Error('the store is away');
    expect(await tell('SessionEnded', { id: 13 })).toBe(503);
  });

  it.each([
    ['not JSON', '{', 400],
    ['a list', '[]', 400],
    ['nothing', '', 400],
    ['no session, which no repetition would mend', '{"activity":"Text","text":"hi"}', 200],
    ['more than anybody writes', `{"sessionId":1,"text":"${'x'.repeat(300_000)}"}`, 413],
  ])('answers %s', async (_what, body, status) => {
    await start({ MLUVII_CHATBOT_CALLBACK_SECRET: secret });
    expect(await post(`/${secret}`, body)).toBe(status);
    expect(taken).toEqual([]);
  });
});
