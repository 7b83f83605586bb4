import { BotStorage } from '../../../bot/botStorage';
import { type JsonObject, toJson } from '../../../common/json';
import { type DocumentStore, ETagMismatch, type StoredDocument } from '../../../store/store';
import { FakeClock } from '../../support/fakeClock';

/** A document store in memory with the rules of the port. */
function memoryDocuments(): DocumentStore {
  const stored = new Map<string, StoredDocument>();
  let version = 0;
  return {
    read: async (keys) => new Map(keys.flatMap((key) => (stored.has(key) ? [[key, stored.get(key)!] as const] : []))),
    write: async (changes) => {
      for (const [key, { eTag }] of changes) {
        if (eTag !== undefined && eTag !== '*' && stored.get(key)?.eTag !== eTag) throw new ETagMismatch(key);
      }
      const eTags = new Map<string, string>();
      for (const [key, { value }] of changes) {
        version += 1;
        stored.set(key, { value: toJson(value) as JsonObject, eTag: String(version) });
        eTags.set(key, String(version));
      }
      return eTags;
    },
    delete: async (keys) => {
      for (const key of keys) stored.delete(key);
    },
  };
}

describe('the state of the Bot Framework in our store', () => {
  let storage: BotStorage;
  beforeEach(() => {
    storage = new BotStorage(memoryDocuments(), new FakeClock());
  });

  it('reads back what was written, with an eTag, and leaves out what is not there', async () => {
    await storage.write({ a: { count: 1, when: new Date('2026-01-05T09:00:00.000Z'), nothing: undefined } });
    expect(await storage.read(['a', 'b'])).toEqual({ a: { count: 1, when: '2026-01-05T09:00:00.000Z', eTag: '1' } });
    expect(await storage.read([])).toEqual({});
  });

  it('writes over the version it read and refuses over another, in the words of the SDK', async () => {
    await storage.write({ a: { count: 1 } });
    const mine = (await storage.read(['a']))['a'] as { count: number; eTag: string };
    await storage.write({ a: { ...mine, count: 2 } });
    await expect(storage.write({ a: { ...mine, count: 3 } })).rejects.toThrow('Storage: error writing "a" due to eTag conflict.');
    expect((await storage.read(['a']))['a']).toMatchObject({ count: 2 });
  });

  it('writes over anything with a star, an empty eTag or none', async () => {
    await storage.write({ a: { count: 1 } });
    for (const eTag of ['*', '', undefined]) await storage.write({ a: { count: 2, eTag } });
    expect((await storage.read(['a']))['a']).toMatchObject({ count: 2, eTag: '4' });
  });

  it('does not keep the eTag inside the document', async () => {
    await storage.write({ a: { count: 1, eTag: '*' } });
    expect(await storage.read(['a'])).toEqual({ a: { count: 1, eTag: '1' } });
  });

  it('writes nothing when one of several conflicts', async () => {
    await storage.write({ a: { count: 1 } });
    await expect(storage.write({ b: { count: 1 }, a: { count: 2, eTag: 'old' } })).rejects.toThrow('eTag conflict');
    expect(Object.keys(await storage.read(['a', 'b']))).toEqual(['a']);
  });

  it('deletes, also what is not there', async () => {
    await storage.write({ a: { count: 1 } });
    await storage.delete(['a', 'b']);
    await storage.delete([]);
    expect(await storage.read(['a'])).toEqual({});
  });
});
