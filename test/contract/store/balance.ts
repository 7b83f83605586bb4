import { openLink, range } from './samples';
import type { Bench } from './storeSuite';

export function describeBalance(bench: Bench): void {
  describe('sharing links out', () => {
    const idsOf = async (owner: string, attended: string[] = []) =>
      (await bench.store.links.reclaim(owner, attended, 3000)).map((link) => link.id);

    test('a heartbeat tells the time by the database’s clock', async () => {
      const first = await bench.store.links.heartbeat('instance-1');
      await bench.clock.advance(1500);
      expect((await bench.store.links.heartbeat('instance-1')) - first).toBe(1500);
    });

    test('shares count the unfinished links of those that reported lately', async () => {
      const { links } = bench.store;
      for (const n of range(3)) await openLink(bench.store, n);
      await links.update('link-1', 1, { isFinished: true }, 1100);
      await bench.clock.advance(4000);
      await links.heartbeat('instance-2');
      expect(await links.shares(4000)).toEqual([{ owner: 'instance-2', links: 0 }]);
      expect(await links.shares(4001)).toEqual([
        { owner: 'instance-1', links: 2 },
        { owner: 'instance-2', links: 0 },
      ]);
    });

    test('links that are handed over are the other’s, who finds them, and the giver’s writes are refused', async () => {
      const { links } = bench.store;
      for (const n of range(3)) await openLink(bench.store, n);
      await links.heartbeat('instance-2');
      expect(await links.handOver('instance-1', 'instance-2', ['link-0', 'link-2'], 2000)).toBe(2);
      await expect(links.update('link-0', 1, { state: 'queued' }, 2100)).rejects.toMatchObject({ name: 'LeaseLost' });
      await links.update('link-1', 1, { state: 'queued' }, 2100);
      expect(await idsOf('instance-2')).toEqual(['link-0', 'link-2']);
      expect(await idsOf('instance-1', ['link-1'])).toEqual([]);
    });

    test('links of others, finished links, and links for nobody known stay where they are', async () => {
      const { links } = bench.store;
      for (const n of range(2)) await openLink(bench.store, n);
      await links.update('link-1', 1, { isFinished: true }, 1100);
      await links.heartbeat('instance-2');
      await links.heartbeat('instance-3');
      expect(await links.handOver('instance-2', 'instance-3', ['link-0'], 2000)).toBe(0);
      expect(await links.handOver('instance-1', 'instance-3', ['link-1'], 2000)).toBe(0);
      expect(await links.handOver('instance-1', 'nobody', ['link-0'], 2000)).toBe(0);
      expect((await links.get('link-0'))?.epoch).toBe(1);
    });

    test('a name that was released shows no process', async () => {
      await bench.store.links.heartbeat('instance-1');
      await bench.store.links.release('instance-1');
      expect(await bench.store.links.lingers('instance-1')).toBe(false);
      expect(await bench.store.links.lingers('nobody')).toBe(false);
    });
  });
}
