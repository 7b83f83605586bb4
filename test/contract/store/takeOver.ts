import { LeaseLost } from '../../../store/links';
import { newLink, openLink, range } from './samples';
import type { Bench } from './storeSuite';

export function describeTakeOver(bench: Bench): void {
  describe('taking links over', () => {
    const claim = async (owner: string, now: number, deadBefore: number, limit = 100) =>
      (await bench.store.links.claim(owner, now, deadBefore, limit)).map((link) => link.id);

    test('links of an owner that lives are left alone, links of a dead one are taken and their epoch is raised', async () => {
      await openLink(bench.store, 1);
      await bench.store.links.heartbeat('instance-1', 5000);
      expect(await claim('instance-2', 6000, 5000)).toEqual([]);
      const [taken] = await bench.store.links.claim('instance-2', 7000, 5001, 10);
      expect(taken).toMatchObject({ id: 'link-1', epoch: 2, updatedAt: 7000, request: newLink(1).request });
      expect(await bench.store.links.get('link-1')).toEqual(taken);
    });

    test('opening a link counts as a sign of life of an owner that is not known yet', async () => {
      await openLink(bench.store, 1);
      expect(await claim('instance-2', 1500, 1000)).toEqual([]);
      expect(await claim('instance-2', 1500, 1001)).toEqual(['link-1']);
    });

    test('taking links over counts as a sign of life of the new owner', async () => {
      await openLink(bench.store, 1);
      expect(await claim('instance-2', 9000, 5000)).toEqual(['link-1']);
      expect(await claim('instance-3', 9500, 9000)).toEqual([]);
    });

    test('a heartbeat that arrives late does not make an owner look older', async () => {
      await openLink(bench.store, 1);
      await bench.store.links.heartbeat('instance-1', 5000);
      await bench.store.links.heartbeat('instance-1', 4000);
      expect(await claim('instance-2', 6000, 5000)).toEqual([]);
    });

    test('a limit of time without end takes everything', async () => {
      await openLink(bench.store, 1);
      expect(await claim('instance-2', 2000, Number.POSITIVE_INFINITY)).toEqual(['link-1']);
    });

    test('closed links go on being claimed until they are finished', async () => {
      const link = await openLink(bench.store, 1);
      await bench.store.links.update(link.id, 1, { isOpen: false, state: 'ended' }, 1100);
      expect(await claim('instance-2', 9000, 5000)).toEqual(['link-1']);
      await bench.store.links.update(link.id, 2, { isFinished: true }, 9100);
      expect(await claim('instance-3', 20_000, 15_000)).toEqual([]);
    });

    test('the oldest links are taken first, up to the limit', async () => {
      for (const n of [3, 1, 2]) await bench.store.links.open(newLink(n), 'instance-1', n * 10);
      expect(await claim('instance-2', 9000, 5000, 2)).toEqual(['link-1', 'link-2']);
      expect(await claim('instance-2', 9000, 5000, 2)).toEqual(['link-3']);
    });

    test('released links are free at once; releasing twice is fine', async () => {
      await openLink(bench.store, 1);
      await bench.store.links.heartbeat('instance-1', 5000);
      await bench.store.links.release('instance-1');
      await bench.store.links.release('instance-1');
      expect(await claim('instance-2', 5000, 0)).toEqual(['link-1']);
    });

    test('an owner that released can open links again', async () => {
      await bench.store.links.release('instance-1');
      await openLink(bench.store, 1);
      await bench.store.links.release('instance-1');
      await openLink(bench.store, 2);
      expect(await claim('instance-2', 2000, 1000)).toEqual(['link-1']);
    });

    test('parallel claimers share the links without overlap', async () => {
      for (const n of range(40)) await openLink(bench.store, n);
      const rounds = range(8).map(async (n) => {
        const mine: string[] = [];
        for (let got = await claim(`taker-${n}`, 9000, 5000, 3); got.length > 0; got = await claim(`taker-${n}`, 9000, 5000, 3)) {
          mine.push(...got);
        }
        return mine;
      });
      const all = (await Promise.all(rounds)).flat();
      expect(all).toHaveLength(40);
      expect(new Set(all).size).toBe(40);
      for (const link of await bench.store.links.listOpen(100)) expect(link.epoch).toBe(2);
    });

    test('the former owner is refused everywhere, and nothing of what it tried is visible', async () => {
      const link = await openLink(bench.store, 1);
      await bench.store.links.append(link.id, 'toDesk', { messageId: 'm', payload: {} }, 1000);
      const [before] = await bench.store.links.pending(link.id, 'toDesk', 1);
      await bench.store.links.receive('8x8', 'session', link.id, [{ eventId: 'e', payload: {} }], 1000);
      const [received] = await bench.store.links.unhandled('8x8', 'session', link.id, 10);
      const [taken] = await bench.store.links.claim('instance-2', 9000, 5000, 10);

      const change = {
        state: 'ended' as const,
        isOpen: false,
        isFinished: true,
        sessionKey: 'other',
        dueAt: 1,
        data: { stale: true },
        handledEvents: [received!.seq],
        appendToDesk: [{ messageId: 'stale', payload: {} }],
        appendToCustomer: [{ messageId: 'stale', payload: {} }],
        settled: [{ seq: before!.seq, as: 'done' as const }],
      };
      await expect(bench.store.links.update(link.id, 1, change, 9100)).rejects.toThrow(LeaseLost);
      await expect(bench.store.links.beginAttempt(before!, 1, { reservation: { stale: true } }, 9100)).rejects.toThrow(LeaseLost);
      await expect(
        bench.store.links.beginAttempt(before!, 1, { reservation: { stale: true }, data: { stale: true } }, 9100),
      ).rejects.toThrow(LeaseLost);
      await expect(
        bench.store.links.receiveListened(
          { id: link.id, epoch: 1, provider: '8x8', sessionKey: 'session' },
          [{ eventId: 'stale', payload: {} }],
          { stale: true },
          9100,
        ),
      ).rejects.toMatchObject({ name: 'LeaseLost', linkId: link.id });

      expect(await bench.store.links.get(link.id)).toEqual(taken);
      expect(await bench.store.links.pending(link.id, 'toDesk', 10)).toEqual([before]);
      expect(await bench.store.links.pending(link.id, 'toCustomer', 10)).toEqual([]);
      expect(await bench.store.links.unhandled('8x8', 'session', link.id, 10)).toEqual([received]);
    });

    test('a link that does not exist is a lost lease', async () => {
      await expect(bench.store.links.update('none', 1, {}, 1)).rejects.toThrow(LeaseLost);
    });
  });
}
