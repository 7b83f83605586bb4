import { LeaseLost } from '../../../store/links';
import { newLink, openLink, range } from './samples';
import type { Bench } from './storeSuite';

export function describeTakeOver(bench: Bench): void {
  describe('taking links over', () => {
    const claim = async (owner: string, silentForInMs: number, limit = 100) =>
      (await bench.store.links.claim(owner, 7000, silentForInMs, limit)).map((link) => link.id);
    const hourInMs = 3_600_000;

    test('links of an owner that lives are left alone, links of a dead one are taken and their epoch is raised', async () => {
      await openLink(bench.store, 1);
      await bench.clock.advance(4000);
      await bench.store.links.heartbeat('instance-1');
      await bench.clock.advance(999);
      expect(await claim('instance-2', 1000)).toEqual([]);
      await bench.clock.advance(1);
      const [taken] = await bench.store.links.claim('instance-2', 7000, 1000, 10);
      expect(taken).toMatchObject({ id: 'link-1', epoch: 2, updatedAt: 7000, request: newLink(1).request });
      const { heldBy: _heldBy, ...link } = taken!;
      expect(await bench.store.links.get('link-1')).toEqual(link);
    });

    test('opening a link counts as a sign of life of an owner that is not known yet', async () => {
      await openLink(bench.store, 1);
      await bench.clock.advance(499);
      expect(await claim('instance-2', 500)).toEqual([]);
      await bench.clock.advance(1);
      expect(await claim('instance-2', 500)).toEqual(['link-1']);
    });

    test('taking links over counts as a sign of life of the new owner', async () => {
      await openLink(bench.store, 1);
      await bench.clock.advance(1000);
      expect(await claim('instance-2', 1000)).toEqual(['link-1']);
      await bench.clock.advance(999);
      expect(await claim('instance-3', 1000)).toEqual([]);
    });

    test.each([hourInMs, -hourInMs])(
      'an instance whose own clock is %i ms off neither loses its links nor steals any',
      async (offInMs) => {
        const { links } = bench.store;
        const [right, wrong] = [1_000_000_000, 1_000_000_000 + offInMs];
        await links.open(newLink(1), 'right', right);
        await links.open(newLink(2), 'wrong', wrong);
        for (let beat = 0; beat < 4; beat++) {
          await bench.clock.advance(3000);
          await links.heartbeat('right');
          await links.heartbeat('wrong');
          expect(await links.claim('right', right, 10_000, 10)).toEqual([]);
          expect(await links.claim('wrong', wrong, 10_000, 10)).toEqual([]);
        }
        await bench.clock.advance(10_000);
        await links.heartbeat('right');
        expect((await links.claim('right', right, 10_000, 10)).map((link) => link.id)).toEqual(['link-2']);
      },
    );

    test('when the clock of the database itself is set back, the silence of a dead owner counts from then', async () => {
      await openLink(bench.store, 1);
      await bench.clock.advance(-hourInMs);
      expect(await claim('instance-2', 10_000)).toEqual([]);
      await bench.clock.advance(9999);
      expect(await claim('instance-2', 10_000)).toEqual([]);
      await bench.clock.advance(1);
      expect(await claim('instance-2', 10_000)).toEqual(['link-1']);
    });

    test('when the clock of the database itself is set back, an owner that lives keeps its links', async () => {
      await openLink(bench.store, 1);
      await bench.clock.advance(-hourInMs);
      for (let beat = 0; beat < 5; beat++) {
        await bench.store.links.heartbeat('instance-1');
        expect(await claim('instance-2', 10_000)).toEqual([]);
        await bench.clock.advance(3000);
      }
    });

    test('without patience every link of others is taken, and none of the own', async () => {
      await openLink(bench.store, 1);
      await bench.clock.advance(-hourInMs);
      expect(await claim('instance-1', 0)).toEqual([]);
      expect(await claim('instance-2', 0)).toEqual(['link-1']);
      await bench.clock.advance(2 * hourInMs);
      expect(await claim('instance-2', 1)).toEqual([]);
    });

    test('what an owner has without knowing is taken anew, what it attends to is left alone', async () => {
      for (const n of range(200)) await openLink(bench.store, n);
      await bench.store.links.open(newLink('other'), 'instance-2', 1000);
      await bench.store.links.update('link-7', 1, { isFinished: true }, 1000);
      const attended = range(198).map((n) => `link-${n}`);
      const taken = await bench.store.links.reclaim('instance-1', attended, 2000);
      expect(taken.map((link) => [link.id, link.epoch, link.updatedAt])).toEqual([
        ['link-198', 2, 2000],
        ['link-199', 2, 2000],
      ]);
      expect(await bench.store.links.reclaim('instance-1', [], 2000)).toHaveLength(199);
      expect(await bench.store.links.reclaim('nobody', [], 2000)).toEqual([]);
    });

    test('closed links go on being claimed until they are finished', async () => {
      const link = await openLink(bench.store, 1);
      await bench.store.links.update(link.id, 1, { isOpen: false, state: 'ended' }, 1100);
      expect(await claim('instance-2', 0)).toEqual(['link-1']);
      await bench.store.links.update(link.id, 2, { isFinished: true }, 9100);
      expect(await claim('instance-3', 0)).toEqual([]);
    });

    test('the oldest links are taken first, up to the limit', async () => {
      for (const n of [3, 1, 2]) await bench.store.links.open(newLink(n), 'instance-1', n * 10);
      expect(await claim('instance-2', 0, 2)).toEqual(['link-1', 'link-2']);
      expect(await claim('instance-2', 0, 2)).toEqual(['link-3']);
    });

    test('released links are free at once; releasing twice is fine', async () => {
      await openLink(bench.store, 1);
      await bench.store.links.heartbeat('instance-1');
      await bench.store.links.release('instance-1');
      await bench.store.links.release('instance-1');
      expect(await claim('instance-2', 1_000_000)).toEqual(['link-1']);
    });

    test('an owner that released can open links again', async () => {
      await bench.store.links.release('instance-1');
      await openLink(bench.store, 1);
      await bench.store.links.release('instance-1');
      await openLink(bench.store, 2);
      expect(await claim('instance-2', 1000)).toEqual(['link-1']);
    });

    test('parallel claimers share the links without overlap', async () => {
      for (const n of range(40)) await openLink(bench.store, n);
      await bench.clock.advance(4000);
      const rounds = range(8).map(async (n) => {
        const mine: string[] = [];
        for (let got = await claim(`taker-${n}`, 4000, 3); got.length > 0; got = await claim(`taker-${n}`, 4000, 3)) {
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
      const [taken] = await bench.store.links.claim('instance-2', 9000, 0, 10);

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
