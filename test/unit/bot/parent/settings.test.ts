import { BotAdapter } from '../../../../bot/adapter';
import { createParent, isConfigured, settingsSchema } from '../../../../bot/parent';
import { readSettings, SettingsError } from '../../../../bot/settings';
import { createHttpClient } from '../../../../common/http';
import { silentLog } from '../../../../common/log';
import { openSqliteStore } from '../../../../store/sqlite';
import { FakeClock } from '../../../support/fakeClock';

const group = { skill: { settingsSchema, isConfigured } };
const endpoint = 'https://skill.example/api/messages';

describe('the settings of a skill', () => {
  it('are read when there is an endpoint', () => {
    expect(readSettings({}, group).groups).toEqual({});
    expect(readSettings({ SKILL_ENDPOINT: endpoint, SKILL_WORDS: 'mortgage expert, , loans' }, group).groups.skill).toEqual({
      SKILL_ENDPOINT: endpoint,
      SKILL_NAME: 'skill',
      SKILL_WORDS: ['mortgage expert', 'loans'],
    });
  });

  it.each([
    ['SKILL_ENDPOINT', 'ftp://skill.example'],
    ['SKILL_APP_ID', 'the skill'],
  ])('are refused when %s is %s', (variable, value) => {
    expect(() => readSettings({ SKILL_ENDPOINT: endpoint, [variable]: value }, group)).toThrow(variable);
  });

  it('need the app id of the skill, and https, where callers are checked', async () => {
    const http = createHttpClient();
    const clock = new FakeClock();
    const store = await openSqliteStore({ file: ':memory:', log: silentLog });
    const create = (appId: string | undefined, more: object = {}) =>
      createParent({
        settings: settingsSchema.parse({ SKILL_ENDPOINT: endpoint, ...more }),
        publicUrl: 'https://bot.example',
        adapter: new BotAdapter({
          identity: { appType: 'MultiTenant', allowedCallers: [], ...(appId && { appId, appPassword: 'x' }) },
          http,
          clock,
          sendTimeoutInMs: 1_000,
        }),
        documents: store.documents,
        transcript: { read: async () => [] },
        runBot: async () => undefined,
        meansLeave: () => false,
        http,
        clock,
        log: silentLog,
      });
    expect(() => create('11111111-2222-3333-4444-555555555555')).toThrow(SettingsError);
    expect(() => create('11111111-2222-3333-4444-555555555555')).toThrow(/SKILL_APP_ID/);
    const own = '11111111-2222-3333-4444-555555555555';
    const SKILL_APP_ID = 'aaaaaaaa-1111-1111-1111-111111111111';
    const at = (SKILL_ENDPOINT: string) => () => create(own, { SKILL_APP_ID, SKILL_ENDPOINT });
    expect(at('http://skill.example/api/messages')).toThrow(/SKILL_ENDPOINT/);
    expect(at('http://localhost:3978/api/messages')).not.toThrow();
    expect(at(endpoint)).not.toThrow();
    expect(() => create(undefined)).not.toThrow();
    await store.close();
    await http.close();
  });
});
