import { event, message, newLink, openLink, range } from './samples';
import type { Bench } from './storeSuite';

export function describePurge(bench: Bench): void {
  describe('purging links', () => {
    test('a finished link goes with its messages and events; younger and unfinished ones stay', async () => {
      const { links } = bench.store;
      for (const n of [1, 2, 3, 4]) {
        const link = await openLink(bench.store, n);
        await links.append(link.id, 'toDesk', message(1), 1000);
        await links.receive('8x8', `session-${n}`, link.id, [event(1)], 1000);
        const [received] = await links.unhandled('8x8', `session-${n}`, link.id, 1);
        await links.update(link.id, 1, { sessionKey: `session-${n}`, handledEvents: [received!.seq] }, 1100);
      }
      await links.update('link-1', 1, { isFinished: true }, 2000);
      await links.update('link-2', 1, { isFinished: true }, 5000);
      await links.update('link-3', 1, { isOpen: false }, 2000);
      // The link, its message, its event.
      expect(await links.purge(5000)).toBe(3);
      expect(await links.get('link-1')).toBeUndefined();
      for (const n of [2, 3, 4]) expect(await links.get(`link-${n}`)).toBeDefined();
      expect(await links.pending('link-4', 'toDesk', 10)).toHaveLength(1);
      expect(await links.purge(5000)).toBe(0);
      // The events of those that stay are still known.
      await links.receive('8x8', 'session-4', 'link-4', [event(1)], 1000);
      expect(await links.unhandled('8x8', 'session-4', 'link-4', 10)).toEqual([]);
    });

    test('unhandled events of a finished link and events that found no link go when they are old', async () => {
      const { links } = bench.store;
      await openLink(bench.store, 1);
      await links.update('link-1', 1, { sessionKey: 'session-1' }, 1100);
      await links.receive('8x8', 'session-1', undefined, [event(1)], 1200);
      await links.receive('8x8', 'lost', undefined, [event(1), event(2)], 1200);
      await links.receive('8x8', 'lost', undefined, [event(3)], 6000);
      await links.update('link-1', 1, { isFinished: true }, 2000);
      expect(await links.purge(5000)).toBe(4);
      expect((await links.unhandled('8x8', 'lost', 'none', 10)).map((row) => row.eventId)).toEqual(['event-3']);
    });

    test('waiting events of links that are not finished stay however old they are', async () => {
      const { links } = bench.store;
      await openLink(bench.store, 1);
      await openLink(bench.store, 2);
      await links.update('link-2', 1, { sessionKey: 'session-2' }, 1000);
      await links.receive('8x8', 'session-1', 'link-1', [event(1)], 1000);
      await links.receive('8x8', 'session-2', undefined, [event(1)], 1000);
      expect(await links.purge(1_000_000)).toBe(0);
      expect(await links.unhandled('8x8', undefined, 'link-1', 10)).toHaveLength(1);
      expect(await links.unhandled('8x8', 'session-2', 'link-2', 10)).toHaveLength(1);
    });

    test('more than one slice goes in one call', async () => {
      const { links } = bench.store;
      for (const n of range(150)) {
        await links.open(newLink(n), 'instance-1', n);
        await links.update(`link-${n}`, 1, { isFinished: true }, n);
      }
      await links.receive(
        '8x8',
        'lost',
        undefined,
        range(600).map((n) => event(n)),
        100,
      );
      expect(await links.purge(10_000)).toBe(750);
    });
  });
}
