import { generateKeyPairSync, sign } from 'node:crypto';
import type { HttpClient, HttpResponse } from '../../../common/http';
import { HttpFailure } from '../../../common/http';
import { createAuthenticator } from '../../../customCrm/auth/authenticator';
import { isConfigured, settingsSchema } from '../../../customCrm/settings';
import { FakeClock } from '../../support/fakeClock';

const issuer = 'https://login.example/tenant/v2.0';
const audience = 'api://switchboard';
const oauth = {
  CUSTOM_CRM_OAUTH_ISSUER: issuer,
  CUSTOM_CRM_OAUTH_KEYS_URL: 'https://login.example/keys',
  CUSTOM_CRM_OAUTH_AUDIENCE: audience,
};
const clock = new FakeClock();
const nobody: HttpClient = () => Promise.reject(new Error('no call is expected'));
const authenticate = (env: Record<string, string>, http: HttpClient = nobody) =>
  createAuthenticator(settingsSchema.parse(env), http, () => clock.now());
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

function keyPair(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' } };
}
type Pair = ReturnType<typeof keyPair>;

function token({ kid, privateKey }: Pair, changes: object = {}, header: object = {}): { authorization: string } {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: issuer, aud: audience, exp: clock.now() / 1000 + 60, scp: 'crm.use other', ...changes };
  const signed = `${encode({ alg: 'RS256', kid, ...header })}.${encode(claims)}`;
  return { authorization: `Bearer ${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}` };
}

/** Publishes these keys, and counts how often it was asked. */
function keyServer(...pairs: Pair[]) {
  const server = { pairs, asked: 0, isDown: false };
  const http: HttpClient = async () => {
    server.asked += 1;
    if (server.isDown) throw new HttpFailure('timedOut');
    const json = { keys: server.pairs.map(({ jwk }) => jwk) };
    return { status: 200, headers: {}, bytes: Buffer.alloc(0), text: '', json } as unknown as HttpResponse;
  };
  return { server, http };
}

const one = keyPair('one');
const two = keyPair('two');

describe('Basic authentication', () => {
  const check = authenticate({ CUSTOM_CRM_USER: 'ccaip', CUSTOM_CRM_PASSWORD: 'long: enough pässword' });

  it('lets the right user and password pass', async () => {
    await expect(check(basic('ccaip:long: enough pässword'))).resolves.toBeUndefined();
  });

  it.each([
    {},
    basic('ccaip:wrong'),
    basic('x:long: enough pässword'),
    { authorization: 'Basic ~' },
    { authorization: 'Bearer x' },
  ])('refuses %j', async (headers) => {
    await expect(check(headers)).rejects.toMatchObject({ kind: 'unauthorized' });
  });
});

describe('a custom header', () => {
  const values = ['the newest value of the header', 'the value before that one'];
  const check = authenticate({ CUSTOM_CRM_HEADER_NAME: 'X-CCAIP-Key', CUSTOM_CRM_HEADER_VALUES: values.join(', ') });

  it('lets any of the values pass, so that one can be replaced', async () => {
    for (const value of values) await expect(check({ 'x-ccaip-key': value })).resolves.toBeUndefined();
  });

  it('refuses another value, and the value under another name', async () => {
    await expect(check({ 'x-ccaip-key': 'something else' })).rejects.toMatchObject({ kind: 'unauthorized' });
    await expect(check({ 'x-api-key': values[0]! })).rejects.toMatchObject({ kind: 'unauthorized' });
  });
});

