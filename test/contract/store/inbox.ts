import { event, openLink, range } from './samples';
import type { Bench } from './storeSuite';

export function describeInbox(bench: Bench): void {
  describe('the inbox', () => {
    const receive = (sessionKey: string, handoffId: string | undefined, ...ids: (number | string)[]) =>
      bench.store.links.receive(
        '8x8',
        sessionKey,
        handoffId,
        ids.map((id) => event(id)),
        1000,
      );
    const unhandled = async (sessionKey: string | undefined, handoffId: string) =>
      (await bench.store.links.unhandled('8x8', sessionKey, handoffId, 1000)).map((row) => row.eventId);

    test('events of a known session name its link and wait in order of arrival', async () => {
      const link = await openLink(bench.store);
      await bench.store.links.update(link.id, 1, { sessionKey: 'session' }, 1000);
      expect(await receive('session', undefined, 2, 1)).toBe(link.id);
      expect(await bench.store.links.unhandled('8x8', 'session', link.id, 10)).toEqual([
        { seq: expect.any(Number), sessionKey: 'session', receivedAt: 1000, ...event(2) },
        { seq: expect.any(Number), sessionKey: 'session', receivedAt: 1000, ...event(1) },
      ]);
      expect(await bench.store.links.unhandled('8x8', 'session', link.id, 1)).toHaveLength(1);
    });

    test('an event that is known is left out, also once it is handled', async () => {
      const link = await openLink(bench.store);
      await receive('session', link.id, 1, 2, 1);
      await receive('session', link.id, 1);
      expect(await unhandled('session', link.id)).toEqual(['event-1', 'event-2']);
      const [first] = await bench.store.links.unhandled('8x8', 'session', link.id, 1);
      await bench.store.links.update(link.id, 1, { handledEvents: [first!.seq] }, 2000);
      await receive('session', link.id, 1, 3);
      expect(await unhandled('session', link.id)).toEqual(['event-2', 'event-3']);
    });

    test('one event id is another event in another session or at another provider', async () => {
      await receive('session-1', undefined, 1);
      await receive('session-2', undefined, 1);
      await bench.store.links.receive('mluvii', 'session-1', undefined, [event(1)], 1000);
      expect(await unhandled('session-1', 'none')).toEqual(['event-1']);
      expect(await unhandled('session-2', 'none')).toEqual(['event-1']);
      expect(await bench.store.links.unhandled('mluvii', 'session-1', 'none', 10)).toHaveLength(1);
    });

    test('events that come before the session is known are found later by the session', async () => {
      const link = await openLink(bench.store);
      expect(await receive('session', undefined, 1)).toBeUndefined();
      expect(await unhandled(undefined, link.id)).toEqual([]);
      await bench.store.links.update(link.id, 1, { sessionKey: 'session' }, 2000);
      expect(await unhandled('session', link.id)).toEqual(['event-1']);
      expect(await receive('session', undefined, 2)).toBe(link.id);
    });

    test('events that carry the id of the handoff find the link without a session', async () => {
      const link = await openLink(bench.store);
      expect(await receive('session', link.id, 1)).toBe(link.id);
      expect(await unhandled(undefined, link.id)).toEqual(['event-1']);
      expect(await unhandled('another', link.id)).toEqual(['event-1']);
    });

    test('events by session and by handoff come in one order, each once, up to the limit', async () => {
      const link = await openLink(bench.store);
      await receive('session', undefined, 1);
      await receive('session', link.id, 2);
      await receive('another', link.id, 3);
      await receive('session', undefined, 4);
      expect(await unhandled('session', link.id)).toEqual(['event-1', 'event-2', 'event-3', 'event-4']);
      const three = await bench.store.links.unhandled('8x8', 'session', link.id, 3);
      expect(three.map((row) => [row.eventId, row.sessionKey])).toEqual([
        ['event-1', 'session'],
        ['event-2', 'session'],
        ['event-3', 'another'],
      ]);
    });

    test('a handoff id that reached another provider names no link', async () => {
      const link = await openLink(bench.store);
      expect(await bench.store.links.receive('mluvii', 'session', link.id, [event(1)], 1000)).toBeUndefined();
      expect(await unhandled('session', link.id)).toEqual([]);
    });

    test('a link that is closed gets its events until it is finished', async () => {
      const link = await openLink(bench.store);
      await bench.store.links.update(link.id, 1, { sessionKey: 'session', isOpen: false }, 1000);
      expect(await receive('session', link.id, 1)).toBe(link.id);
      await bench.store.links.update(link.id, 1, { isFinished: true }, 1000);
      expect(await receive('session', link.id, 2)).toBeUndefined();
    });

    test('a batch without events still names the link', async () => {
      const link = await openLink(bench.store);
      expect(await receive('session', link.id)).toBe(link.id);
    });

    test('parallel deliveries of the same events are written once', async () => {
      const link = await openLink(bench.store);
      await Promise.all(range(20).map((n) => receive('session', link.id, 'a', 'b', n % 2 ? 'c' : 'd')));
      expect((await unhandled('session', link.id)).sort()).toEqual(['event-a', 'event-b', 'event-c', 'event-d']);
    });

    test('an event whose delivery ended before the next began comes first, from many writers', async () => {
      const link = await openLink(bench.store);
      await Promise.all(
        range(4).map(async (writer) => {
          for (const n of range(10)) await receive('session', link.id, `${writer}-${n}`);
        }),
      );
      const ids = await unhandled('session', link.id);
      expect(ids).toHaveLength(40);
      for (const writer of range(4)) {
        const own = ids.filter((id) => id.startsWith(`event-${writer}-`));
        expect(own).toEqual(range(10).map((n) => `event-${writer}-${n}`));
      }
    });

    test('a batch that was listened to is written with the position, or neither is', async () => {
      const link = await openLink(bench.store);
      const listener = { id: link.id, epoch: 1, provider: '8x8', sessionKey: 'session' };
      await bench.store.links.receiveListened(listener, [event(1), event(2)], { position: 2 }, 2000);
      await bench.store.links.receiveListened(listener, [event(2), event(3)], { position: 3 }, 2100);
      expect(await bench.store.links.get(link.id)).toMatchObject({ data: { position: 3 }, updatedAt: 2100 });
      expect(await unhandled('session', link.id)).toEqual(['event-1', 'event-2', 'event-3']);
      const broken = [event(4), { eventId: null as unknown as string, payload: {} }];
      await expect(bench.store.links.receiveListened(listener, broken, { position: 4 }, 2200)).rejects.toMatchObject({
        name: 'StoreFailure',
        code: 'refused',
      });
      expect((await bench.store.links.get(link.id))?.data).toEqual({ position: 3 });
      expect(await unhandled('session', link.id)).toEqual(['event-1', 'event-2', 'event-3']);
    });

    test('a poll that brought nothing moves the position', async () => {
      const link = await openLink(bench.store);
      await bench.store.links.receiveListened(
        { id: link.id, epoch: 1, provider: '8x8', sessionKey: 's' },
        [],
        { position: 9 },
        2000,
      );
      expect((await bench.store.links.get(link.id))?.data).toEqual({ position: 9 });
    });
  });
}
