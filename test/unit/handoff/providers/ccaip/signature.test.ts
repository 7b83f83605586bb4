import { checkAge, isSigned, readTransmission } from '../../../../../handoff/providers/ccaip/signature';

const timestamp = '2026-05-04T10:15:00Z';
const rawBody = Buffer.from('{"event_type":"chat_ended","chat_id":135,"body":{"note":"é"}}');
/** Made with OpenSSL over timestamp and body. */
const first = 'u9VRnPYUPqZkqiBL+JgU1v9YkCHW6X7mFj+nrDMam/U=';
const second = 'zq+Ir43r9BYCE854qp+ID3Ks/k8c+o5noiEQLM+AOh8=';
const headers = (signature: string) => ({ 'x-signature': signature, 'x-signature-timestamp': timestamp });
const holds = (signature: string, secrets: string[]) => isSigned(readTransmission(headers(signature)), rawBody, secrets);

describe('a signature', () => {
  it.each([
    ['the only secret', `primary=${first}`, ['first-secret'], true],
    ['the primary of two', `primary=${first} secondary=${second}`, ['first-secret'], true],
    ['the secondary of two', `primary=${second} secondary=${first}`, ['first-secret'], true],
    ['our secondary as their primary', `primary=${second}`, ['first-secret', 'second-secret'], true],
    ['both, with a comma between', `primary=${first}, secondary=${second}`, ['second-secret'], true],
    ['another secret', `primary=${first}`, ['second-secret'], false],
    ['no secret at all', `primary=${first}`, [], false],
    ['an empty digest', 'primary=AAAA', ['first-secret'], false],
  ])('by %s', (_, signature, secrets, expected) => {
    expect(holds(signature, secrets)).toBe(expected);
  });

  it('covers the timestamp and every byte of the body', () => {
    const transmission = readTransmission(headers(`primary=${first}`));
    expect(isSigned({ ...transmission, timestamp: '2026-05-04T10:15:01Z' }, rawBody, ['first-secret'])).toBe(false);
    expect(isSigned(transmission, Buffer.concat([rawBody, Buffer.from(' ')]), ['first-secret'])).toBe(false);
  });

  it.each([
    {},
    { 'x-signature': `primary=${first}` },
    { 'x-signature-timestamp': timestamp },
    { ...headers(' ') },
    { ...headers(`tertiary=${first}`) },
    { ...headers(`xprimary=${first}`) },
    { ...headers(`primary=${'A'.repeat(2_000)}`) },
    { 'x-signature': `primary=${first}`, 'x-signature-timestamp': '1'.repeat(200) },
  ])('is asked for with 400 when the headers do not have it', (bad) => {
    expect(() => readTransmission(bad)).toThrow(expect.objectContaining({ name: 'WebhookRejected', status: 400 }));
  });
});

describe('the age of a call', () => {
  const now = Date.parse('2026-05-04T10:15:00.000Z');
  const status = (stamp: string) => {
    try {
      checkAge({ timestamp: stamp, signatures: [] }, now, 300_000);
    } catch (error) {
      return (error as { status: number }).status;
    }
    return 200;
  };

  it.each([
    ['ISO', '2026-05-04T10:14:00Z', 200],
    ['ISO with an offset', '2026-05-04T12:14:00+02:00', 200],
    ['what Ruby prints', '2026-05-04 10:14:00 UTC', 200],
    ['a date of mail', 'Mon, 04 May 2026 10:14:00 GMT', 200],
    ['epoch seconds', String(now / 1000 - 60), 200],
    ['epoch seconds with a fraction', String(now / 1000 - 60.25), 200],
    ['epoch milliseconds', String(now - 60_000), 200],
    ['just not too old', String(now - 300_000), 200],
    ['too old', String(now - 300_001), 401],
    ['too old, in seconds', String(now / 1000 - 301), 401],
    ['a clock that is a little fast', String(now + 60_000), 200],
    ['from the future', String(now + 60_001), 401],
    ['no time', 'yesterday', 400],
    ['nothing before 1970', '-5', 400],
  ])('%s', (_, stamp, expected) => {
    expect(status(stamp)).toBe(expected);
  });
});
