import { generateKeyPairSync } from 'node:crypto';
import type { HttpClient, HttpRequest } from '../../../common/http';
import { silentLog } from '../../../common/log';
import { createTokenNetwork } from '../../../dynamics/tokenNetwork';
import { createTokenSource, shareTokenRequests } from '../../../dynamics/tokens';

describe('shared token requests', () => {
  it('are one for twenty callers at a time', async () => {
    let asked = 0;
    const tokens = shareTokenRequests(async () => `token ${++asked}`, silentLog);
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.get()));
    expect(new Set(all)).toEqual(new Set(['token 1']));
  });

  it('skip the cache for a refused token only while it is the newest', async () => {
    const skipped: boolean[] = [];
    const tokens = shareTokenRequests(async (skipCache) => {
      skipped.push(skipCache);
      return `token ${skipped.length}`;
    }, silentLog);
    await tokens.get();
    await Promise.all([tokens.get('token 1'), tokens.get('token 1')]);
    await tokens.get('token 1');
    expect(skipped).toEqual([false, true, false]);
  });

  it.each([
    ['an error', () => Promise.reject(new Error('invalid_client'))],
    ['no token', async () => undefined],
  ])('that end with %s are a failure that passes, and are made again', async (_name, acquire) => {
    const answers: (() => Promise<string | undefined>)[] = [acquire, async () => 'good'];
    const tokens = shareTokenRequests(() => answers.shift()!(), silentLog);
    await expect(tokens.get()).rejects.toMatchObject({ code: 'noToken', retriable: true, delivered: 'no' });
    expect(await tokens.get()).toBe('good');
  });
});

describe('a token by MSAL', () => {
  const requests: HttpRequest[] = [];
  const http: HttpClient = async (request) => {
    requests.push(request);
    const json = { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: 'abc' };
    return { status: 200, headers: {}, bytes: Buffer.alloc(0), text: '', json };
  };
  const common = {
    environmentUrl: 'https://contoso.crm4.dynamics.com',
    tenantId: '7b0c1f6e-0d8c-4f0e-9a43-0f6f7a1f3c11',
    clientId: '1f0f8f7d-5b5c-4f0a-8a07-6b7d5e9b2a22',
    network: createTokenNetwork(http, 'http://127.0.0.1:9/token'),
    log: silentLog,
  };
  const sent = () => new URLSearchParams(String(requests[0]?.body));
  beforeEach(() => requests.splice(0));

  it('is asked for with the secret, once, at the given address', async () => {
    const tokens = createTokenSource({ ...common, credential: { kind: 'secret', secret: 's&1' } });
    expect(await tokens.get()).toBe('abc');
    expect(await tokens.get()).toBe('abc');
    expect(requests.map(({ method, url }) => [method, url])).toEqual([['POST', 'http://127.0.0.1:9/token']]);
    expect(Object.fromEntries(sent())).toMatchObject({
      client_id: common.clientId,
      client_secret: 's&1',
      grant_type: 'client_credentials',
      scope: expect.stringContaining('https://contoso.crm4.dynamics.com/.default'),
    });
  });

  it('is asked for with a signed assertion when there is a certificate', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const credential = { kind: 'certificate' as const, thumbprint: 'ab'.repeat(32), privateKey: pem };
    expect(await createTokenSource({ ...common, credential }).get()).toBe('abc');
    expect(sent().get('client_assertion')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(sent().has('client_secret')).toBe(false);
  });
});

it('without an address of its own every request goes where MSAL wants it', async () => {
  const urls: string[] = [];
  const network = createTokenNetwork(async (request) => {
    urls.push(`${request.method} ${request.url}`);
    return { status: 503, headers: {}, bytes: Buffer.alloc(0), text: 'x', json: undefined };
  });
  expect(await network.sendGetRequestAsync('https://login.example/a')).toMatchObject({ status: 503, body: { error: 'http503' } });
  await network.sendPostRequestAsync('https://login.example/b', { body: 'x' });
  expect(urls).toEqual(['GET https://login.example/a', 'POST https://login.example/b']);
});
