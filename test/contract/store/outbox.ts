import { LeaseLost } from '../../../store/links';
import { message, openLink, range } from './samples';
import type { Bench } from './storeSuite';

export function describeOutbox(bench: Bench): void {
  describe('the outbox', () => {
    const append = (linkId: string, n: number | string, direction: 'toDesk' | 'toCustomer' = 'toDesk') =>
      bench.store.links.append(linkId, direction, message(n), 1000);
    const pendingIds = async (linkId: string, direction: 'toDesk' | 'toCustomer' = 'toDesk') =>
      (await bench.store.links.pending(linkId, direction, 1000)).map((queued) => queued.messageId);

    test('a message is pending as it was given, with no attempts', async () => {
      const link = await openLink(bench.store);
      expect(await append(link.id, 1)).toBe('stored');
      expect(await bench.store.links.pending(link.id, 'toDesk', 10)).toEqual([
        { seq: expect.any(Number), linkId: link.id, direction: 'toDesk', attempts: 0, acceptedAt: 1000, ...message(1) },
      ]);
    });

    test('a known id is a duplicate within its link and direction only, also once it is settled or the link closed', async () => {
      const link = await openLink(bench.store, 1);
      const other = await openLink(bench.store, 2);
      expect(await append(link.id, 1)).toBe('stored');
      expect(await append(link.id, 1)).toBe('duplicate');
      expect(await append(link.id, 1, 'toCustomer')).toBe('stored');
      expect(await append(other.id, 1)).toBe('stored');
      const [queued] = await bench.store.links.pending(link.id, 'toDesk', 1);
      await bench.store.links.update(link.id, 1, { settled: [{ seq: queued!.seq, as: 'done' }] }, 1100);
      expect(await append(link.id, 1)).toBe('duplicate');
      await bench.store.links.update(link.id, 1, { isOpen: false }, 1100);
      expect(await append(link.id, 1)).toBe('duplicate');
      expect(await pendingIds(link.id)).toEqual([]);
    });

    test('a link that is closed or unknown takes nothing', async () => {
      const link = await openLink(bench.store);
      await bench.store.links.update(link.id, 1, { isOpen: false }, 1100);
      expect(await append(link.id, 1)).toBe('closed');
      expect(await append(link.id, 1, 'toCustomer')).toBe('closed');
      expect(await append('none', 1)).toBe('closed');
      expect(await pendingIds(link.id)).toEqual([]);
      expect(await pendingIds(link.id, 'toCustomer')).toEqual([]);
    });

    test.each(['ended', 'failed'] as const)('a link in state %s takes messages to the customer only', async (state) => {
      const link = await openLink(bench.store);
      await bench.store.links.update(link.id, 1, { state }, 1100);
      expect(await append(link.id, 1)).toBe('closed');
      expect(await append(link.id, 1, 'toCustomer')).toBe('stored');
    });

    test.each(['queued', 'connected', 'transferred'] as const)('a link in state %s takes both directions', async (state) => {
      const link = await openLink(bench.store);
      await bench.store.links.update(link.id, 1, { state }, 1100);
      expect(await append(link.id, 1)).toBe('stored');
      expect(await append(link.id, 1, 'toCustomer')).toBe('stored');
    });

    test('of parallel appends with one id exactly one is stored', async () => {
      const link = await openLink(bench.store);
      const results = await Promise.all(range(20).map(() => append(link.id, 'same')));
      expect(results.filter((result) => result === 'stored')).toHaveLength(1);
      expect(results.filter((result) => result === 'duplicate')).toHaveLength(19);
      expect(await pendingIds(link.id)).toEqual(['message-same']);
    });

    test('what was accepted before comes before, under parallel appends', async () => {
      const link = await openLink(bench.store);
      await Promise.all(
        range(5).map(async (writer) => {
          for (const n of range(20)) expect(await append(link.id, `${writer}-${n}`)).toBe('stored');
        }),
      );
      const queued = await bench.store.links.pending(link.id, 'toDesk', 1000);
      expect(queued).toHaveLength(100);
      expect(queued.map((row) => row.seq)).toEqual([...queued.map((row) => row.seq)].sort((a, b) => a - b));
      for (const writer of range(5)) {
        const own = queued.map((row) => row.messageId).filter((id) => id.startsWith(`message-${writer}-`));
        expect(own).toEqual(range(20).map((n) => `message-${writer}-${n}`));
      }
    });

    test('a reader that works through the outbox meanwhile never sees an earlier message appear behind it', async () => {
      const link = await openLink(bench.store);
      let last = 0;
      let writing = true;
      const writers = Promise.all(range(60).map((n) => append(link.id, n))).finally(() => {
        writing = false;
      });
      const seen: number[] = [];
      for (let round = true; round; round = writing || (await pendingIds(link.id)).length > 0) {
        for (const queued of await bench.store.links.pending(link.id, 'toDesk', 5)) {
          expect(queued.seq).toBeGreaterThan(last);
          last = queued.seq;
          seen.push(queued.seq);
          await bench.store.links.update(link.id, 1, { settled: [{ seq: queued.seq, as: 'done' }] }, 2000);
        }
      }
      await writers;
      expect(seen).toHaveLength(60);
    });

    test('pending messages come up to the limit, oldest first', async () => {
      const link = await openLink(bench.store);
      for (const n of [3, 1, 2]) await append(link.id, n);
      expect((await bench.store.links.pending(link.id, 'toDesk', 2)).map((row) => row.messageId)).toEqual([
        'message-3',
        'message-1',
      ]);
    });

    test('an attempt of a message that the link does not have changes nothing and is no lost lease', async () => {
      const link = await openLink(bench.store, 1);
      const other = await openLink(bench.store, 2);
      await append(other.id, 1);
      const [foreign] = await bench.store.links.pending(other.id, 'toDesk', 1);
      await bench.store.links.beginAttempt({ seq: foreign!.seq, linkId: link.id }, 1, {}, 2000);
      await bench.store.links.beginAttempt({ seq: foreign!.seq, linkId: link.id }, 1, { data: { n: 1 } }, 2000);
      expect(await bench.store.links.pending(other.id, 'toDesk', 1)).toEqual([foreign]);
    });

    test('an attempt is counted and keeps what was reserved, with the session that goes with it', async () => {
      const link = await openLink(bench.store);
      await append(link.id, 1);
      const [queued] = await bench.store.links.pending(link.id, 'toDesk', 1);
      await bench.store.links.beginAttempt(queued!, 1, { reservation: { sequence: 7 }, data: { next: 8 } }, 2000);
      expect(await bench.store.links.pending(link.id, 'toDesk', 1)).toEqual([
        { ...queued, attempts: 1, reservation: { sequence: 7 } },
      ]);
      expect(await bench.store.links.get(link.id)).toMatchObject({ data: { next: 8 }, updatedAt: 2000 });
      await bench.store.links.beginAttempt(queued!, 1, {}, 2100);
      expect(await bench.store.links.pending(link.id, 'toDesk', 1)).toEqual([
        { ...queued, attempts: 2, reservation: { sequence: 7 } },
      ]);
      expect((await bench.store.links.get(link.id))?.data).toEqual({ next: 8 });
    });

    describe('a message that is begun as it is written down', () => {
      const begin = (linkId: string, n: number, note = {}, epoch = 1) =>
        bench.store.links.appendBegun({ id: linkId, epoch }, { messageId: `message-${n}`, payload: { n } }, note, 3000);
      const first = async (linkId: string) => (await bench.store.links.pending(linkId, 'toDesk', 1))[0];

      test('is pending with one attempt, what was reserved, and the session that goes with it', async () => {
        const link = await openLink(bench.store);
        const seq = await begin(link.id, 1, { reservation: { sequence: 7 }, data: { next: 8 } });
        expect(await bench.store.links.pending(link.id, 'toDesk', 5)).toEqual([
          {
            seq,
            linkId: link.id,
            direction: 'toDesk',
            messageId: 'message-1',
            payload: { n: 1 },
            attempts: 1,
            reservation: { sequence: 7 },
            acceptedAt: 3000,
          },
        ]);
        expect(await bench.store.links.get(link.id)).toMatchObject({ data: { next: 8 }, updatedAt: 3000 });
      });

      test('is not begun behind another one that is pending, and is behind one that is done', async () => {
        const link = await openLink(bench.store);
        await append(link.id, 1);
        expect(await begin(link.id, 2, { data: { lost: true } })).toBeUndefined();
        expect((await bench.store.links.get(link.id))?.data).not.toMatchObject({ lost: true });
        const { seq } = (await first(link.id))!;
        await bench.store.links.update(link.id, 1, { settled: [{ seq, as: 'done' }] }, 3000);
        expect(await begin(link.id, 2)).toBeGreaterThan(seq);
      });

      test('is not begun when its id is known, the epoch is another, or the link takes none', async () => {
        const link = await openLink(bench.store);
        const seq = await begin(link.id, 1);
        await bench.store.links.update(link.id, 1, { settled: [{ seq: seq!, as: 'done' }] }, 3000);
        expect(await begin(link.id, 1)).toBeUndefined();
        expect(await begin(link.id, 2, {}, 2)).toBeUndefined();
        await bench.store.links.update(link.id, 1, { state: 'ended' }, 3000);
        expect(await begin(link.id, 2)).toBeUndefined();
        expect(await first(link.id)).toBeUndefined();
      });

      test('comes with the change that appends it for the customer, unless another one waits', async () => {
        const { links } = bench.store;
        const link = await openLink(bench.store);
        const say = (...ns: number[]) => ({
          beginsDelivery: true,
          appendToCustomer: ns.map((n) => ({ messageId: `message-${n}`, payload: { n } })),
        });
        const attempts = async () => (await links.pending(link.id, 'toCustomer', 5)).map(({ seq, attempts }) => [seq, attempts]);
        const seq = await links.update(link.id, 1, say(1, 2), 3000);
        expect(await attempts()).toEqual([
          [seq, 1],
          [expect.any(Number), 0],
        ]);
        expect(await links.update(link.id, 1, say(3), 3000)).toBeUndefined();
        expect((await attempts()).map(([, n]) => n)).toEqual([1, 0, 0]);
        await expect(links.update(link.id, 2, say(4), 3000)).rejects.toThrow(LeaseLost);
      });
    });
  });
}
