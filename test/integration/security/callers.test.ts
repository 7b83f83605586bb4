import { BotAdapter } from '../../../bot/adapter';
import { isTenantAllowed } from '../../../bot/adapter/isTenantAllowed';
import { tenantsOf } from '../../../bot/settings/allowedTenants';
import { systemClock } from '../../../common/clock';
import { createHttpClient } from '../../../common/http';
import { message, type ServerRig, startServer } from '../server/serverRig';
import { appId, serviceUrl, startIssuer, type TokenIssuer } from '../server/tokenIssuer';

const own = '99999999-0000-0000-0000-000000000000';
const other = '88888888-0000-0000-0000-000000000000';
const otherBot = 'aaaaaaaa-1111-1111-1111-111111111111';
const teams = (tenantId: string | undefined, told: unknown = tenantId) =>
  message({
    serviceUrl,
    channelId: 'msteams',
    conversation: { id: 'c1', ...(tenantId && { tenantId }) },
    channelData: told === undefined ? {} : { tenant: { id: told } },
  });

describe('who may call', () => {
  let issuer: TokenIssuer;
  let rig: ServerRig;
  const http = createHttpClient();
  // The SDK writes refused tokens to the console.
  const consoleError = jest.spyOn(console, 'error').mockImplementation(() => undefined);

  beforeAll(async () => {
    // As the Bot Framework's keys are: each names the channels it signs for.
    issuer = await startIssuer({ endorsements: ['directline', 'msteams'] });
    const identity = {
      appType: 'SingleTenant' as const,
      appId,
      appPassword: 'x',
      tenantId: own,
      allowedCallers: [otherBot],
      allowedTenants: [own],
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

  const post = async (body: Record<string, unknown>) => {
    const before = rig.heard.length;
    const { status } = await rig.post(body, { authorization: `Bearer ${issuer.token()}` });
    return { status, isHeard: rig.heard.length > before };
  };

  it('is a channel that the key was made for', async () => {
    expect(await post(message({ serviceUrl }))).toEqual({ status: 200, isHeard: true });
    expect(await post(message({ serviceUrl, channelId: 'mluvii' }))).toEqual({ status: 401, isHeard: false });
    expect(await post(message({ serviceUrl, channelId: 'facebook' }))).toEqual({ status: 401, isHeard: false });
  });

  it('is in Teams somebody of the tenant', async () => {
    expect(await post(teams(own))).toEqual({ status: 200, isHeard: true });
    expect(await post(teams(own.toUpperCase()))).toEqual({ status: 200, isHeard: true });
  });

  it('is through another bot also only somebody of the tenant', async () => {
    const iss = 'https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0';
    const authorization = `Bearer ${issuer.token({ ver: '2.0', azp: otherBot, iss })}`;
    expect((await rig.post(teams(own), { authorization })).status).toBe(200);
    expect((await rig.post(teams(other), { authorization })).status).toBe(403);
  });

  it.each([
    ['another tenant', teams(other)],
    ['two tenants', teams(own, other)],
    ['no tenant', teams(undefined)],
    ['a tenant that is no text', teams(undefined, { id: own })],
  ])('is in Teams nobody of %s', async (_what, body) => {
    expect(await post(body)).toEqual({ status: 403, isHeard: false });
  });
});

describe('the tenants of the settings', () => {
  it('are the named ones, the app’s own, or any', () => {
    const single = { appType: 'SingleTenant', tenantId: own };
    expect(tenantsOf([], single)).toEqual([own]);
    expect(tenantsOf(['A', 'b'], single)).toEqual(['a', 'b']);
    expect(tenantsOf(['*'], single)).toBeUndefined();
    expect(tenantsOf([], { appType: 'MultiTenant', tenantId: own })).toBeUndefined();
    expect(isTenantAllowed({ channelId: 'directline', conversation: { id: 'c' } } as never, [own])).toBe(true);
  });
});
