import { isConfigured, settingsSchema } from '../../../../../handoff/providers/ccaip';
import { capabilitiesFor } from '../../../../../handoff/providers/ccaip/capabilities';
import { subdomainOf } from '../../../../../handoff/providers/ccaip/settings';
import { parseTarget } from '../../../../../handoff/providers/ccaip/target';
import { settingsWith } from './fakes';

const problems = (overrides: Record<string, string>) => {
  try {
    settingsWith(overrides);
  } catch (error) {
    return (error as { issues: { path: string[] }[] }).issues.map(({ path }) => path.join('.'));
  }
  return [];
};

describe('the settings', () => {
  it('have a sentence each, and defaults that work', () => {
    for (const [name, field] of Object.entries(settingsSchema.shape)) {
      expect(name).toMatch(/^CCAIP_[A-Z_]+$/);
      expect(field.description).toMatch(/^[A-Z].*\.$/);
    }
    expect(settingsWith()).toMatchObject({
      CCAIP_SIGNATURE_MAX_AGE_SECONDS: 300,
      CCAIP_REQUESTS_PER_SECOND: 10,
      CCAIP_TEXT_CONTENT: 'object',
      CCAIP_LANGUAGES: ['en'],
      CCAIP_OVER_CAPACITY: 'wait',
    });
  });

  it.each([
    ['CCAIP_URL', 'http://customer.ccaiplatform.com'],
    ['CCAIP_URL', 'customer'],
    ['CCAIP_API_TOKEN', ' '],
    ['CCAIP_WEBHOOK_SECRET', ''],
    ['CCAIP_LANGUAGES', ' , '],
    ['CCAIP_REQUESTS_PER_SECOND', '0'],
    ['CCAIP_TEXT_CONTENT', 'both'],
  ])('refuse %s=%s', (name, value) => {
    expect(problems({ [name]: value })).toEqual([name]);
  });

  it('take the user name from the address', () => {
    expect(subdomainOf(settingsWith({ CCAIP_URL: 'https://acme.uc1.ccaiplatform.com/agent' }))).toBe('acme');
    expect(subdomainOf(settingsWith({ CCAIP_SUBDOMAIN: 'other' }))).toBe('other');
    expect(settingsWith({ CCAIP_URL: 'https://acme.uc1.ccaiplatform.com/agent' }).CCAIP_URL).toBe(
      'https://acme.uc1.ccaiplatform.com',
    );
  });

  it('count as meant when any of the needed ones is there', () => {
    expect(isConfigured({})).toBe(false);
    expect(isConfigured({ CCAIP_API_TOKEN: ' ' })).toBe(false);
    expect(isConfigured({ CCAIP_API_TOKEN: 'x' })).toBe(true);
  });

  it('decide whether availability can be asked for', () => {
    expect(capabilitiesFor(settingsWith()).availability).toBe(true);
    expect(capabilitiesFor(settingsWith({ CCAIP_AVAILABILITY: 'off' })).availability).toBe(false);
  });
});

describe('a target', () => {
  it('is a queue, by number or by digits', () => {
    expect(parseTarget({ menuId: '7' })).toEqual({ menuId: 7, menuType: 'web_menu' });
    expect(parseTarget({ menuId: 7, menuType: 'mobile_menu' })).toEqual({ menuId: 7, menuType: 'mobile_menu' });
  });

  it('that is none is refused in words', () => {
    expect(() => parseTarget({ queue: 7 })).toThrow(/^CCAIP target must be \{ "menuId": 7/);
  });
});
