import { generateKeyPairSync } from 'node:crypto';
import { BotAdapter } from '../../../bot/adapter';
import { systemClock } from '../../../common/clock';
import { createHttpClient } from '../../../common/http';
import { message, type ServerRig, startServer } from './serverRig';
import { appId, serviceUrl, startIssuer, type TokenIssuer } from './tokenIssuer';

const tenant = '99999999-0000-0000-0000-000000000000';
const allowedBot = 'aaaaaaaa-1111-1111-1111-111111111111';

describe('the caller of /api/messages', () => {
  let issuer: TokenIssuer;
  let rig: ServerRig;
  const http = createHttpClient();
  // The SDK writes refused tokens to the console.
  const consoleError = jest.spyOn(console, 'error').mockImplementation(() => undefined);

  beforeAll(async () => {
    issuer = await startIssuer();
    const identity = {
      appType: 'SingleTenant' as const,
      appId,
      appPassword: 'x',
      tenantId: tenant,
      allowedCallers: [allowedBot],
    };
    const adapter = new BotAdapter({ identity, http, clock: systemClock, sendTimeoutInMs: 1_000, issuer: issuer.options });
    rig = await startServer({ adapter });
  });
  afterAll(async () => {
    consoleError.mockRestore();
    await rig.stop();
    await issuer.stop();
    await http.close();
  });

  const post = (authorization?: string, changes: Record<string, unknown> = {}) =>
    rig.post(message({ serviceUrl, ...changes }), authorization === undefined ? {} : { authorization });

  it('is let in with a good token', async () => {
    expect((await post(`Bearer ${issuer.token()}`)).status).toBe(200);
  });

  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const now = Math.floor(Date.now() / 1000);
  it.each([
    ['no token', () => undefined],
    ['an empty token', () => 'Bearer '],
    ['another scheme', () => `Basic ${issuer.token()}`],
    ['junk', () => 'Bearer a.b.c'],
    ['an expired token', () => `Bearer ${issuer.token({ exp: now - 600 })}`],
    ['a token that never expires', () => `Bearer ${issuer.token({ exp: undefined })}`],
    ['a token that is not valid yet', () => `Bearer ${issuer.token({ nbf: now + 3600 })}`],
    ['a token for another bot', () => `Bearer ${issuer.token({ aud: 'somebody else' })}`],
    ['a token of another issuer', () => `Bearer ${issuer.token({ iss: 'https://evil.example' })}`],
    ['a signature of another key', () => `Bearer ${issuer.token({}, { key: other })}`],
    ['an unknown key', () => `Bearer ${issuer.token({}, { kid: 'k2' })}`],
    ['alg none', () => `Bearer ${issuer.token({}, { alg: 'none' })}`],
    ['alg none in other letters', () => `Bearer ${issuer.token({}, { alg: 'NONE' })}`],
    ['a symmetric algorithm', () => `Bearer ${issuer.token({}, { alg: 'HS256' })}`],
    ['a token for another service', () => `Bearer ${issuer.token({ serviceurl: 'https://other.example/' })}`],
  ])('is refused with %s', async (_name, authorization) => {
    const answer = await post(authorization());
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: 'the caller is not authenticated' });
  });

  it('is refused when a good token comes with the service of somebody else', async () => {
    const token = `Bearer ${issuer.token({ jti: 'steal' })}`;
    expect((await post(token)).status).toBe(200);
    expect((await post(token, { serviceUrl: 'https://evil.example/' })).status).toBe(401);
    expect((await post(token)).status).toBe(200);
  });

  it('is checked in full once per token', async () => {
    const inner = jest.spyOn(require('jsonwebtoken') as { verify: () => unknown }, 'verify');
    const token = `Bearer ${issuer.token({ jti: 'once' })}`;
    for (let times = 0; times < 3; times += 1) expect((await post(token)).status).toBe(200);
    expect(inner).toHaveBeenCalledTimes(1);
    inner.mockRestore();
  });

  describe('the Emulator', () => {
    const botFramework = 'd6d49420-f39b-4df7-a1dc-d59a935871db';
    // As Microsoft's login makes them for the app's own id and secret: of version 1 and of version 2.
    const signed = (claims: Record<string, unknown> = {}, tid = botFramework) => ({
      1: `Bearer ${issuer.token({ ver: '1.0', appid: appId, tid, iss: `https://sts.windows.net/${tid}/`, serviceurl: undefined, ...claims })}`,
      2: `Bearer ${issuer.token({ ver: '2.0', azp: appId, tid, iss: `https://login.microsoftonline.com/${tid}/v2.0`, serviceurl: undefined, ...claims })}`,
    });
    const emulator = { channelId: 'emulator', serviceUrl: 'http://localhost:52000' };

    it.each([1, 2] as const)('is let in with the app’s own token of version %s', async (version) => {
      expect((await post(signed()[version], emulator)).status).toBe(200);
      expect((await post(signed({}, tenant)[version], emulator)).status).toBe(200);
    });

    const stranger = '77777777-0000-0000-0000-000000000000';
    it.each([
      ['of another app', { appid: allowedBot, azp: allowedBot, aud: 'https://api.botframework.com' }],
      // Every service the bot calls sees such a one.
      ['that the bot shows to its channels', { aud: 'https://api.botframework.com' }],
      ['that the bot shows to another service', { aud: 'https://contoso.crm4.dynamics.com' }],
      ['without an audience', { aud: undefined }],
      ['without an app', { appid: undefined, azp: undefined }],
      ['of an unknown version', { ver: '3.0' }],
      ['that has expired', { exp: now - 600 }],
      ['of a tenant that is not the app’s', { tid: stranger, iss: `https://sts.windows.net/${stranger}/` }],
      ['whose issuer is another tenant than it says', { iss: `https://sts.windows.net/${stranger}/` }],
      ['with a tenant that is no text', { tid: [botFramework] }],
    ])('is refused with a token %s', async (_what, claims) => {
      for (const token of Object.values(signed(claims))) expect((await post(token, emulator)).status).toBe(401);
    });

    it('brings no tenant into the list of those that are trusted', async () => {
      const { ToBotFromBotOrEmulatorTokenValidationParameters: trusted } =
        require('botframework-connector/lib/auth/tokenValidationParameters') as Record<string, { issuer: string[] }>;
      const before = trusted!.issuer.length;
      for (let n = 0; n < 20; n += 1) {
        const tid = `${n}`.padStart(8, '0');
        expect((await post(signed({}, tid)[1], emulator)).status).toBe(401);
        // Unsigned ones need nobody's help.
        expect((await post(`Bearer ${issuer.token({ tid }, { key: other })}`, emulator)).status).toBe(401);
      }
      expect(trusted!.issuer.length).toBe(before);
    });
  });

  const skillToken = (caller: string) =>
    `Bearer ${issuer.token({ ver: '2.0', azp: caller, iss: `https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0` })}`;

  it('may be another bot that is on the list', async () => {
    expect((await post(skillToken(allowedBot))).status).toBe(200);
  });

  it('may be no other bot', async () => {
    const answer = await post(skillToken('bbbbbbbb-1111-1111-1111-111111111111'));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({ error: 'the caller is not allowed' });
  });

  it('is asked to come again while the keys cannot be had', async () => {
    const closed = { ...issuer.options, ToBotFromChannelOpenIdMetadataUrl: 'http://127.0.0.1:9/openid' };
    const identity = { appType: 'SingleTenant' as const, appId, appPassword: 'x', tenantId: tenant, allowedCallers: [] };
    const adapter = new BotAdapter({ identity, http, clock: systemClock, sendTimeoutInMs: 1_000, issuer: closed });
    const cut = await startServer({ adapter });
    const answer = await cut.post(message({ serviceUrl }), { authorization: `Bearer ${issuer.token()}` });
    expect(answer.status).toBe(503);
    await cut.stop();
  });
});
