import { awkwardText, range } from './samples';
import type { Bench } from './storeSuite';

export function describeTranscripts(bench: Bench): void {
  describe('transcripts', () => {
    const row = (n: number, at = n) => ({ entryId: `entry-${n}`, at, payload: { text: `text ${n}` } });
    const read = async (limit = 100, since?: number) =>
      (await bench.store.transcripts.read('c', limit, since)).map((entry) => entry.entryId);

    test('rows come back oldest first, as they were given', async () => {
      await bench.store.transcripts.append('c', [row(1), row(2)]);
      await bench.store.transcripts.append('c', [row(3)]);
      expect(await bench.store.transcripts.read('c', 100)).toEqual([row(1), row(2), row(3)]);
      expect(await bench.store.transcripts.read('other', 100)).toEqual([]);
    });

    test('a known entry is left alone, within its conversation', async () => {
      await bench.store.transcripts.append('c', [row(1)]);
      await bench.store.transcripts.append('c', [{ ...row(1), payload: 'changed' }, row(2), row(2)]);
      await bench.store.transcripts.append('d', [row(1)]);
      await bench.store.transcripts.append('c', []);
      expect(await bench.store.transcripts.read('c', 100)).toEqual([row(1), row(2)]);
      expect(await bench.store.transcripts.read('d', 100)).toEqual([row(1)]);
    });

    test('parallel writers of the same entries write them once', async () => {
      await Promise.all(range(10).map(() => bench.store.transcripts.append('c', [row(1), row(2), row(3)])));
      expect(await read()).toEqual(['entry-1', 'entry-2', 'entry-3']);
    });

    test('the newest up to the limit, at or after a time', async () => {
      await bench.store.transcripts.append('c', [row(1), row(2), row(3), row(4)]);
      expect(await read(2)).toEqual(['entry-3', 'entry-4']);
      expect(await read(100, 3)).toEqual(['entry-3', 'entry-4']);
      expect(await read(1, 2)).toEqual(['entry-4']);
    });

    test('order is by time, and of the same time by arrival', async () => {
      await bench.store.transcripts.append('c', [row(3, 20), row(1, 10), row(4, 20), row(2, 10)]);
      expect(await read()).toEqual(['entry-1', 'entry-2', 'entry-3', 'entry-4']);
    });

    test('a deleted transcript is gone, others stay', async () => {
      await bench.store.transcripts.append('c', [row(1)]);
      await bench.store.transcripts.append('d', [row(1)]);
      await bench.store.transcripts.delete('c');
      await bench.store.transcripts.delete('c');
      expect(await read()).toEqual([]);
      expect(await bench.store.transcripts.read('d', 10)).toHaveLength(1);
    });

    test('any JSON and awkward text come back unchanged', async () => {
      const payloads = [null, 0, '', awkwardText, [awkwardText, { deep: [null, true, -1.5e-7] }], { '': awkwardText }];
      await bench.store.transcripts.append(
        'c',
        payloads.map((payload, n) => ({ entryId: `${n}`, at: n, payload })),
      );
      expect((await bench.store.transcripts.read('c', 10)).map((entry) => entry.payload)).toEqual(payloads);
    });
  });
}
