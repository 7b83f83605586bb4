import { range } from './samples';
import type { Bench } from './storeSuite';

export function describeTurns(bench: Bench): void {
  describe('lines', () => {
    test('the first is first, the next when the one before has left', async () => {
      const { turns } = bench.store;
      expect(await turns.join('a', 'one', 1000)).toBe(true);
      expect(await turns.join('a', 'two', 1000)).toBe(false);
      expect(await turns.join('b', 'other', 1000)).toBe(true);
      expect(await turns.join('a', 'one', 1000)).toBe(true);
      expect(await turns.isFirst('a', 'two')).toBe(false);
      await turns.leave('one');
      await turns.leave('one');
      expect(await turns.isFirst('a', 'two')).toBe(true);
    });

    test('a place that is not renewed is given up, one that is renewed is kept', async () => {
      const { turns } = bench.store;
      await turns.join('a', 'one', 1000);
      await turns.join('a', 'two', 5000);
      await bench.clock.advance(999);
      expect(await turns.isFirst('a', 'two')).toBe(false);
      await turns.renew(['one', 'unknown'], 1000);
      await bench.clock.advance(999);
      expect(await turns.isFirst('a', 'two')).toBe(false);
      await bench.clock.advance(1);
      expect(await turns.isFirst('a', 'two')).toBe(true);
      await turns.renew(
        range(300).map((n) => `ticket-${n}`),
        1000,
      );
    });

    test('of many that join at once exactly one is first, and all get through one by one', async () => {
      const { turns } = bench.store;
      const tickets = range(30).map((n) => `ticket-${n}`);
      const first = await Promise.all(tickets.map((ticket) => turns.join('a', ticket, 60_000)));
      expect(first.filter(Boolean)).toHaveLength(1);
      const order: string[] = [];
      while (order.length < tickets.length) {
        const isFirst = await Promise.all(tickets.map((ticket) => turns.isFirst('a', ticket)));
        const ahead = tickets.filter((ticket, n) => isFirst[n] && !order.includes(ticket));
        expect(ahead).toHaveLength(1);
        order.push(ahead[0]!);
        await turns.leave(ahead[0]!);
      }
      expect(new Set(order).size).toBe(30);
    });

    test('what a dead process left in line is purged', async () => {
      const { store } = bench;
      await store.turns.join('a', 'dead', 1000);
      await store.purge(Number.MAX_SAFE_INTEGER);
      expect(await store.turns.join('a', 'next', 1000)).toBe(true);
    });
  });
}
