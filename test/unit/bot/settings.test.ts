import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { readSettings, SettingsError } from '../../../bot/settings';

const dynamics = {
  settingsSchema: z.object({ DYNAMICS_URL: z.url().describe('The address of the organization.') }),
  isConfigured: (env: Readonly<Record<string, string | undefined>>) => env['DYNAMICS_URL'] !== undefined,
};
const desk = {
  settingsSchema: z.object({
    DESK_KEY: z.string().min(10, 'is shorter than 10 characters').describe('The key of the desk.'),
    DESK_QUEUE: z.string().describe('The queue to hand off to.'),
    DESK_SECRET: z.string().refine(() => false, { error: ({ input }) => `cannot be "${String(input)}"` }),
  }),
  isConfigured: (env: Readonly<Record<string, string | undefined>>) => Object.keys(env).some((name) => name.startsWith('DESK_')),
};
const groups = { dynamics, desk };

const production = {
  MicrosoftAppId: 'app',
  MicrosoftAppPassword: 'pass word',
  MicrosoftAppTenantId: 'tenant',
  PUBLIC_URL: 'https://bot.example/',
  LINK_SIGNING_KEYS: `${'a'.repeat(32)}, ${'b'.repeat(32)}`,
  DYNAMICS_URL: 'https://org.crm4.dynamics.com',
};

