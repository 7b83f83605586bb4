import { generateKeyPairSync } from 'node:crypto';
import { toTrustedOrigin } from '../../../../../common/trustedUrl';
import { isConfigured, settingsSchema } from '../../../../../handoff/providers/live-assist';
import { contextServiceOf } from '../../../../../handoff/providers/live-assist/settings';
import { parseTarget } from '../../../../../handoff/providers/live-assist/target';
import { onOrigin } from '../../../../../handoff/providers/live-assist/urls';
import { newKeyPair } from '../../../../../sandbox/live-assist';

const { privateKey } = newKeyPair();
const least = { LIVE_ASSIST_ACCOUNT: '12345678', LIVE_ASSIST_REGION: 'eu1', LIVE_ASSIST_CONTEXT_KEYS: privateKey };
const pem = (type: 'pkcs8' | 'pkcs1', bits = 2048) =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ type, format: 'pem' }) as string;
const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const problem = (changes: Record<string, string>) => {
  const result = settingsSchema.safeParse({ ...least, ...changes });
  return result.success ? undefined : `${result.error.issues[0]?.path.join()} ${result.error.issues[0]?.message}`;
};

it('account, region and key are enough', () => {
  const settings = settingsSchema.parse(least);
  expect(settings).toMatchObject({
    LIVE_ASSIST_DOMAIN_LOOKUP_URL: 'https://api.liveperson.net',
    LIVE_ASSIST_APP_KEY: '721c180b09eb463d9f3191c41762bb68',
    LIVE_ASSIST_POLL_SECONDS: 2,
  });
  expect(contextServiceOf(settings)).toBe('https://service.eu1.liveassistfor365.com');
});

it('keys are read with escaped line ends, in both forms, newest first', () => {
  const both = `${pem('pkcs1').replaceAll('\n', '\\n')}\n${privateKey}`;
  expect(settingsSchema.parse({ ...least, LIVE_ASSIST_CONTEXT_KEYS: both }).LIVE_ASSIST_CONTEXT_KEYS).toHaveLength(2);
});

it.each([
  [{ LIVE_ASSIST_ACCOUNT: 'my account' }, 'LIVE_ASSIST_ACCOUNT must be the account number'],
  [{ LIVE_ASSIST_REGION: 'mars' }, 'LIVE_ASSIST_REGION is none of na1, eu1, ap1'],
  [{ LIVE_ASSIST_CONTEXT_KEYS: 'secret words' }, 'LIVE_ASSIST_CONTEXT_KEYS holds no private key'],
  [
    { LIVE_ASSIST_CONTEXT_KEYS: privateKey.replace(/[A-Za-z0-9+/]{30}/, 'x') },
    'LIVE_ASSIST_CONTEXT_KEYS has a key that cannot be read',
  ],
  [{ LIVE_ASSIST_CONTEXT_KEYS: pem('pkcs8', 1024) }, 'LIVE_ASSIST_CONTEXT_KEYS needs RSA keys of at least 2048 bits'],
  [{ LIVE_ASSIST_CONTEXT_KEYS: ecKey }, 'LIVE_ASSIST_CONTEXT_KEYS needs RSA keys'],
  [{ LIVE_ASSIST_CONTEXT_URL: 'http://service.example' }, 'LIVE_ASSIST_CONTEXT_URL must be the context service'],
  [{ LIVE_ASSIST_CONVERSATION_DOMAIN: 'not a host' }, 'LIVE_ASSIST_CONVERSATION_DOMAIN must be the conversation domain'],
  [{ LIVE_ASSIST_POLL_SECONDS: '60' }, 'LIVE_ASSIST_POLL_SECONDS is more than 10'],
  [{ LIVE_ASSIST_CONTEXT_LIFETIME_SECONDS: '5' }, 'LIVE_ASSIST_CONTEXT_LIFETIME_SECONDS is less than 30'],
])('names what is wrong with %#', (changes, words) => {
  const text = problem(changes) ?? '';
  expect(text).toContain(words);
  expect(text).not.toMatch(/secret words|BEGIN.*[A-Za-z0-9+/]{40}/);
});

it('is configured as soon as anything of its own is set', () => {
  expect(isConfigured({})).toBe(false);
  for (const name of Object.keys(least)) expect(isConfigured({ [name]: 'x' })).toBe(true);
});

it('hosts and addresses become origins; plain HTTP only on this machine', () => {
  expect(toTrustedOrigin('va.v.liveperson.net')).toBe('https://va.v.liveperson.net');
  expect(toTrustedOrigin('https://va.v.liveperson.net/api/')).toBe('https://va.v.liveperson.net');
  expect(toTrustedOrigin('http://127.0.0.1:3989')).toBe('http://127.0.0.1:3989');
  for (const bad of ['', ' ', 'http://va.v.liveperson.net', 'ftp://x', 'a b', 'https://'])
    expect(toTrustedOrigin(bad)).toBeUndefined();
});

it('links of the desk stay on its origin', () => {
  expect(onOrigin('https://desk.example', 'https://evil.example/api/chat/1?from=3')).toBe(
    'https://desk.example/api/chat/1?from=3',
  );
  expect(onOrigin('https://desk.example', '/api/chat/1')).toBe('https://desk.example/api/chat/1');
  expect(onOrigin('https://desk.example', 'http://[')).toBeUndefined();
});

it('a target names a skill or none', () => {
  expect(parseTarget({ skill: ' cards ' })).toEqual({ skill: 'cards' });
  expect(parseTarget({})).toEqual({});
  expect(() => parseTarget({ queue: 'x' })).toThrow(/Live Assist target/);
});
