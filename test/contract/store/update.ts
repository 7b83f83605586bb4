import { message, openLink, range } from './samples';
import type { Bench } from './storeSuite';

export function describeUpdate(bench: Bench): void {
  describe('changing links', () => {
    test('only what is named changes', async () => {
      const link = await openLink(bench.store, 1, { dueAt: 3000 });
      await bench.store.links.update(link.id, 1, { state: 'queued', sessionKey: 'session-1' }, 2000);
      expect(await bench.store.links.get(link.id)).toEqual({
        ...link,
        state: 'queued',
        sessionKey: 'session-1',
        updatedAt: 2000,
      });
      await bench.store.links.update(link.id, 1, { provider: 'mluvii', sessionKey: null, dueAt: null, data: { route: 1 } }, 2100);
      const { dueAt, ...rest } = link;
      expect(dueAt).toBe(3000);
      expect(await bench.store.links.get(link.id)).toEqual({
        ...rest,
        state: 'queued',
        provider: 'mluvii',
        data: { route: 1 },
        updatedAt: 2100,
      });
    });

    test('closing frees the conversation, finishing closes too', async () => {
      const link = await openLink(bench.store, 1);
      await bench.store.links.update(link.id, 1, { isOpen: false }, 2000);
      expect(await bench.store.links.get(link.id)).toMatchObject({ isOpen: false, isFinished: false });
      expect(await bench.store.links.findOpen(link.conversationKey)).toBeUndefined();
      const other = await openLink(bench.store, 2);
      await bench.store.links.update(other.id, 1, { isFinished: true }, 2000);
      expect(await bench.store.links.get(other.id)).toMatchObject({
        isOpen: false,
        isFinished: true,
      });
    });

    test('a link that is open and finished is refused', async () => {
      const link = await openLink(bench.store, 1);
      await expect(bench.store.links.update(link.id, 1, { isOpen: true, isFinished: true }, 2000)).rejects.toMatchObject({
        name: 'StoreFailure',
        code: 'refused',
      });
      expect(await bench.store.links.get(link.id)).toEqual(link);
    });

    test('messages, events and settlements become true together with the link', async () => {
      const link = await openLink(bench.store, 1);
      for (const n of [1, 2, 3]) await bench.store.links.append(link.id, 'toDesk', message(n), 1000);
      const sent = await bench.store.links.pending(link.id, 'toDesk', 10);
      await bench.store.links.receive(
        '8x8',
        'session',
        link.id,
        [1, 2, 3].map((n) => ({ eventId: `e${n}`, payload: {} })),
        1000,
      );
      const events = await bench.store.links.unhandled('8x8', 'session', link.id, 10);

      await bench.store.links.update(
        link.id,
        1,
        {
          isOpen: false,
          handledEvents: [events[0]!.seq, events[2]!.seq],
          appendToDesk: [message(4), message(5)],
          appendToCustomer: [message('bye')],
          settled: [
            { seq: sent[0]!.seq, as: 'done' },
            { seq: sent[1]!.seq, as: 'failed', error: 'rejected' },
          ],
        },
        2000,
      );
      expect(await bench.store.links.unhandled('8x8', 'session', link.id, 10)).toEqual([events[1]]);
      const toDesk = await bench.store.links.pending(link.id, 'toDesk', 10);
      expect(toDesk.map((queued) => queued.messageId)).toEqual(['message-3', 'message-4', 'message-5']);
      const toCustomer = await bench.store.links.pending(link.id, 'toCustomer', 10);
      expect(toCustomer).toEqual([
        { seq: expect.any(Number), linkId: link.id, direction: 'toCustomer', attempts: 0, acceptedAt: 2000, ...message('bye') },
      ]);
    });

    test('appending what is there already leaves it alone, also when it was settled', async () => {
      const link = await openLink(bench.store, 1);
      await bench.store.links.update(
        link.id,
        1,
        { appendToCustomer: [message(1), message(2), message(1, { text: 'twin' })] },
        2000,
      );
      const [one] = await bench.store.links.pending(link.id, 'toCustomer', 10);
      await bench.store.links.update(link.id, 1, { settled: [{ seq: one!.seq, as: 'done' }] }, 2100);
      await bench.store.links.update(link.id, 1, { appendToCustomer: [message(1), message(2, { text: 'again' })] }, 2200);
      const left = await bench.store.links.pending(link.id, 'toCustomer', 10);
      expect(left.map((queued) => [queued.messageId, queued.payload])).toEqual([['message-2', message(2).payload]]);
    });

    test('a settlement alone is fenced too, and settles once', async () => {
      const link = await openLink(bench.store, 1);
      await bench.store.links.append(link.id, 'toDesk', message(1), 1000);
      const [queued] = await bench.store.links.pending(link.id, 'toDesk', 10);
      const settled = [{ seq: queued!.seq, as: 'done' as const }];
      await expect(bench.store.links.update(link.id, 2, { settled }, 2000)).rejects.toMatchObject({ name: 'LeaseLost' });
      expect(await bench.store.links.pending(link.id, 'toDesk', 10)).toEqual([queued]);
      await bench.store.links.update(link.id, 1, { settled }, 2000);
      await bench.store.links.update(link.id, 1, { settled: [{ seq: queued!.seq, as: 'failed' }] }, 2000);
      expect(await bench.store.links.pending(link.id, 'toDesk', 10)).toEqual([]);
      expect(await bench.store.links.deadLetters(10)).toEqual([]);
    });

    test('a message that belongs to another link is not settled', async () => {
      const one = await openLink(bench.store, 1);
      const other = await openLink(bench.store, 2);
      await bench.store.links.append(other.id, 'toDesk', message(1), 1000);
      const [foreign] = await bench.store.links.pending(other.id, 'toDesk', 10);
      await bench.store.links.update(one.id, 1, { settled: [{ seq: foreign!.seq, as: 'done' }] }, 2000);
      expect(await bench.store.links.pending(other.id, 'toDesk', 10)).toEqual([foreign]);
    });

    test('hundreds of events and messages in one change are fine', async () => {
      const link = await openLink(bench.store, 1);
      const events = range(300).map((n) => ({ eventId: `e${n}`, payload: { n } }));
      await bench.store.links.receive('8x8', 'session', link.id, events, 1000);
      const received = await bench.store.links.unhandled('8x8', 'session', link.id, 1000);
      expect(received.map((row) => row.payload['n'])).toEqual(range(300));
      const change = { handledEvents: received.map((row) => row.seq), appendToCustomer: range(300).map((n) => message(n)) };
      await bench.store.links.update(link.id, 1, change, 2000);
      expect(await bench.store.links.unhandled('8x8', 'session', link.id, 10)).toEqual([]);
      const queued = await bench.store.links.pending(link.id, 'toCustomer', 1000);
      expect(queued.map((row) => row.messageId)).toEqual(range(300).map((n) => `message-${n}`));
    });

    test('parallel changes of one link are all kept', async () => {
      const link = await openLink(bench.store, 1);
      await Promise.all(range(20).map((n) => bench.store.links.update(link.id, 1, { appendToCustomer: [message(n)] }, 2000)));
      expect(await bench.store.links.pending(link.id, 'toCustomer', 100)).toHaveLength(20);
    });
  });
}