describe('OAuth', () => {
  it('lets a token of the issuer pass and asks for its keys once', async () => {
    const { server, http } = keyServer(one);
    const check = authenticate(oauth, http);
    await Promise.all([check(token(one)), check(token(one)), check(token(one, { aud: ['x', audience] }))]);
    expect(server.asked).toBe(1);
  });

  it.each([
    ['is for another audience', () => token(one, { aud: 'other' })],
    ['is of another issuer', () => token(one, { iss: 'https://evil.example' })],
    ['has run out', () => token(one, { exp: clock.now() / 1000 - 120 })],
    ['never runs out', () => token(one, { exp: undefined })],
    ['is not valid yet', () => token(one, { nbf: clock.now() / 1000 + 600 })],
    ['is signed by another key', () => token({ ...two, kid: 'one' })],
    ['claims no signature', () => token(one, {}, { alg: 'none' })],
    ['claims a shared secret', () => token(one, {}, { alg: 'HS256' })],
    ['wants an extension', () => token(one, {}, { crit: ['x'] })],
    ['is none', () => ({ authorization: 'Bearer a.b' })],
  ])('refuses one that %s', async (_why, make) => {
    const { http } = keyServer(one);
    await expect(authenticate(oauth, http)(make())).rejects.toMatchObject({ kind: 'unauthorized' });
  });

  it('takes a new key up, but does not ask for every unknown one', async () => {
    const { server, http } = keyServer(one);
    const check = authenticate(oauth, http);
    await check(token(one));
    server.pairs.push(two);
    await expect(check(token(two))).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(server.asked).toBe(1);
    await clock.advance(31_000);
    await check(token(two));
    expect(server.asked).toBe(2);
  });

  it('asks to come again while it has no keys, and goes on with known ones', async () => {
    const { server, http } = keyServer(one);
    const check = authenticate(oauth, http);
    server.isDown = true;
    await expect(check(token(one))).rejects.toMatchObject({ kind: 'tryAgain' });
    server.isDown = false;
    await check(token(one));
    server.isDown = true;
    await clock.advance(2 * 60 * 60_000);
    await expect(check(token(one))).resolves.toBeUndefined();
  });

  it('asks a service that is down once per call', async () => {
    let asked = 0;
    const http = async () => {
      asked += 1;
      throw new HttpFailure('timedOut');
    };
    await expect(authenticate(oauth, http)(token(one))).rejects.toMatchObject({ kind: 'tryAgain' });
    expect(asked).toBe(1);
  });

  it('wants the scope where one is named', async () => {
    const { http } = keyServer(one);
    await authenticate({ ...oauth, CUSTOM_CRM_OAUTH_SCOPE: 'crm.use' }, http)(token(one));
    const strict = authenticate({ ...oauth, CUSTOM_CRM_OAUTH_SCOPE: 'crm.all' }, http);
    await expect(strict(token(one))).rejects.toMatchObject({ kind: 'forbidden' });
  });
});

describe('settings', () => {
  it.each([
    [{ CUSTOM_CRM_USER: 'a' }, 'CUSTOM_CRM_PASSWORD'],
    [{ CUSTOM_CRM_PASSWORD: 'long enough for it' }, 'CUSTOM_CRM_USER'],
    [{ CUSTOM_CRM_HEADER_VALUES: 'short' }, 'CUSTOM_CRM_HEADER_VALUES'],
    [{ CUSTOM_CRM_OAUTH_ISSUER: issuer }, 'CUSTOM_CRM_OAUTH_KEYS_URL'],
    [{ CUSTOM_CRM_TIMEOUT_SECONDS: '11' }, 'CUSTOM_CRM_TIMEOUT_SECONDS'],
    [{ CUSTOM_CRM_POP_HOSTS: 'crm.example, two hosts' }, 'CUSTOM_CRM_POP_HOSTS'],
    [{ CUSTOM_CRM_RECORD_URL: 'javascript:{id}' }, 'CUSTOM_CRM_RECORD_URL'],
  ])('%j: %s is wrong', (env, variable) => {
    const result = settingsSchema.safeParse(env);
    expect(result.error?.issues.map(({ path }) => path[0])).toContain(variable);
  });

  it('are wanted with any way to sign in', () => {
    expect(isConfigured({})).toBe(false);
    expect(isConfigured({ CUSTOM_CRM_HEADER_VALUES: 'x' })).toBe(true);
    expect(isConfigured({ CUSTOM_CRM_OAUTH_ISSUER: 'x' })).toBe(true);
  });
});
