import { commands } from '../../../store/links';
import { event, message, newLink, openLink } from './samples';
import type { Bench } from './storeSuite';

export function describeWaiting(bench: Bench): void {
  describe('links in which something waits', () => {
    const waiting = (owner = 'instance-1') => bench.store.links.waiting(owner, 10);

    test('a message nobody has tried yet, in either direction, and none that was tried or settled', async () => {
      const { links } = bench.store;
      await openLink(bench.store, 1);
      await openLink(bench.store, 2);
      expect(await waiting()).toEqual([]);
      await links.append('link-1', 'toDesk', message(1), 1000);
      await links.append('link-1', 'toDesk', message(2), 1000);
      await links.append('link-2', 'toCustomer', message(1), 1000);
      expect(await waiting()).toEqual(['link-1', 'link-2']);
      expect(await waiting('instance-2')).toEqual([]);
      const [tried] = await links.pending('link-1', 'toDesk', 1);
      await links.beginAttempt(tried!, 1, {}, 1000);
      const [sent] = await links.pending('link-2', 'toCustomer', 1);
      await links.update('link-2', 1, { settled: [{ seq: sent!.seq, as: 'done' }] }, 1000);
      expect(await waiting()).toEqual([]);
      await links.update('link-1', 1, { settled: [{ seq: tried!.seq, as: 'failed' }] }, 1000);
      expect(await waiting()).toEqual(['link-1']);
    });

    test('a given-up message that is to be tried again, until it is', async () => {
      const { links } = bench.store;
      await openLink(bench.store, 1);
      await links.append('link-1', 'toDesk', message(1), 1000);
      const [tried] = await links.pending('link-1', 'toDesk', 1);
      await links.beginAttempt(tried!, 1, {}, 1000);
      await links.update('link-1', 1, { settled: [{ seq: tried!.seq, as: 'failed', error: 'outage' }] }, 1000);
      expect(await waiting()).toEqual([]);
      await links.retry('link-1', 'toDesk', tried!.messageId);
      expect(await waiting()).toEqual(['link-1']);
      expect(await links.pending('link-1', 'toDesk', 1)).toMatchObject([{ attempts: 1 }]);
      await links.beginAttempt(tried!, 1, {}, 1000);
      expect(await waiting()).toEqual([]);
    });

    test('an event by session, by handoff id, or an order of our own, until it is handled', async () => {
      const { links } = bench.store;
      for (const n of [1, 2, 3]) await openLink(bench.store, n);
      await links.update('link-1', 1, { sessionKey: 'session-1' }, 1000);
      await links.receive('8x8', 'session-1', undefined, [event(1)], 1000);
      await links.receive('8x8', 'session-2', 'link-2', [event(1)], 1000);
      await links.receive(commands, 'handoff:link-3', 'link-3', [event(1)], 1000);
      await links.receive('mluvii', 'session-1', 'link-4', [event(1)], 1000);
      expect(await waiting()).toEqual(['link-1', 'link-2', 'link-3']);
      const [received] = await links.unhandled('8x8', 'session-1', 'link-1', 10);
      await links.update('link-1', 1, { handledEvents: [received!.seq] }, 1000);
      expect(await waiting()).toEqual(['link-2', 'link-3']);
    });

    test('none of finished links, and no more than asked for', async () => {
      const { links } = bench.store;
      for (const n of [1, 2, 3]) {
        await links.open(newLink(n), 'instance-1', n);
        await links.append(`link-${n}`, 'toDesk', message(1), 1000);
      }
      await links.update('link-1', 1, { isFinished: true }, 1000);
      expect(await waiting()).toEqual(['link-2', 'link-3']);
      expect(await links.waiting('instance-1', 1)).toEqual(['link-2']);
    });
  });
}
