import { generateKeyPairSync } from 'node:crypto';
import type { JsonObject } from '../../../../../common/json';
import { silentLog } from '../../../../../common/log';
import { KeyUnavailable, SigningKeys } from '../../../../../handoff/providers/8x8/signingKeys';
import { FakeClock, fakeHttp, type Reply } from './fakes';

const jwk = (bits = 2048) =>
  generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' }) as JsonObject;
const first = jwk();

function setUp(answer: (keyId: string) => Reply) {
  const clock = new FakeClock();
  const http = fakeHttp((request) => answer(request.url.split('/').at(-2) ?? ''));
  return { clock, http, keys: new SigningKeys('https://8x8.test', http, clock, silentLog) };
}

describe('the signing keys', () => {
  it('are read once, without our API key, and then kept', async () => {
    const { http, keys } = setUp(() => ({ json: first }));
    expect((await keys.find('k1'))?.export({ format: 'jwk' })).toMatchObject({ n: first['n'] });
    await keys.find('k1');
    expect(http.requests).toHaveLength(1);
    expect(http.requests[0]).toMatchObject({ method: 'GET', url: 'https://8x8.test/chat-gateway/v1/jwk/k1/public' });
    expect(Object.keys(http.requests[0]?.headers ?? {})).toEqual(['accept']);
  });

  it('may come as a JSON text inside a JSON string', async () => {
    const { keys } = setUp(() => ({ json: JSON.stringify(first) }));
    expect(await keys.find('k1')).toBeDefined();
  });

  it('are read once for events that come together', async () => {
    const { http, keys } = setUp(() => ({ json: first }));
    await Promise.all([keys.find('k1'), keys.find('k1'), keys.find('k1')]);
    expect(http.requests).toHaveLength(1);
  });

  it('are told apart by id, so that a new one is found when the vendor changes it', async () => {
    const second = jwk();
    const { keys } = setUp((keyId) => ({ json: keyId === 'k1' ? first : second }));
    expect((await keys.find('k1'))?.export({ format: 'jwk' })).toMatchObject({ n: first['n'] });
    expect((await keys.find('k2'))?.export({ format: 'jwk' })).toMatchObject({ n: second['n'] });
  });

  it('are remembered as missing for a minute', async () => {
    const { clock, http, keys } = setUp(() => ({ status: 404 }));
    expect(await keys.find('junk')).toBeUndefined();
    expect(await keys.find('junk')).toBeUndefined();
    expect(http.requests).toHaveLength(1);
    clock.pass(60_001);
    expect(await keys.find('junk')).toBeUndefined();
    expect(http.requests).toHaveLength(2);
  });

  it('go out of use once the vendor withdraws them', async () => {
    let reply: Reply = { json: first };
    const { clock, keys } = setUp(() => reply);
    await keys.find('k1');
    reply = { status: 404 };
    expect(await keys.find('k1')).toBeDefined();
    clock.pass(6 * 3_600_000 + 1);
    expect(await keys.find('k1')).toBeUndefined();
  });

  it('hold for a day while the vendor cannot be asked, and no longer', async () => {
    let reply: Reply = { json: first };
    const { clock, keys } = setUp(() => reply);
    await keys.find('k1');
    reply = { failure: 'network' };
    clock.pass(7 * 3_600_000);
    expect(await keys.find('k1')).toBeDefined();
    clock.pass(18 * 3_600_000);
    await expect(keys.find('k1')).rejects.toBeInstanceOf(KeyUnavailable);
  });

  it.each<[string, Reply]>([
    ['does not answer', { failure: 'timedOut' }],
    ['answers 500', { status: 500 }],
    ['answers something else', { text: '<html>' }],
    ['answers half a key', { json: { kty: 'RSA', n: '!', e: 5 } }],
  ])('are unavailable, not missing, when the vendor %s', async (_, reply) => {
    const { keys } = setUp(() => reply);
    await expect(keys.find('k1')).rejects.toBeInstanceOf(KeyUnavailable);
  });

  it('are none when too short to be trusted', async () => {
    const { keys } = setUp(() => ({ json: jwk(1024) }));
    expect(await keys.find('k1')).toBeUndefined();
  });

  it('are looked up a few times a minute only, whatever ids strangers invent', async () => {
    const { clock, http, keys } = setUp((keyId) => (keyId === 'real' ? { json: first } : { status: 404 }));
    await keys.find('real');
    const junk = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => keys.find(`junk${index}`)));
    expect(http.requests).toHaveLength(20);
    expect(junk.filter(({ status }) => status === 'rejected')).toHaveLength(81);
    expect(await keys.find('real')).toBeDefined();
    clock.pass(60_001);
    expect(await keys.find('another')).toBeUndefined();
  });
});
