import { generateKeyPairSync } from 'node:crypto';
import type { JsonObject } from '../../../../../common/json';
import { silentLog } from '../../../../../common/log';
import type { WebhookRequest } from '../../../../../handoff/provider';
import { createEightByEightProvider } from '../../../../../handoff/providers/8x8';
import { FakeClock, fakeHttp, fixture, never, payload, type Reply, settingsWith } from './fakes';
import { signed } from './signed';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = pair.publicKey.export({ format: 'jwk' }) as JsonObject;

function setUp(settings: Record<string, string> = {}, answer: (url: string) => Reply | Promise<Reply> = () => ({ json: jwk })) {
  const clock = new FakeClock();
  const http = fakeHttp(({ url }) => answer(url));
  const lines: string[] = [];
  const provider = createEightByEightProvider(settingsWith(settings), {
    http,
    clock,
    log: { ...silentLog, child: () => ({ ...silentLog, warn: (line) => lines.push(line) }) },
    readFile: () => Promise.reject(new Error('no file')),
    linkFile: () => '',
  });
  const receive = async (request: Partial<WebhookRequest>) => {
    if (provider.inbound.kind !== 'webhook') throw new Error('webhooks are expected');
    const whole = {
      method: 'POST',
      path: '/a-path-nobody-guesses',
      query: {},
      headers: {},
      rawBody: Buffer.alloc(0),
      ...request,
    };
    return provider.inbound.receive(whole, never);
  };
  const sign = (body: unknown, overrides: Partial<Parameters<typeof signed>[2]> = {}) =>
    signed(body, pair.privateKey, { sentAt: clock.now(), ...overrides });
  return { clock, http, provider, receive, sign, lines };
}

