import { hostPagePolicy, landingPagePolicy, pageConfig } from '../../../customCrm/adapterHost/pageConfig';
import { buildLookupUrl, lookupTemplates, lookupUrlFor, templateFor } from '../../../customCrm/lookup/lookupUrl';
import { appTemplate, recordLink } from '../../../customCrm/lookup/recordLinks';

const templates = lookupTemplates('https://bot.example');
/** Types of sessions as the document on Custom CRM lists them. */
const sdkTypes = ['IncomingCall(app)', 'ScheduledCall(app)', 'IncomingCall(web)', 'ScheduledCall(web)', 'Mobile', 'Web'];
const phoneTypes = ['Outbound_Call', 'OutboundCall(api)', 'IncomingCall(api)', 'IVR_Call', 'IVRCall(app)', 'Voicemail', 'SMS'];

describe('lookup URLs', () => {
  it('seed: a session by phone is looked up by its number, with only what is not empty', () => {
    const url = buildLookupUrl(templates.phone, {
      ANI: '+12223334444',
      MENU_PATH: 'Orders/Order confirmation/Order info',
      MENU_ID: '',
      CHANNEL: 'voice_call',
      TYPE: 'IVR_Call',
    });
    expect(url).toBe(
      'https://bot.example/agent-host/lookup?ani=%2B12223334444&menu_path=Orders%2FOrder%20confirmation%2FOrder%20info&channel=voice_call&type=IVR_Call',
    );
  });

  it('seed: a web or mobile session is looked up by customer id and e-mail', () => {
    expect(buildLookupUrl(templates.sdk, { CUID: 'kim', EMAIL: 'kim+1@example.com' })).toBe(
      'https://bot.example/agent-host/lookup?cuid=kim&email=kim%2B1%40example.com',
    );
  });

  it.each([...sdkTypes.map((type) => [type, 'sdk']), ...phoneTypes.map((type) => [type, 'phone'])])(
    'seed: %s takes the %s template',
    (type, template) => {
      expect(templateFor(type)).toBe(template);
    },
  );

  it('tries both templates out for an administrator', () => {
    expect(lookupUrlFor(templates, { type: 'Web', cuid: 'kim', ani: '5' })).toEqual({
      template: templates.sdk,
      url: 'https://bot.example/agent-host/lookup?cuid=kim&type=Web',
    });
    expect(lookupUrlFor(templates, { ani: '5', other: 'x' }).url).toBe('https://bot.example/agent-host/lookup?ani=5');
    expect(lookupUrlFor(templates, { email: 'kim@example.com' }).template).toBe(templates.sdk);
  });

  it('fills a template of any form', () => {
    expect(buildLookupUrl('https://x.example/{CUID}/a?b=1&c={Custom UID}#{ANI}', { CUID: 'k m', ANI: '5' })).toBe(
      'https://x.example/k%20m/a?b=1&c=k%20m#5',
    );
    expect(buildLookupUrl('https://x.example/?ani={ANI}', {})).toBe('https://x.example/');
    expect(buildLookupUrl('https://x.example/?a={OTHER}', {})).toBe('https://x.example/');
  });

  it('links records of a model-driven app', () => {
    const template = appTemplate('https://org.crm.example');
    expect(recordLink(template, 'case', '1')).toBe('https://org.crm.example/main.aspx?pagetype=entityrecord&etn=incident&id=1');
    expect(recordLink('https://x/{set}/{id}', 'account', 'a/b')).toBe('https://x/contacts/a%2Fb');
  });
});

describe('the agent’s page', () => {
  const config = pageConfig({
    publicUrl: 'https://bot.example',
    adapterUrl: 'https://customer.uc1.example/some/where',
    popHosts: ['crm.example', 'https://two.example/x'],
    windowOrigins: ['https://org.crm.example'],
  });

  it('seed: shows both adapters as the document embeds them', () => {
    expect(config.adapters).toEqual([
      { type: 'chat', url: 'https://customer.uc1.example/agent/?type=chat&from=custom', width: 450, height: 590 },
      { type: 'call', url: 'https://customer.uc1.example/agent/?type=call&from=custom', width: 290, height: 600 },
    ]);
    expect(config.adapterOrigin).toBe('https://customer.uc1.example');
  });

  it('frames the tenant and the listed hosts, and nothing else', () => {
    expect(config.frameOrigins).toEqual(['https://bot.example', 'https://crm.example', 'https://two.example']);
    const policy = hostPagePolicy(config);
    expect(policy).toContain(
      "frame-src 'self' https://customer.uc1.example https://bot.example https://crm.example https://two.example;",
    );
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(landingPagePolicy(config)).toContain("frame-ancestors 'self' https://customer.uc1.example");
  });

  it('has no adapters without a tenant', () => {
    const bare = pageConfig({ publicUrl: 'https://bot.example', popHosts: [], windowOrigins: [] });
    expect(bare.adapters).toEqual([]);
    expect(bare).not.toHaveProperty('adapterOrigin');
  });
});
