import { isConfigured, settingsSchema } from '../../../../../handoff/providers/8x8';
import { toLanguageCode } from '../../../../../handoff/providers/8x8/language';
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
      expect(name).toMatch(/^EIGHT_BY_EIGHT_[A-Z_]+$/);
      expect(field.description).toMatch(/^[A-Z].*\.$/);
    }
    expect(settingsWith()).toMatchObject({
      EIGHT_BY_EIGHT_SIGNATURE_MAX_AGE_SECONDS: 300,
      EIGHT_BY_EIGHT_AVAILABILITY: 'off',
      EIGHT_BY_EIGHT_STATISTICS: 'gateway',
      EIGHT_BY_EIGHT_FILE_HOSTS: ['8x8.com'],
    });
  });

  it('take an empty line for none', () => {
    expect(settingsWith({ EIGHT_BY_EIGHT_SCHEDULE_ID: ' ', EIGHT_BY_EIGHT_QUEUE_LIMIT: '' })).not.toMatchObject({
      EIGHT_BY_EIGHT_SCHEDULE_ID: expect.anything(),
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ EIGHT_BY_EIGHT_API_KEY: ' ' }, 'EIGHT_BY_EIGHT_API_KEY'],
    [{ EIGHT_BY_EIGHT_WEBHOOK_SECRET: 'short' }, 'EIGHT_BY_EIGHT_WEBHOOK_SECRET'],
    [{ EIGHT_BY_EIGHT_WEBHOOK_SECRET: 'long enough but/with a slash' }, 'EIGHT_BY_EIGHT_WEBHOOK_SECRET'],
    [{ EIGHT_BY_EIGHT_BASE_URL: 'http://api.8x8.com' }, 'EIGHT_BY_EIGHT_BASE_URL'],
    [{ EIGHT_BY_EIGHT_BASE_URL: 'api' }, 'EIGHT_BY_EIGHT_BASE_URL'],
    [{ EIGHT_BY_EIGHT_SIGNATURE_MAX_AGE_SECONDS: '0' }, 'EIGHT_BY_EIGHT_SIGNATURE_MAX_AGE_SECONDS'],
    [{ EIGHT_BY_EIGHT_AVAILABILITY: 'maybe' }, 'EIGHT_BY_EIGHT_AVAILABILITY'],
    [{ EIGHT_BY_EIGHT_ANALYTICS_KEY: 'key' }, 'EIGHT_BY_EIGHT_ANALYTICS_SECRET'],
    [{ EIGHT_BY_EIGHT_ANALYTICS_SECRET: 'secret' }, 'EIGHT_BY_EIGHT_ANALYTICS_KEY'],
  ])('refuse %j by the name of what is wrong', (overrides, name) => {
    expect(problems(overrides)).toEqual([name]);
  });

  it('ask for the analytics key when statistics come from there', () => {
    expect(problems({ EIGHT_BY_EIGHT_AVAILABILITY: 'fail-open', EIGHT_BY_EIGHT_STATISTICS: 'analytics' })).toEqual([
      'EIGHT_BY_EIGHT_ANALYTICS_KEY',
      'EIGHT_BY_EIGHT_ANALYTICS_SECRET',
    ]);
  });

  it('count as meant when one of the needed ones is there', () => {
    expect(isConfigured({})).toBe(false);
    expect(isConfigured({ EIGHT_BY_EIGHT_API_KEY: ' ' })).toBe(false);
    expect(isConfigured({ EIGHT_BY_EIGHT_CHANNEL_ID: 'ch' })).toBe(true);
  });
});

describe('the language', () => {
  it.each([
    ['en-GB', 'en'],
    ['de_AT', 'de'],
    ['nb-NO', 'no'],
    ['nn', 'no'],
    ['zh', 'zh-CN'],
    ['zh-Hans-SG', 'zh-CN'],
    ['zh-HK', 'zh-TW'],
    ['zh-Hant', 'zh-TW'],
    ['EN', 'en'],
    ['sk', undefined],
    ['', undefined],
  ])('%j is reduced to %j', (tag, code) => {
    expect(toLanguageCode(tag)).toBe(code);
  });
});
