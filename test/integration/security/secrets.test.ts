import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { settingsGroups } from '../../../bot';
import { readSettings, SettingsError } from '../../../bot/settings';
import { findGroups } from '../../../scripts/envExample';
import { runProduct } from '../../support/productRig';
import { environment } from './appRig';

/** Settings that sound like a secret and are none: addresses, names, times, public ids. */
const noSecrets = [
  'CCAIP_SIGNATURE_MAX_AGE_SECONDS',
  'CUSTOM_CRM_HEADER_NAME',
  'CUSTOM_CRM_OAUTH_KEYS_URL',
  'DYNAMICS_CLIENT_CERTIFICATE_THUMBPRINT',
  'EIGHT_BY_EIGHT_SIGNATURE_MAX_AGE_SECONDS',
];
const sounds = /PASSWORD|SECRET|KEY|TOKEN|CERTIFICATE|CONNECTION_STRING|DATABASE_URL|HEADER_VALUES|SIGNATURE|CREDENTIAL/i;
const names = findGroups().flatMap(({ schema }) => Object.keys(schema.shape));
const secrets = names.filter((name) => (sounds.test(name) || name === 'CUSTOM_CRM_HEADER_VALUES') && !noSecrets.includes(name));
/** Too short, with what ends a header or a quotation, as a list, as an address, and endless. */
const wrong = [
  'xQ7',
  'sEcReT-9x "quoted" <é>',
  'sEcReT-9x\r\nX-Second: sEcReT-9y',
  'sEcReT-9x,sEcReT-9y',
  'postgres://sEcReT-9x:sEcReT-9y@127.0.0.1:1/x',
  'ann:sEcReT-9x,ann:sEcReT-9y-that-is-long-enough-for-all',
  '-----BEGIN PRIVATE KEY-----\\nsEcReT-9x\\n-----END PRIVATE KEY-----',
  `sEcReT-9x${'y'.repeat(5_000)}`,
];
const told = (text: string) => /xQ7|sEcReT-9/.test(text);

describe('a secret of the settings', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'switchboard-secrets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is known to be one, or known not to be', () => {
    expect(noSecrets.filter((name) => !names.includes(name))).toEqual([]);
    expect(secrets).toEqual(expect.arrayContaining(['OPERATOR_KEY', 'LINK_SIGNING_KEYS', 'DATABASE_URL', 'METRICS_KEY']));
    expect(secrets.length).toBeGreaterThan(20);
  });

  it.each(secrets)('is never told when it is wrong: %s', (name) => {
    let refusals = 0;
    for (const value of wrong) {
      try {
        readSettings({ ...environment, [name]: value }, settingsGroups, folder);
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        refusals += 1;
        expect([name, value, told(`${error.message}${error.stack}${JSON.stringify(error.problems)}`)]).toEqual([
          name,
          value,
          false,
        ]);
      }
    }
    expect(refusals).toBeLessThanOrEqual(wrong.length);
  });

  it('is in no output of a process that cannot start, when all of them are wrong', async () => {
    const env = Object.fromEntries(secrets.map((name) => [name, 'sEcReT-9x "quoted"']));
    const { code, stdout, stderr } = await runProduct({ ...environment, ...env, LOG_LEVEL: 'trace' }, folder);
    expect([code, told(stdout + stderr)]).toEqual([1, false]);
    expect(stderr).toContain('LINK_SIGNING_KEYS');
  });

  it.each([
    'postgres://user:sEcReT-9x@127.0.0.1:1/state',
    'postgres://user:sEcReT-9x@no-such-host.invalid/sEcReT-9y',
    'postgresql://sEcReT-9x@127.0.0.1:1/state?sslmode=require&password=sEcReT-9y',
  ])(
    'is not told when the database does not answer: %s',
    async (url) => {
      const { code, stdout, stderr } = await runProduct({ ...environment, DATABASE_URL: url, LOG_LEVEL: 'trace' }, folder);
      expect([code, told(stdout + stderr)]).toEqual([1, false]);
    },
    60_000,
  );
});
