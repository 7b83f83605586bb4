import { RequestBudget } from '../../../../../handoff/providers/ccaip/budget';
import { AppsApi } from '../../../../../handoff/providers/ccaip/client';
import { FakeClock } from '../../../../support/fakeClock';
import { fakeHttp, never, type Reply, settingsWith } from './fakes';

const api = (reply: Reply, settings = settingsWith()) => {
  const http = fakeHttp(() => reply);
  return { http, api: new AppsApi(settings, http, new FakeClock()) };
};

describe('a call', () => {
  it('goes to the Apps API with the subdomain and the token', async () => {
    const { http, api: calls } = api({ json: { id: 135, identifier: 'x', newKey: 1 } });
    expect(await calls.upsertEndUser({ identifier: 'x' }, never)).toBe(135);
    expect(http.requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://customer.uc1.ccaip.test/apps/api/v1/end_users',
      headers: {
        authorization: `Basic ${Buffer.from('customer:api-token').toString('base64')}`,
        'content-type': 'application/json',
      },
      body: '{"identifier":"x"}',
    });
  });

  it('takes the user name from the settings where they name one', async () => {
    const { http, api: calls } = api({ json: { id: 1 } }, settingsWith({ CCAIP_SUBDOMAIN: 'other' }));
    await calls.findEndUser('a b', never);
    expect(http.requests[0]?.url).toMatch(/\/end_users\?identifier=a\+b$/);
    expect(http.requests[0]?.headers?.['authorization']).toBe(`Basic ${Buffer.from('other:api-token').toString('base64')}`);
  });

  it.each<[string, Reply, object]>([
    ['an ended chat', { status: 400, json: { message: 'Chat is already ended' } }, { code: 'sessionEnded', retriable: false }],
    [
      'a request too soon after the last',
      { status: 400, json: { message: 'Duplicate request: Please wait for the interval to expire' } },
      { code: 'rateLimited', retriable: true, delivered: 'no' },
    ],
    [
      'a missing parameter',
      { status: 400, json: { message: 'param is missing or the value is empty: identifier' } },
      { code: 'invalid', retriable: false },
    ],
    ['an unsupported request', { status: 400, json: { message: 'Unsupported CRM request' } }, { code: 'invalid' }],
    ['some other refusal', { status: 400, json: { message: 'no' } }, { code: 'invalid', retriable: false, delivered: 'no' }],
    ['a wrong token', { status: 401 }, { code: 'unauthorized', retriable: false }],
    ['a chat that is not there', { status: 404, json: { message: 'Not Found' } }, { code: 'sessionEnded', delivered: 'no' }],
    ['what cannot be processed', { status: 422 }, { code: 'rejected', retriable: false }],
    ['too many', { status: 429, headers: { 'retry-after': '2' } }, { code: 'rateLimited', retryAfterInMs: 2_000 }],
    ['a broken platform', { status: 500 }, { code: 'outage', retriable: true, delivered: 'unknown' }],
    ['a platform that is away', { status: 503 }, { code: 'outage', retriable: true, delivered: 'no' }],
    ['a redirect', { status: 302, headers: { location: 'https://evil.test' } }, { code: 'invalid', retriable: false }],
    ['nobody there', { failure: 'refused' }, { code: 'outage', delivered: 'no' }],
    ['a cut connection', { failure: 'network' }, { code: 'outage', delivered: 'unknown' }],
    ['no answer in time', { failure: 'timedOut' }, { code: 'timedOut', delivered: 'unknown' }],
  ])('tells %s', async (_, reply, expected) => {
    const posting = api(reply).api.postMessage(135, 134, { type: 'text', content: 'a secret word' }, never);
    await expect(posting).rejects.toMatchObject({ name: 'HandoffError', provider: 'ccaip', ...expected });
    await expect(posting).rejects.not.toMatchObject({ detail: expect.stringContaining('secret') });
  });

  it('does not take an answer without an id for a success', async () => {
    const { api: calls } = api({ json: { status: 'queued' } });
    const chat = { menu_id: 7, end_user_id: 1, lang: 'en', context: { value: {} }, transcript: [] };
    await expect(calls.createChat(chat, never)).rejects.toMatchObject({ code: 'outage', delivered: 'unknown' });
  });

  it('does not take a chat that cannot be read for one that is over', async () => {
    await expect(api({ status: 404 }).api.readChat(135, never)).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('the budget of requests', () => {
  it('lets no more through in any second than it has', async () => {
    const clock = new FakeClock();
    const budget = new RequestBudget(clock, 3);
    const times: number[] = [];
    const turns = Array.from({ length: 6 }, () => budget.turn(never).then(() => times.push(clock.monotonic())));
    await clock.advance(5_000);
    await Promise.all(turns);
    for (const [index, time] of times.entries()) {
      expect(times.filter((other) => other >= time && other < time + 1_000).length).toBeLessThanOrEqual(3);
      expect(time).toBe(index < 3 ? 0 : 1_050);
    }
  });

  it('spreads less than one a second over more seconds', async () => {
    const clock = new FakeClock();
    const budget = new RequestBudget(clock, 0.5);
    await budget.turn(never);
    await expect(budget.turn(never)).rejects.toMatchObject({ code: 'rateLimited', retryAfterInMs: 2_050 });
    await clock.advance(2_050);
    await budget.turn(never);
  });

  it('says when to come again instead of waiting long, and takes nothing for it', async () => {
    const clock = new FakeClock();
    const budget = new RequestBudget(clock, 1);
    const waiting = [budget.turn(never), budget.turn(never)];
    await expect(budget.turn(never)).rejects.toMatchObject({
      code: 'rateLimited',
      retriable: true,
      delivered: 'no',
      retryAfterInMs: 2_100,
    });
    await clock.advance(1_050);
    await Promise.all(waiting);
  });

  it('gives up waiting when it is told to', async () => {
    const clock = new FakeClock();
    const budget = new RequestBudget(clock, 1);
    await budget.turn(never);
    const stopping = new AbortController();
    const waiting = budget.turn(stopping.signal);
    stopping.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted', delivered: 'no' });
  });
});