describe('receiving', () => {
  it('converts a verified event, with the vendor’s id and time', async () => {
    const { receive, sign } = setUp();
    expect(await receive(sign(payload('conversationUpdateQueue'), { eventId: 'evt-7' }))).toEqual({
      events: [
        {
          sessionKey: 'cv_9QkE',
          handoffId: 'handoff-1',
          event: { eventId: 'evt-7', at: '2026-05-04T10:20:00.000Z', kind: 'queued' },
        },
      ],
      response: { status: 200 },
    });
  });

  it('takes its own time when the event has none', async () => {
    const { receive, sign } = setUp();
    for (const timestamp of [0, null, 'soon', -5]) {
      const { events } = await receive(sign({ ...payload('queued'), timestamp }));
      expect(events[0]?.event.at).toBe('2026-05-04T10:15:30.000Z');
    }
  });

  it('gives a retry the id of the first transmission', async () => {
    const { receive, sign, clock } = setUp();
    const first = await receive(sign(payload('messageAgent')));
    clock.pass(60_000);
    expect(await receive(sign(payload('messageAgent'), { retry: 3 }))).toEqual(first);
  });

  it.each(['webHookVerify', 'legacyWebHookVerify'])('answers the probe well, signed or not: %s', async (name) => {
    const { receive, http } = setUp();
    const rawBody = Buffer.from(JSON.stringify(payload(name)));
    expect(await receive({ rawBody })).toEqual({ events: [], response: { status: 200 } });
    expect(http.requests).toEqual([]);
  });

  it('answers unknown types well', async () => {
    const { receive, sign } = setUp();
    expect(await receive(sign(payload('unknownType')))).toEqual({ events: [], response: { status: 200 } });
  });

  it.each<[string, Partial<WebhookRequest>, number]>([
    ['another path', { path: '/other' }, 404],
    ['a longer path', { path: '/a-path-nobody-guesses/x' }, 404],
    ['no path', { path: '/' }, 404],
    ['another method', { method: 'GET' }, 405],
    ['a body of two megabytes', { rawBody: Buffer.alloc(2 * 1024 * 1024) }, 413],
    ['no headers', { rawBody: Buffer.from('{}') }, 401],
  ])('refuses %s', async (_, request, status) => {
    await expect(setUp().receive(request)).rejects.toMatchObject({ name: 'WebhookRejected', status });
  });

  it('takes a trailing slash and asks for nothing before the cheap checks are over', async () => {
    const { receive, sign, http, clock } = setUp();
    const request = sign(payload('queued'));
    clock.pass(300_001);
    await expect(receive(request)).rejects.toMatchObject({ status: 401 });
    expect(http.requests).toEqual([]);
    expect((await receive({ ...sign(payload('queued')), path: '/a-path-nobody-guesses/' })).events).toHaveLength(1);
  });

  it('refuses the validly signed events of other tenants', async () => {
    const { receive, sign } = setUp();
    await expect(receive(sign(payload('queued'), { tenant: 'other' }))).rejects.toMatchObject({ status: 403 });
    const renamed = setUp({ EIGHT_BY_EIGHT_WEBHOOK_TENANT: 'other' });
    expect((await renamed.receive(renamed.sign(payload('queued'), { tenant: 'other' }))).events).toHaveLength(1);
  });

  it('asks to come again while the key cannot be read', async () => {
    let reply: Reply = { status: 500 };
    const { receive, sign } = setUp({}, () => reply);
    expect(await receive(sign(payload('queued')))).toEqual({ events: [], response: { status: 503 } });
    reply = { json: jwk };
    expect((await receive(sign(payload('queued')))).events).toHaveLength(1);
  });

  it('refuses to send once the conversation went idle', async () => {
    const { receive, sign, provider, http } = setUp();
    await receive(sign(payload('conversationUpdateIdle')));
    const sending = provider.send({ conversationId: 'cv_9QkE' }, { id: 'm', text: 'x', files: [], at: '' }, undefined, never);
    await expect(sending).rejects.toMatchObject({ code: 'sessionEnded', delivered: 'no' });
    await provider.sendTyping?.({ conversationId: 'cv_9QkE' }, true, undefined, never);
    expect(http.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  describe('with agents’ names', () => {
    const settings = { EIGHT_BY_EIGHT_ANALYTICS_KEY: 'akey', EIGHT_BY_EIGHT_ANALYTICS_SECRET: 'asecret' };
    const answer =
      (agents: Reply) =>
      (url: string): Reply => {
        if (url.includes('/jwk/')) return { json: jwk };
        return url.endsWith('/token') ? { json: { access_token: 't', expires_in: '1799' } } : agents;
      };

    it('names who joins and who writes', async () => {
      const agents = { json: [{ id: 'agQ7', name: 'Grace' }], headers: { 'x-total-pages': '1' } };
      const { receive, sign, http } = setUp(settings, answer(agents));
      for (const name of ['agentJoined', 'conversationUpdateAgent', 'messageAgent'])
        expect((await receive(sign(payload(name)))).events[0]?.event).toMatchObject({ agentName: 'Grace' });
      expect(http.requests.filter(({ url }) => url.includes('/agents?'))).toHaveLength(1);
    });

    it('does not let an event wait for a name longer than a second', async () => {
      let arrive: (reply: Reply) => void = () => undefined;
      let asked: () => void = () => undefined;
      const isAsked = new Promise<void>((resolve) => {
        asked = resolve;
      });
      const { clock, receive, sign } = setUp(settings, (url) => {
        if (!url.includes('/agents?')) return answer({})(url);
        asked();
        return new Promise<Reply>((resolve) => {
          arrive = resolve;
        });
      });
      const first = receive(sign(payload('agentJoined')));
      await isAsked;
      clock.pass(1_000);
      expect((await first).events[0]?.event).not.toHaveProperty('agentName');
      arrive({ json: [{ id: 'agQ7', name: 'Grace' }] });
      expect((await receive(sign(payload('messageAgent')))).events[0]?.event).toMatchObject({ agentName: 'Grace' });
    });

    it('reads all pages', async () => {
      const { receive, sign } = setUp(settings, (url) => {
        const page = url.endsWith('page=1') ? [{ id: 'agQ7', name: 'Grace' }] : [{ id: 'agX', name: 'Other' }];
        return answer({ json: page, headers: { 'x-total-pages': '2' } })(url);
      });
      expect((await receive(sign(payload('agentJoined')))).events[0]?.event).toMatchObject({ agentName: 'Grace' });
    });

    it.each<Reply>([{ status: 403 }, { failure: 'timedOut' }, { json: [] }])(
      'stays neutral when they are not known (%j)',
      async (reply) => {
        const { receive, sign } = setUp(settings, answer(reply));
        expect((await receive(sign(payload('agentJoined')))).events[0]?.event).not.toHaveProperty('agentName');
      },
    );
  });

  it('has fixtures that say where they come from', () => {
    expect(fixture('queued')['_source']).toMatch(/./);
  });
});
