import type { HttpRequest } from '../../../../../common/http';
import type { JsonValue } from '../../../../../common/json';
import { silentLog } from '../../../../../common/log';
import { createEightByEightProvider } from '../../../../../handoff/providers/8x8';
import { FakeClock, fakeHttp, never, type Reply, settingsWith } from './fakes';

const gatewayQueue = (members: Record<string, JsonValue>) => ({ queue: { 'queue-id': 104, 'media-type': 'chat', ...members } });

function setUp(settings: Record<string, string>, answer: (request: HttpRequest) => Reply) {
  const clock = new FakeClock();
  const http = fakeHttp(answer);
  const lines: string[] = [];
  const log = { ...silentLog, error: (text: string) => lines.push(text) };
  const provider = createEightByEightProvider(settingsWith({ EIGHT_BY_EIGHT_AVAILABILITY: 'fail-closed', ...settings }), {
    http,
    clock,
    log: { ...log, child: () => log } as unknown as typeof silentLog,
    readFile: () => Promise.reject(new Error('no file')),
    linkFile: () => '',
  });
  const check = (target = { queueId: '104' } as Record<string, string>) => provider.checkAvailability?.(target, 'en', never);
  return { clock, http, provider, check, lines };
}

describe('availability', () => {
  it('is no capability when it is switched off', () => {
    const { provider } = setUp({ EIGHT_BY_EIGHT_AVAILABILITY: 'off' }, () => ({}));
    expect(provider.checkAvailability).toBeUndefined();
    expect(provider.capabilities.availability).toBe(false);
    const nothing = setUp({ EIGHT_BY_EIGHT_STATISTICS: 'off' }, () => ({})).provider;
    expect(nothing.checkAvailability).toBeUndefined();
    expect(nothing.capabilities.availability).toBe(false);
  });

  describe('by the schedule', () => {
    const settings = {
      EIGHT_BY_EIGHT_SCHEDULE_ID: '12 2',
      EIGHT_BY_EIGHT_STATISTICS: 'off',
      EIGHT_BY_EIGHT_OPEN_CHOICES: '2, 3',
    };
    it.each<[JsonValue, object]>([
      [0, { available: true }],
      ['0', { available: true }],
      [-1, { available: false, reason: 'closed' }],
      ['-1', { available: false, reason: 'closed' }],
      [1, { available: false, reason: 'closed' }],
      ['Choice #1', { available: false, reason: 'closed' }],
      [2, { available: true }],
      ['3', { available: true }],
      ['Choice #3', { available: true }],
      ['lunch', { available: false }],
      [null, { available: false }],
    ])('status %j gives %j', async (status, expected) => {
      const { check, http } = setUp(settings, () => ({ json: { 'schedule-status': { status } } }));
      expect(await check()).toEqual(expected);
      expect(http.requests).toMatchObject([
        {
          url: 'https://8x8.test/cc/v1/schedules/12%202/status',
          headers: { 'x-api-key': 'eght_key', 'x-8x8-tenant': 'acmetenant' },
        },
      ]);
    });
  });

  describe('by the gateway’s statistics', () => {
    it.each<[Record<string, JsonValue>, object]>([
      [
        { 'agent-count-waitTransact': 2, 'agent-count-busy': 1 },
        { available: true, estimatedWaitSeconds: 0 },
      ],
      [{ 'agent-count-waitTransact': '1' }, { available: true, estimatedWaitSeconds: 0 }],
      [
        { 'agent-count-waitTransact': 0, 'agent-count-busy': 3, 'thirty-min-avg-wait-time': 45 },
        { available: true, estimatedWaitSeconds: 45 },
      ],
      [{ 'agent-count-waitTransact': 0, 'agent-count-postProcess': 1 }, { available: true }],
      [
        { 'agent-count-waitTransact': 0, 'agent-count-busy': 0 },
        { available: false, reason: 'noAgents' },
      ],
      [
        { 'agent-count-waitTransact': 0, 'agent-count-onBreak': 5 },
        { available: false, reason: 'noAgents' },
      ],
      [
        { 'agent-count-waitTransact': 2, 'queue-size': 9 },
        { available: false, reason: 'noAgents' },
      ],
      [{}, { available: false }],
    ])('%j gives %j', async (members, expected) => {
      const { check, http } = setUp({ EIGHT_BY_EIGHT_QUEUE_LIMIT: '5' }, () => ({ json: gatewayQueue(members) }));
      expect(await check()).toEqual(expected);
      expect(http.requests[0]?.url).toBe('https://8x8.test/cc/v1/stats/rt/queue/104');
    });

    it('takes a list of one as well', async () => {
      const { check } = setUp({}, () => ({ json: { queue: [{ 'agent-count-waitTransact': 1 }] } }));
      expect(await check()).toMatchObject({ available: true });
    });

    it('asks nothing about a script', async () => {
      const { check, http } = setUp({}, () => ({}));
      expect(await check({ scriptId: '7' })).toEqual({ available: true });
      expect(http.requests).toEqual([]);
    });
  });

  describe('by the analytics', () => {
    const settings = {
      EIGHT_BY_EIGHT_STATISTICS: 'analytics',
      EIGHT_BY_EIGHT_ANALYTICS_KEY: 'akey',
      EIGHT_BY_EIGHT_ANALYTICS_SECRET: 'asecret',
      EIGHT_BY_EIGHT_ANALYTICS_REGION: 'eu',
    };
    const metrics = (free: JsonValue, busy: JsonValue) => ({
      id: '104',
      metrics: [
        { key: 'availableIdle.rt', value: free },
        { key: 'busy.rt', value: busy },
        { key: 'interactionsAvgWaitTime.int-30m', value: 61_000 },
      ],
    });
    const answer =
      (queue: JsonValue) =>
      ({ url }: HttpRequest): Reply => ({ json: url.endsWith('/token') ? { access_token: 't1', expires_in: '1799' } : queue });

    it.each<[string, JsonValue, object]>([
      ['an object', metrics(0, '2'), { available: true, estimatedWaitSeconds: 61 }],
      ['a list', [metrics(1, 0)], { available: true, estimatedWaitSeconds: 0 }],
      ['nobody', metrics('0', 0), { available: false, reason: 'noAgents' }],
      ['nothing known', metrics(null, null), { available: false }],
    ])('understands %s', async (_, queue, expected) => {
      const { check } = setUp(settings, answer(queue));
      expect(await check()).toEqual(expected);
    });

    it('gets a token for its own key, keeps it, and names the tenant its own way', async () => {
      const { check, clock, http } = setUp(settings, answer(metrics(1, 1)));
      await check();
      clock.pass(60_000);
      await check();
      expect(http.requests.map(({ url }) => url)).toEqual([
        'https://8x8.test/oauth/v2/token',
        expect.stringMatching(
          /^https:\/\/8x8\.test\/eu\/analytics\/cc\/v5\/realtime-metrics\/queues\/104\?metrics=availableIdle\.rt,/,
        ),
        expect.stringContaining('/queues/104'),
      ]);
      expect(http.requests[0]).toMatchObject({
        headers: { authorization: `Basic ${Buffer.from('akey:asecret').toString('base64')}` },
        body: 'grant_type=client_credentials',
      });
      expect(http.requests[1]?.headers).toMatchObject({ authorization: 'Bearer t1', 'x-tenant-info': 'acmetenant' });
      clock.pass(1_800_000);
      await check();
      expect(http.requests.filter(({ url }) => url.endsWith('/token'))).toHaveLength(2);
    });

    it('asks for a new token after the old one was refused', async () => {
      let refuse = true;
      const { check, clock, http } = setUp(settings, (request) =>
        refuse && !request.url.endsWith('/token') ? { status: 401 } : answer(metrics(1, 1))(request),
      );
      expect(await check()).toEqual({ available: false });
      refuse = false;
      clock.pass(60_000);
      expect(await check()).toMatchObject({ available: true });
      expect(http.requests.filter(({ url }) => url.endsWith('/token'))).toHaveLength(2);
    });
  });

  describe('when a check fails', () => {
    const failures: Reply[] = [{ status: 500 }, { failure: 'timedOut' }, { text: '<html>' }, { status: 401 }];
    it.each(failures)('counts as the settings say (%j)', async (reply) => {
      expect(await setUp({}, () => reply).check()).toEqual({ available: false });
      expect(await setUp({ EIGHT_BY_EIGHT_AVAILABILITY: 'fail-open' }, () => reply).check()).toEqual({ available: true });
    });

    it('still believes the other check’s "no"', async () => {
      const settings = { EIGHT_BY_EIGHT_AVAILABILITY: 'fail-open', EIGHT_BY_EIGHT_SCHEDULE_ID: '1' };
      const { check } = setUp(settings, ({ url }) =>
        url.includes('schedules') ? { json: { 'schedule-status': { status: -1 } } } : { status: 500 },
      );
      expect(await check()).toEqual({ available: false, reason: 'closed' });
    });

    it('reports a key without the product to the operator, once for a while', async () => {
      const { check, http, lines } = setUp({ EIGHT_BY_EIGHT_AVAILABILITY: 'fail-open' }, () => ({ status: 403 }));
      await check();
      await check();
      expect(lines[0]).toBe('The API key may not make the availability check: its app lacks a product');
      expect(http.requests).toHaveLength(1);
    });
  });

  it('is kept for ten seconds and asked once for many', async () => {
    const { check, clock, http } = setUp({}, () => ({ json: gatewayQueue({ 'agent-count-waitTransact': 1 }) }));
    await Promise.all([check(), check(), check()]);
    clock.pass(9_000);
    await check();
    expect(http.requests).toHaveLength(1);
    clock.pass(1_001);
    await check();
    expect(http.requests).toHaveLength(2);
  });
});
