import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { isSignedBy, readTransmission } from '../../../../../handoff/providers/8x8/signature';

// Check values computed for the contract reference, section 8.4.
const HEAD = 'eyJiNjQiOmZhbHNlLCJjcml0IjpbImI2NCJdLCJraWQiOiJrZXkxIiwiYWxnIjoiUlMyNTYifQ';
const BODY = Buffer.from(
  '{"eventType":"MEMBERS_CHANGED","conversationId":"conv-0001","timestamp":1760000000123,"data":{"memberType":"agent","change":"joined","id":"ag-77"}}',
);
const headers = {
  'x-8x8-signature': `${HEAD}..c2ln`,
  'x-8x8-event-id': 'evt-abc_123',
  'x-8x8-transmission-time': '1760000000500',
  'x-8x8-retry': '0',
  'x-8x8-tenant-id': 'acmetenant',
  'x-8x8-customer-id': 'acmecust',
};

describe('the signature of a transmission', () => {
  it('covers the text of the vendor’s guide, byte for byte', () => {
    const { signed, keyId, eventId, sentAt, tenantId } = readTransmission(headers, BODY);
    expect(signed.toString()).toBe(
      `${HEAD}.{"checksum":640042385,"cid":"acmecust","eid":"evt-abc_123","retry":0,"tid":"acmetenant","tt":1760000000500}`,
    );
    expect(createHash('sha256').update(signed).digest('hex')).toBe(
      '3bb08f4fa223684386d327e2a74ec5feff42269fc7075397a78a6d4429b6bc8d',
    );
    expect({ keyId, eventId, sentAt, tenantId }).toEqual({
      keyId: 'key1',
      eventId: 'evt-abc_123',
      sentAt: 1760000000500,
      tenantId: 'acmetenant',
    });
  });

  it.each([
    ['123456789', 3421780262],
    [
      '{"eventType":"MESSAGE","conversationId":"conv-0001","timestamp":1760000004567,"data":{"isEcho":false,"sender":{"id":"ag-77","type":"agent"},"text":"Vos 12,34 £ ✓"}}',
      2043355576,
    ],
  ])('takes the unsigned checksum of the raw bytes %#', (body, checksum) => {
    expect(readTransmission(headers, Buffer.from(body)).signed.toString()).toContain(`{"checksum":${checksum},`);
  });

  it('keeps quotes in a header from changing the signed text', () => {
    const sneaky = { ...headers, 'x-8x8-customer-id': 'a","eid":"x' };
    expect(readTransmission(sneaky, BODY).signed.toString()).toContain('"cid":"a\\",\\"eid\\":\\"x","eid":"evt-abc_123"');
  });

  it('holds for the key that made it and for no other', () => {
    const [own, other] = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ];
    const { signed } = readTransmission(headers, BODY);
    const signature = sign('RSA-SHA256', signed, own.privateKey).toString('base64url');
    const whole = readTransmission({ ...headers, 'x-8x8-signature': `${HEAD}..${signature}` }, BODY);
    expect(isSignedBy(own.publicKey, whole)).toBe(true);
    expect(isSignedBy(other.publicKey, whole)).toBe(false);
    expect(isSignedBy(own.publicKey, { ...whole, signature: Buffer.from('short') })).toBe(false);
  });

  const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const good = { b64: false, crit: ['b64'], kid: 'key1', alg: 'RS256' };
  it.each([
    ['a payload in the middle', `${HEAD}.e30.c2ln`],
    ['two parts', `${HEAD}.c2ln`],
    ['four parts', `${HEAD}..c2ln.c2ln`],
    ['no signature', `${HEAD}..`],
    ['a header that is no JSON', `${encode('{')}..c2ln`],
    ['a header that is no base64url', `a+b=..c2ln`],
    ['no algorithm', `${encode({ ...good, alg: 'none' })}..c2ln`],
    ['a secret-key algorithm', `${encode({ ...good, alg: 'HS256' })}..c2ln`],
    ['an encoded payload', `${encode({ ...good, b64: true })}..c2ln`],
    ['no critical members', `${encode({ ...good, crit: [] })}..c2ln`],
    ['more critical members', `${encode({ ...good, crit: ['b64', 'x'] })}..c2ln`],
    ['a key id with a path', `${encode({ ...good, kid: '../x' })}..c2ln`],
    ['a key id that is a number', `${encode({ ...good, kid: 7 })}..c2ln`],
    ['an endless key id', `${encode({ ...good, kid: 'k'.repeat(129) })}..c2ln`],
  ])('is refused with %s', (_, signature) => {
    expect(() => readTransmission({ ...headers, 'x-8x8-signature': signature }, BODY)).toThrow(
      expect.objectContaining({ status: 401 }),
    );
  });

  it.each(['x-8x8-transmission-time', 'x-8x8-retry'])('is refused when %s is not a plain number', (name) => {
    for (const value of ['1.5', '-1', '01', '1e3', 'abc', '99999999999999999999'])
      expect(() => readTransmission({ ...headers, [name]: value }, BODY)).toThrow(expect.objectContaining({ status: 401 }));
  });
});
