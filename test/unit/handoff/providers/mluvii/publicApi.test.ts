import type { HttpRequest } from '../../../../../common/http';
import type { JsonValue } from '../../../../../common/json';
import { type Answer, createRig, never } from './rig';

const keys = { MLUVII_API_CLIENT_ID: 'id', MLUVII_API_CLIENT_SECRET: 'secret', MLUVII_BASE_URL: 'https://chat.bank.example/' };
const isLogin = ({ url }: HttpRequest) => url.endsWith('/login/connect/token');
const token = { status: 200, json: { access_token: 't1', token_type: 'Bearer', expires_in: 3_600 } };
const states = (data: JsonValue): Answer => ({ status: 200, json: data });
const someone = [
  { userId: 4, stateKind: 'AWAY' },
  { userId: 5, stateKind: 'ONLINE' },
];

describe('whether somebody is there', () => {
  it('is asked with a token that is kept until shortly before it ends', async () => {
    const { provider, requests, clock } = await createRig({ ...keys, MLUVII_API_SCOPE: 'mluviiPublicApi' }, (request) =>
      isLogin(request) ? token : states(someone),
    );
    const check = (target = {}) => provider.checkAvailability?.(provider.parseTarget(target), 'en', never);
    expect(await check()).toEqual({ available: true });
    expect(await Promise.all([check({ operatorIds: [4] }), check({ operatorIds: [5] })])).toEqual([
      { available: false, reason: 'noAgents' },
      { available: true },
    ]);
    expect(requests.filter(isLogin)).toMatchObject([
      {
        url: 'https://chat.bank.example/login/connect/token',
        body: 'response_type=token&grant_type=client_credentials&client_id=id&client_secret=secret&scope=mluviiPublicApi',
      },
    ]);
    expect(requests[1]).toMatchObject({
      method: 'GET',
      url: 'https://chat.bank.example/api/v1/Users/operatorStates',
      headers: { authorization: 'Bearer t1' },
    });
    clock.jump(3_570_000);
    await Promise.all([check(), check()]);
    expect(requests.filter(isLogin)).toHaveLength(2);
  });

  it.each<[string, JsonValue, boolean]>([
    ['a bare list', someone, true],
    ['a page', { limit: 10, page: 0, totalCount: 2, data: someone }, true],
    ['capital letters', { Data: [{ UserId: 5, StateKind: 'Online' }] }, true],
    ['nobody at all', [], false],
    ['an unknown state', [{ userId: 5, stateKind: 'DANCING' }, { userId: 6 }, 'x'], false],
  ])('is read from %s', async (_, data, available) => {
    const { provider } = await createRig(keys, (request) => (isLogin(request) ? token : states(data)));
    expect((await provider.checkAvailability?.({}, 'en', never))?.available).toBe(available);
  });

  it('gets a new token once when it is led to the login page, and gives up the second time', async () => {
    let refusals = 1;
    const { provider, requests } = await createRig(keys, (request) => {
      if (isLogin(request)) return token;
      refusals -= 1;
      return refusals >= 0 ? { status: 302, headers: { location: '/login' } } : states(someone);
    });
    expect(await provider.checkAvailability?.({}, 'en', never)).toEqual({ available: true });
    expect(requests.filter(isLogin)).toHaveLength(2);
    refusals = 10;
    await expect(provider.checkAvailability?.({}, 'en', never)).rejects.toMatchObject({ code: 'unauthorized', retriable: false });
    expect(refusals).toBe(8);
  });

  it.each<[string, Answer, string]>([
    ['wrong keys', { status: 400, json: { error: 'invalid_client' } }, 'unauthorized'],
    ['no token in the answer', { status: 200, json: {} }, 'outage'],
    ['a login that is down', { status: 503 }, 'outage'],
  ])('tells %s', async (_, answer, code) => {
    const { provider } = await createRig(keys, () => answer);
    await expect(provider.checkAvailability?.({}, 'en', never)).rejects.toMatchObject({ name: 'HandoffError', code });
  });

  it('is not known without keys', async () => {
    const { provider } = await createRig();
    expect(provider.checkAvailability).toBeUndefined();
    expect(provider.capabilities.availability).toBe(false);
  });
});
