import { isConfigured, settingsSchema } from '../../../../../handoff/providers/mluvii';
import { settingsWith } from './rig';

const problems = (overrides: Record<string, string>) => {
  try {
    settingsWith(overrides);
  } catch (error) {
    return (error as { issues: { path: string[] }[] }).issues.map(({ path }) => path[0]);
  }
  return [];
};

describe('the settings', () => {
  it('have a sentence each, and defaults that work', () => {
    for (const [name, field] of Object.entries(settingsSchema.shape)) {
      expect(name).toMatch(/^MLUVII_(?!CHATBOT_)[A-Z_]+$/);
      expect(field.description).toMatch(/^[A-Z].*\.$/);
    }
    expect(settingsWith()).toEqual({
      MLUVII_WEBHOOK_USER: 'mluvii',
      MLUVII_WEBHOOK_PASSWORD: ['a-password-long-enough'],
      MLUVII_CHANNEL_HOSTS: ['mluvii.com'],
      MLUVII_BASE_URL: 'https://app.mluvii.com',
      MLUVII_ROUTING_PARAM: 'HandoffReason',
      MLUVII_AGENT_LEFT_GRACE_SECONDS: 15,
      MLUVII_MAX_TEXT_LENGTH: 4_000,
      MLUVII_TEXT_FORM: 'html',
    });
  });

  it('take two passwords while one is being changed, and headers as JSON', () => {
    expect(
      settingsWith({
        MLUVII_WEBHOOK_PASSWORD: 'the-new-password-1, the-old-password-1',
        MLUVII_CHANNEL_URL: 'https://proxy.example/x',
        MLUVII_CHANNEL_HEADERS: '{"X-Key":"abc"}',
      }),
    ).toMatchObject({
      MLUVII_WEBHOOK_PASSWORD: ['the-new-password-1', 'the-old-password-1'],
      MLUVII_CHANNEL_HEADERS: { 'X-Key': 'abc' },
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ MLUVII_WEBHOOK_USER: ' ' }, 'MLUVII_WEBHOOK_USER'],
    [{ MLUVII_WEBHOOK_USER: 'a:b' }, 'MLUVII_WEBHOOK_USER'],
    [{ MLUVII_WEBHOOK_PASSWORD: 'short' }, 'MLUVII_WEBHOOK_PASSWORD'],
    [{ MLUVII_WEBHOOK_PASSWORD: 'long-enough-is-this,short' }, 'MLUVII_WEBHOOK_PASSWORD'],
    [{ MLUVII_CHANNEL_URL: 'http://proxy.example/x' }, 'MLUVII_CHANNEL_URL'],
    [{ MLUVII_CHANNEL_HEADERS: '{"X-Key":"abc"}' }, 'MLUVII_CHANNEL_URL'],
    [{ MLUVII_CHANNEL_URL: 'https://a.example', MLUVII_CHANNEL_HEADERS: '["X-Key"]' }, 'MLUVII_CHANNEL_HEADERS'],
    [{ MLUVII_CHANNEL_URL: 'https://a.example', MLUVII_CHANNEL_HEADERS: '{"Host":"x"}' }, 'MLUVII_CHANNEL_HEADERS'],
    [{ MLUVII_BASE_URL: 'app.mluvii.com' }, 'MLUVII_BASE_URL'],
    [{ MLUVII_API_CLIENT_ID: 'id' }, 'MLUVII_API_CLIENT_SECRET'],
    [{ MLUVII_API_CLIENT_SECRET: 'secret' }, 'MLUVII_API_CLIENT_ID'],
    [{ MLUVII_AGENT_LEFT_GRACE_SECONDS: '61' }, 'MLUVII_AGENT_LEFT_GRACE_SECONDS'],
    [{ MLUVII_MAX_TEXT_LENGTH: '10' }, 'MLUVII_MAX_TEXT_LENGTH'],
    [{ MLUVII_TEXT_FORM: 'markdown' }, 'MLUVII_TEXT_FORM'],
  ])('refuse %j and name the variable', (overrides, name) => {
    expect(problems(overrides)).toEqual([name]);
  });

  it('are asked for as soon as one of the required ones is there, and not for the chatbot’s', () => {
    expect(isConfigured({ MLUVII_WEBHOOK_USER: 'mluvii' })).toBe(true);
    expect(isConfigured({ MLUVII_CHATBOT_ID: '7', MLUVII_BASE_URL: 'https://x.example', MLUVII_WEBHOOK_PASSWORD: ' ' })).toBe(
      false,
    );
  });
});
