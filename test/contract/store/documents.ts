import { ETagMismatch, noDocument } from '../../../store/store';
import { awkwardText, range } from './samples';
import type { Bench } from './storeSuite';

export function describeDocuments(bench: Bench): void {
  describe('documents', () => {
    const write = (key: string, value: { [key: string]: number | string }, eTag?: string) =>
      bench.store.documents.write(new Map([[key, { value, ...(eTag !== undefined && { eTag }) }]]), 1000);
    const read = async (key: string) => (await bench.store.documents.read([key])).get(key);

    test('what was written is read with the eTag that the writer got; absent ones are left out', async () => {
      const eTags = await bench.store.documents.write(
        new Map([
          ['a', { value: { n: 1 } }],
          ['b', { value: { n: 2 } }],
        ]),
        1000,
      );
      const found = await bench.store.documents.read(['a', 'none', 'b', 'a']);
      expect(found).toEqual(
        new Map([
          ['a', { value: { n: 1 }, eTag: eTags.get('a') }],
          ['b', { value: { n: 2 }, eTag: eTags.get('b') }],
        ]),
      );
      expect(await bench.store.documents.read([])).toEqual(new Map());
    });

    test('the eTag changes with every write, even of the same value', async () => {
      const first = (await write('a', { n: 1 })).get('a');
      const second = (await write('a', { n: 1 })).get('a');
      expect(second).not.toBe(first);
    });

    test('the stored eTag lets the writer through, an older one does not', async () => {
      const first = (await write('a', { n: 1 })).get('a')!;
      await write('a', { n: 2 }, first);
      await expect(write('a', { n: 3 }, first)).rejects.toThrow(ETagMismatch);
      expect((await read('a'))?.value).toEqual({ n: 2 });
    });

    test('an eTag for a document that does not exist is a mismatch', async () => {
      await expect(write('a', { n: 1 }, 'old')).rejects.toMatchObject({ name: 'ETagMismatch', key: 'a' });
      expect(await read('a')).toBeUndefined();
    });

    test('a star writes whatever is there', async () => {
      await write('a', { n: 1 }, '*');
      await write('a', { n: 2 }, '*');
      expect((await read('a'))?.value).toEqual({ n: 2 });
    });

    test('all or none: one mismatch keeps the others from being written', async () => {
      await write('b', { n: 1 });
      const changes = new Map([
        ['a', { value: { n: 1 } }],
        ['b', { value: { n: 2 }, eTag: 'old' }],
        ['c', { value: { n: 1 } }],
      ]);
      await expect(bench.store.documents.write(changes, 1000)).rejects.toThrow(ETagMismatch);
      expect((await bench.store.documents.read(['a', 'b', 'c'])).size).toBe(1);
      expect((await read('b'))?.value).toEqual({ n: 1 });
    });

    test('of parallel writers with the same eTag exactly one gets through', async () => {
      const eTag = (await write('a', { n: 0 })).get('a')!;
      const results = await Promise.allSettled(range(20).map((n) => write('a', { n }, eTag)));
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ETagMismatch);
    });

    test('writers of the same documents in different order all get through', async () => {
      const keys = ['a', 'b', 'c', 'd'];
      await Promise.all(
        range(20).map((n) => {
          const ordered = n % 2 ? keys : [...keys].reverse();
          return bench.store.documents.write(new Map(ordered.map((key) => [key, { value: { n } }])), 1000);
        }),
      );
      const values = [...(await bench.store.documents.read(keys)).values()].map((document) => document.value['n']);
      expect(new Set(values).size).toBe(1);
    });

    test('a document that must not exist yet is made by one writer only', async () => {
      const results = await Promise.allSettled(range(10).map((n) => write('a', { n }, noDocument)));
      const made = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
      expect(made).toHaveLength(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ETagMismatch);
      expect((await read('a'))?.value).toEqual({ n: made[0] });
    });

    test('tasks are added with the documents, or not at all', async () => {
      const { documents, tasks } = bench.store;
      const task = (n: number) => ({ id: `t${n}`, group: 'g', payload: { n } });
      await documents.write(new Map([['a', { value: { n: 1 } }]]), 1000, [task(1), task(2)]);
      await documents.write(new Map([['a', { value: { n: 2 } }]]), 1100, [task(2), task(3)]);
      const stale = documents.write(new Map([['a', { value: { n: 3 }, eTag: 'stale' }]]), 1200, [task(4)]);
      await expect(stale).rejects.toBeInstanceOf(ETagMismatch);
      expect((await tasks.unfinished('g')).map(({ id, payload }) => ({ id, group: 'g', payload }))).toEqual([1, 2, 3].map(task));
      expect((await tasks.claim(1000, 10)).map(({ id }) => id)).toEqual(['t1']);
      expect((await read('a'))?.value).toEqual({ n: 2 });
    });

    test('deleted documents are gone; absent ones are fine', async () => {
      await write('a', { n: 1 });
      await bench.store.documents.delete(['a', 'none']);
      await bench.store.documents.delete(['a']);
      await bench.store.documents.delete([]);
      expect(await read('a')).toBeUndefined();
    });

    test('hundreds of keys in one call are fine', async () => {
      const keys = range(300).map((n) => `key-${n}`);
      await bench.store.documents.write(new Map(keys.map((key, n) => [key, { value: { n } }])), 1000);
      expect((await bench.store.documents.read(keys)).size).toBe(300);
      await bench.store.documents.delete(keys);
      expect((await bench.store.documents.read(keys)).size).toBe(0);
    });

    test('awkward text and a megabyte come back unchanged', async () => {
      const long = '🙂é'.repeat(180_000);
      await write('a', { text: awkwardText, [awkwardText]: 1, long });
      expect((await read('a'))?.value).toEqual({ text: awkwardText, [awkwardText]: 1, long });
    });

    test('a key with a NUL character works as a key', async () => {
      const key = 'nul\u0000inside';
      await write(key, { n: 1 });
      expect((await read(key))?.value).toEqual({ n: 1 });
      await bench.store.documents.delete([key]);
      expect(await read(key)).toBeUndefined();
    });
  });
}
