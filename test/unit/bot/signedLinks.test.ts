import fc from 'fast-check';
import { articleAddress, createSignedLinks, fileAddress } from '../../../bot/signedLinks';
import { FakeClock } from '../../support/fakeClock';

const oldKey = 'the old key, long enough to be taken';
const newKey = 'the new key, long enough to be taken';

describe('signed links', () => {
  it('open to what was sealed', () => {
    const links = createSignedLinks([newKey]);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (given) => {
        const data = JSON.parse(JSON.stringify(given)) as Record<string, string>;
        expect(links.open('article', links.seal('article', data))).toEqual(data);
      }),
      { numRuns: 50 },
    );
  });

  it('show nothing of it, and are never the same', () => {
    const links = createSignedLinks([newKey]);
    const one = links.seal('article', { contact: 'contact-4711' });
    expect(one).not.toBe(links.seal('article', { contact: 'contact-4711' }));
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('4711');
    expect(one).toMatch(/^[\w-]+$/);
  });

  it('do not open when any character is another', () => {
    const links = createSignedLinks([newKey]);
    const token = links.seal('article', { a: 1 });
    for (let index = 0; index < token.length - 1; index += 1) {
      const changed = `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`;
      expect(links.open('article', changed)).toBeUndefined();
    }
    for (const text of ['', 'x', '../..', token.slice(0, 20), `${token}AAAA`, 'A'.repeat(5000)])
      expect(links.open('article', text)).toBeUndefined();
  });

  it('do not open for another purpose', () => {
    const links = createSignedLinks([newKey]);
    expect(links.open('file', links.seal('article', {}))).toBeUndefined();
  });

  it('open while their key is known, whichever is the newest', () => {
    const token = createSignedLinks([oldKey]).seal('article', { a: 1 });
    expect(createSignedLinks([newKey, oldKey]).open('article', token)).toEqual({ a: 1 });
    expect(createSignedLinks([newKey]).open('article', token)).toBeUndefined();
  });

  it('end when they expire', async () => {
    const clock = new FakeClock();
    const links = createSignedLinks([newKey], clock);
    const token = links.seal('file', {}, clock.now() + 1000);
    await clock.advance(999);
    expect(links.open('file', token)).toEqual({});
    await clock.advance(1);
    expect(links.open('file', token)).toBeUndefined();
  });

  it('refuse a key that is too short, and none', () => {
    expect(() => createSignedLinks(['short'])).toThrow('32');
    expect(() => createSignedLinks([])).toThrow('at least one');
  });

  it('make addresses', () => {
    const links = createSignedLinks([newKey]);
    expect(articleAddress('https://b.example', links, {})).toMatch(/^https:\/\/b\.example\/a\/[\w-]+$/);
    expect(fileAddress('https://b.example', links, {}, 'a b/c.png')).toMatch(
      /^https:\/\/b\.example\/files\/[\w-]+\/a%20b%2Fc\.png$/,
    );
  });
});
