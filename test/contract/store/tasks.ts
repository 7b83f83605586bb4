import { range } from './samples';
import type { Bench } from './storeSuite';

export function describeTasks(bench: Bench): void {
  describe('the list of tasks', () => {
    const task = (id: string, group = id) => ({ id, group, payload: { what: id } });
    const claim = async (limit = 100, leaseForInMs = 1000) =>
      (await bench.store.tasks.claim(leaseForInMs, limit)).map((row) => row.id);

    test('an added task is unfinished and can be taken, with its attempt counted', async () => {
      await bench.store.tasks.add([task('a', 'g')], 1000);
      const stored = { ...task('a', 'g'), seq: expect.any(Number), attempts: 0, addedAt: 1000 };
      expect(await bench.store.tasks.unfinished('g')).toEqual([stored]);
      expect(await bench.store.tasks.claim(1000, 10)).toEqual([{ ...stored, attempts: 1 }]);
    });

    test('a known id changes nothing, also once it is done, buried or twice in one call', async () => {
      await bench.store.tasks.add([task('a', 'g'), { ...task('a', 'h'), payload: { twin: true } }], 1000);
      await bench.store.tasks.add([{ ...task('a', 'g'), payload: { other: true } }, task('b', 'g')], 2000);
      expect((await bench.store.tasks.unfinished('g')).map((row) => [row.id, row.payload])).toEqual([
        ['a', { what: 'a' }],
        ['b', { what: 'b' }],
      ]);
      expect(await bench.store.tasks.unfinished('h')).toEqual([]);
      await bench.store.tasks.complete('a');
      await bench.store.tasks.bury('b', 'no');
      await bench.store.tasks.add([task('a', 'g'), task('b', 'g')], 3000);
      expect(await bench.store.tasks.unfinished('g')).toEqual([]);
      expect(await claim()).toEqual([]);
    });

    test('an empty addition is fine', async () => {
      await bench.store.tasks.add([], 1000);
      expect(await bench.store.tasks.backlog()).toEqual({ count: 0 });
    });

    test('of each group only the oldest is taken; the next when it is complete', async () => {
      await bench.store.tasks.add([task('a1', 'a'), task('b1', 'b'), task('a2', 'a')], 1000);
      expect(await claim()).toEqual(['a1', 'b1']);
      expect(await claim()).toEqual([]);
      await bench.store.tasks.complete('a1');
      await bench.store.tasks.complete('a1');
      expect(await claim()).toEqual(['a2']);
      expect(await bench.store.tasks.unfinished('a')).toHaveLength(1);
    });

    test('only of groups whose name begins as asked for, whatever signs are in it', async () => {
      await bench.store.tasks.add([task('a', 'one/1'), task('b', 'two/1'), task('c', 'o%e/1'), task('d', 'one')], 1000);
      const claimOf = async (groups: string) => (await bench.store.tasks.claim(1000, 10, groups)).map((row) => row.id);
      expect(await claimOf('o%e/')).toEqual(['c']);
      expect(await claimOf('one/')).toEqual(['a']);
      expect(await claimOf('three/')).toEqual([]);
      expect((await claimOf('')).sort()).toEqual(['b', 'd']);
    });

    test('up to the limit, longest due first', async () => {
      await bench.store.tasks.add([task('z')], 1000);
      await bench.clock.advance(1);
      await bench.store.tasks.add([task('a')], 1000);
      expect(await claim(1)).toEqual(['z']);
      expect(await claim(1)).toEqual(['a']);
    });

    test('a lease ends by itself, and the attempt is counted', async () => {
      await bench.store.tasks.add([task('a1', 'a'), task('a2', 'a')], 1000);
      expect(await claim(10, 1000)).toEqual(['a1']);
      await bench.clock.advance(999);
      expect(await claim()).toEqual([]);
      await bench.clock.advance(1);
      expect(await bench.store.tasks.claim(1000, 10)).toMatchObject([{ id: 'a1', attempts: 2 }]);
    });

    test.each([3_600_000, -3_600_000])(
      'instances whose own clocks are %i ms apart take a task once, at the same time',
      async (apartInMs) => {
        const { tasks } = bench.store;
        const now = 1_000_000_000;
        await tasks.add([task('a1', 'a')], now + apartInMs);
        await tasks.add([task('a2', 'a')], now);
        expect(await claim(10, 120_000)).toEqual(['a1']);
        await bench.clock.advance(60_000);
        expect(await claim(10, 120_000)).toEqual([]);
        await tasks.retryIn('a1', 500, 'timedOut');
        expect(await claim()).toEqual([]);
        await bench.clock.advance(500);
        expect(await claim()).toEqual(['a1']);
      },
    );

    test('a task that failed waits until it is due, and its group with it', async () => {
      await bench.store.tasks.add([task('a1', 'a'), task('a2', 'a')], 1000);
      await claim();
      await bench.store.tasks.retryIn('a1', 4000, 'timedOut');
      await bench.clock.advance(3999);
      expect(await claim()).toEqual([]);
      expect(await bench.store.tasks.unfinished('a')).toMatchObject([{ id: 'a1', lastError: 'timedOut' }, { id: 'a2' }]);
      await bench.clock.advance(1);
      expect(await bench.store.tasks.claim(1000, 10)).toMatchObject([{ id: 'a1', attempts: 2, lastError: 'timedOut' }]);
    });

    test('a buried task is kept for the operator and frees its group', async () => {
      await bench.store.tasks.add([task('a1', 'a'), task('a2', 'a'), task('b1', 'b')], 1000);
      await claim();
      await bench.store.tasks.bury('b1', 'gone');
      await bench.store.tasks.bury('a1', 'invalid');
      expect(await claim()).toEqual(['a2']);
      const buried = await bench.store.tasks.buried(10);
      expect(buried).toMatchObject([
        { id: 'a1', lastError: 'invalid', payload: { what: 'a1' } },
        { id: 'b1', lastError: 'gone' },
      ]);
      expect(await bench.store.tasks.buried(1)).toHaveLength(1);
      expect(await bench.store.tasks.backlog()).toEqual({ count: 1, oldestAddedAt: 1000 });
    });

    test('a revived task is due again, before the younger ones of its group', async () => {
      await bench.store.tasks.add([task('a1', 'a'), task('a2', 'a')], 1000);
      await claim();
      await bench.store.tasks.bury('a1', 'invalid');
      expect(await bench.store.tasks.revive('a1')).toBe(true);
      expect(await bench.store.tasks.revive('a1')).toBe(false);
      expect(await bench.store.tasks.revive('none')).toBe(false);
      expect(await bench.store.tasks.revive('a2')).toBe(false);
      expect(await bench.store.tasks.buried(10)).toEqual([]);
      expect(await claim()).toEqual(['a1']);
    });

    test('reviving does not make two of one group run at once', async () => {
      await bench.store.tasks.add([task('a1', 'a'), task('a2', 'a')], 1000);
      await claim();
      await bench.store.tasks.bury('a1', 'invalid');
      expect(await claim()).toEqual(['a2']);
      await bench.store.tasks.revive('a1');
      expect(await claim()).toEqual([]);
      await bench.store.tasks.complete('a2');
      expect(await claim()).toEqual(['a1']);
    });

    test('completing a task that waits leaves the lease of the one before it alone', async () => {
      await bench.store.tasks.add([task('a1', 'a'), task('a2', 'a'), task('a3', 'a')], 1000);
      await claim();
      await bench.store.tasks.complete('a2');
      expect(await claim()).toEqual([]);
      await bench.store.tasks.complete('a1');
      expect(await claim()).toEqual(['a3']);
    });

    test('a task added to a group whose task is being done waits for it', async () => {
      await bench.store.tasks.add([task('a1', 'a')], 1000);
      await claim();
      await bench.store.tasks.add([task('a2', 'a')], 1100);
      expect(await claim()).toEqual([]);
      await bench.store.tasks.complete('a1');
      expect(await claim()).toEqual(['a2']);
    });

    test('unknown and finished tasks are left alone', async () => {
      await bench.store.tasks.add([task('a')], 1000);
      await bench.store.tasks.complete('a');
      for (const id of ['a', 'none']) {
        await bench.store.tasks.complete(id);
        await bench.store.tasks.retryIn(id, 1, 'x');
        await bench.store.tasks.bury(id, 'x');
      }
      expect(await bench.store.tasks.buried(10)).toEqual([]);
      expect(await claim()).toEqual([]);
    });

    test('the backlog counts what is unfinished and knows the oldest', async () => {
      expect(await bench.store.tasks.backlog()).toEqual({ count: 0 });
      await bench.store.tasks.add([task('a')], 1000);
      await bench.store.tasks.add([task('b'), task('c')], 2000);
      expect(await bench.store.tasks.backlog()).toEqual({ count: 3, oldestAddedAt: 1000 });
      await bench.store.tasks.complete('a');
      expect(await bench.store.tasks.backlog()).toEqual({ count: 2, oldestAddedAt: 2000 });
    });

    test('parallel workers share the tasks without overlap and keep the order of each group', async () => {
      const tasks = range(60).map((n) => task(`${n}`, `group-${n % 6}`));
      await Promise.all(
        range(6).map((g) =>
          bench.store.tasks.add(
            tasks.filter((row) => row.group === `group-${g}`),
            1000,
          ),
        ),
      );
      const order = new Map<string, number[]>();
      const worker = async () => {
        for (;;) {
          const taken = await bench.store.tasks.claim(7000, 2);
          if (taken.length === 0 && (await bench.store.tasks.backlog()).count === 0) return;
          for (const { id, group, attempts } of taken) {
            expect(attempts).toBe(1);
            order.set(group, [...(order.get(group) ?? []), Number(id)]);
            await bench.store.tasks.complete(id);
          }
        }
      };
      await Promise.all(range(4).map(worker));
      expect(order.size).toBe(6);
      for (const [group, ids] of order) expect(ids).toEqual(range(10).map((n) => n * 6 + Number(group.slice(6))));
    });
  });
}