describe('readSettings', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'switchboard-settings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = (env: Record<string, string | undefined>) => readSettings(env, groups, folder);
  const problems = (env: Record<string, string | undefined>): Record<string, string> => {
    try {
      read(env);
    } catch (error) {
      if (error instanceof SettingsError)
        return Object.fromEntries(error.problems.map(({ variable, message }) => [variable, message]));
      throw error;
    }
    return {};
  };

  it('is a sandbox on the loopback when nothing is set', () => {
    expect(read({})).toMatchObject({
      mode: 'sandbox',
      port: 3978,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3978',
      database: { kind: 'sqlite', file: '.data/switchboard.db' },
      groups: {},
    });
  });

  it('keeps the key that a sandbox makes itself', () => {
    const [key] = read({}).linkSigningKeys;
    expect(key!.length).toBeGreaterThanOrEqual(32);
    expect(read({}).linkSigningKeys).toEqual([key]);
    expect(readFileSync(path.join(folder, 'link-signing-key'), 'utf8')).toBe(key);
  });

  it('takes empty variables for absent ones', () => {
    expect(read({ PORT: '', MicrosoftAppId: ' ', DESK_KEY: '', NODE_ENV: '' })).toMatchObject({
      mode: 'sandbox',
      port: 3978,
      groups: {},
    });
  });

  it('reads who may use the chat from the web, and which files come with it', () => {
    expect(read({})).toMatchObject({
      web: { origins: [], trustedProxies: 0, ratePerMinute: 6_000 },
      uploads: { maxBytes: 4 * 1024 * 1024 },
    });
    const env = {
      WEB_ORIGINS: 'https://www.Example.com, http://localhost:8080',
      UPLOAD_TYPES: 'image/*,.odt',
      UPLOAD_MAX_MB: '2',
    };
    expect(read(env)).toMatchObject({
      web: { origins: ['https://www.example.com', 'http://localhost:8080'] },
      uploads: { maxBytes: 2 * 1024 * 1024, types: ['image/*', '.odt'] },
    });
  });

  it.each([
    ['WEB_ORIGINS', 'https://www.example.com/shop', /not an origin/],
    ['WEB_ORIGINS', 'https://ok.example,*', /not an origin/],
    ['WEB_ORIGINS', "https://x.example;script-src 'unsafe-inline'", /not an origin/],
    ['TRUSTED_PROXIES', '9', /more than 5/],
    ['UPLOAD_TYPES', 'pictures', /neither/],
    ['UPLOAD_MAX_MB', '0', /less than 1/],
  ])('refuses %s=%s', (variable, value, message) => {
    expect(problems({ [variable]: value })[variable]).toMatch(message);
  });

  it('reads how patient a chat is, and never reminds after the end', () => {
    expect(read({}).chat).toEqual({ idleForInMs: 4 * 3_600_000 });
    const set = read({ CHAT_REMINDER_MINUTES: '5', CHAT_INACTIVITY_MINUTES: '20' }).chat;
    expect(set).toEqual({ remindAfterInMs: 300_000, idleForInMs: 1_200_000 });
    expect(problems({ CHAT_REMINDER_MINUTES: '20', CHAT_INACTIVITY_MINUTES: '20' })).toEqual({
      CHAT_REMINDER_MINUTES: expect.stringMatching(/^is not below CHAT_INACTIVITY_MINUTES/),
    });
    expect(problems({ CHAT_REMINDER_MINUTES: '240' })).toHaveProperty('CHAT_REMINDER_MINUTES');
  });

  it('reads a complete production', () => {
    expect(read(production)).toMatchObject({
      mode: 'production',
      host: '0.0.0.0',
      publicUrl: 'https://bot.example',
      linkSigningKeys: ['a'.repeat(32), 'b'.repeat(32)],
      identity: { appId: 'app', tenantId: 'tenant', allowedCallers: [] },
      groups: { dynamics: { DYNAMICS_URL: 'https://org.crm4.dynamics.com' } },
    });
  });

  it('compares ids of apps as tokens write them', () => {
    const { identity } = read({ ...production, MicrosoftAppId: 'ABCD-1', ALLOWED_CALLERS: 'EF01, ab02' });
    expect(identity).toMatchObject({ appId: 'abcd-1', allowedCallers: ['ef01', 'ab02'] });
  });

  it('is production when an app id or NODE_ENV says so, and lists everything that is missing at once', () => {
    expect(Object.keys(problems({ NODE_ENV: 'production' })).sort()).toEqual([
      'DYNAMICS_URL',
      'LINK_SIGNING_KEYS',
      'MicrosoftAppId',
      'MicrosoftAppPassword',
      'MicrosoftAppTenantId',
      'PUBLIC_URL',
    ]);
    expect(Object.keys(problems({ ...production, MicrosoftAppPassword: undefined }))).toEqual(['MicrosoftAppPassword']);
  });

  it('refuses the sandbox in production', () => {
    expect(problems({ NODE_ENV: 'production', SWITCHBOARD_MODE: 'sandbox' })).toEqual({
      SWITCHBOARD_MODE: expect.stringContaining('NODE_ENV'),
    });
  });

  it('needs no password with a managed identity, and refuses one', () => {
    const managed = { ...production, MicrosoftAppType: 'UserAssignedMSI', MicrosoftAppPassword: undefined };
    expect(problems(managed)).toEqual({});
    expect(Object.keys(problems({ ...managed, MicrosoftAppPassword: 'x' }))).toEqual(['MicrosoftAppPassword']);
  });

  it('checks an app id in the sandbox as well', () => {
    expect(Object.keys(problems({ SWITCHBOARD_MODE: 'sandbox', MicrosoftAppId: 'app' }))).toEqual([
      'MicrosoftAppPassword',
      'MicrosoftAppTenantId',
    ]);
  });

  it('names each variable with what is wrong and what to do', () => {
    const wrong = problems({ PORT: '99999', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x', DESK_KEY: 'short' });
    expect(wrong).toMatchObject({
      PORT: 'is more than 65535. The port the bot listens on.',
      DATABASE_URL: expect.stringContaining('is not a postgres:// address'),
      DESK_KEY: 'is shorter than 10 characters. The key of the desk.',
      DESK_QUEUE: 'is missing. The queue to hand off to.',
    });
    expect(wrong['LOG_LEVEL']).toContain('debug');
  });

  it('never prints what was given', () => {
    try {
      read({ DESK_KEY: 'hunter2', DESK_QUEUE: 'q', DESK_SECRET: 'correct horse', LINK_SIGNING_KEYS: 'swordfish' });
      throw new Error('was read');
    } catch (error) {
      expect(String(error)).toContain('DESK_SECRET');
      expect(String(error)).not.toMatch(/hunter2|correct horse|swordfish/);
    }
  });

  it('wants https in production', () => {
    expect(problems({ ...production, PUBLIC_URL: 'http://bot.example' })).toEqual({
      PUBLIC_URL: expect.stringContaining('https'),
    });
  });
});
