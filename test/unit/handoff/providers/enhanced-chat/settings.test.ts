import { generateKeyPairSync } from 'node:crypto';
import { isConfigured, settingsSchema } from '../../../../../handoff/providers/enhanced-chat';
import { expiryOf, readToken } from '../../../../../handoff/providers/enhanced-chat/wire';
import { env, fixture } from './fixture';

const problems = (more: Record<string, string>) => {
  const result = settingsSchema.safeParse({ ...env, ...more });
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};
const rsa = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('settings', () => {
  it('are read with their defaults', () => {
    expect(settingsSchema.parse(env)).toMatchObject({
      ...env,
      ENHANCED_CHAT_ROUTING_ATTRIBUTES: { facts: {}, answers: {} },
      ENHANCED_CHAT_AUTOMATIC_MESSAGES: 'withAgent',
      ENHANCED_CHAT_FILE_HOSTS: ['salesforce.com', 'force.com', 'salesforce-scrt.com'],
    });
  });

  it.each([
    ['example.my.salesforce-scrt.com', 'https://example.my.salesforce-scrt.com'],
    ['https://example.my.salesforce-scrt.com/iamessage/', 'https://example.my.salesforce-scrt.com'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ])('take the address %s', (given, expected) => {
    expect(settingsSchema.parse({ ...env, ENHANCED_CHAT_URL: given }).ENHANCED_CHAT_URL).toBe(expected);
  });

  it.each(['', 'http://example.com', 'ftp://example.com', 'https://'])('refuse the address %j', (ENHANCED_CHAT_URL) => {
    expect(problems({ ENHANCED_CHAT_URL })).toEqual([expect.stringContaining('must be an https URL')]);
  });

  it.each([
    ['ENHANCED_CHAT_ORGANIZATION_ID', '005000000000001', /organization ID/],
    ['ENHANCED_CHAT_DEPLOYMENT', 'not a name', /API name/],
    ['ENHANCED_CHAT_ROUTING_ATTRIBUTES', '[]', /JSON object/],
    ['ENHANCED_CHAT_ROUTING_ATTRIBUTES', '{"facts":{"name":"no name!"}}', /wrong at "facts.name"/],
    ['ENHANCED_CHAT_ROUTING_ATTRIBUTES', '{"facts":{"shoeSize":"X"}}', /wrong at/],
    ['ENHANCED_CHAT_AUTOMATIC_MESSAGES', 'sometimes', /never/],
    ['ENHANCED_CHAT_IDENTITY_KEY', 'no key', /RSA private key/],
  ])('refuse %s=%s', (name, value, message) => {
    expect(problems({ [name]: value }).filter((problem) => problem.startsWith(name))).toEqual([expect.stringMatching(message)]);
  });

  it('want a key that is long enough, and all or nothing of user verification', () => {
    expect(problems({ ENHANCED_CHAT_IDENTITY_KEY: rsa(1024) })).toEqual([expect.stringContaining('2048 bits')]);
    expect(problems({ ENHANCED_CHAT_IDENTITY_KEY: rsa(2048) }).sort()).toEqual([
      'ENHANCED_CHAT_IDENTITY_ISSUER: is needed for user verification',
      'ENHANCED_CHAT_IDENTITY_KEY_ID: is needed for user verification',
    ]);
    expect(problems({ ENHANCED_CHAT_IDENTITY_KEY_ID: 'k' })).toHaveLength(2);
  });

  it('count as given when one of the three is', () => {
    expect(isConfigured({})).toBe(false);
    expect(isConfigured({ ENHANCED_CHAT_DEPLOYMENT: ' ' })).toBe(false);
    expect(isConfigured({ ENHANCED_CHAT_DEPLOYMENT: 'x' })).toBe(true);
  });
});

describe('a token', () => {
  it('is read with whose it is and until when', () => {
    const token = readToken(fixture('token.json'));
    expect(token).toMatchObject({ lastEventId: '0', subject: 'v2/iamessage/ANON/00D000000000001/uid:7d1f' });
    expect(expiryOf(token?.accessToken ?? '')).toBe(1795258800000);
  });

  it.each(['', 'a.b.c', 'a', `x.${Buffer.from('{"exp":"soon"}').toString('base64url')}.y`])(
    'need not tell when it ends: %j',
    (text) => {
      expect(expiryOf(text)).toBeUndefined();
    },
  );

  it.each([undefined, null, [], {}, { accessToken: '' }, { accessToken: 1 }])('is not read from %j', (json) => {
    expect(readToken(json)).toBeUndefined();
  });
});
