import { newLink, openLink, range } from './samples';
import type { Bench } from './storeSuite';

export function describeLinkLife(bench: Bench): void {
  describe('opening and finding links', () => {
    test('a new link is open, requested, owned with epoch 1, and carries what it was opened with', async () => {
      const { link, created } = await bench.store.links.open(newLink(1, { dueAt: 9000 }), 'instance-1', 1000);
      expect(created).toBe(true);
      expect(link).toEqual({
        ...newLink(1),
        state: 'requested',
        isOpen: true,
        isFinished: false,
        epoch: 1,
        dueAt: 9000,
        createdAt: 1000,
        updatedAt: 1000,
      });
      expect(await bench.store.links.get('link-1')).toEqual(link);
      expect(await bench.store.links.findOpen('webchat|conversation-1')).toEqual(link);
    });

    test('what was not given is absent, not null', async () => {
      const link = await openLink(bench.store);
      expect(link).not.toHaveProperty('sessionKey');
      expect(link).not.toHaveProperty('dueAt');
    });

    test('a conversation with an open link gets that one back and nothing is written', async () => {
      const first = await openLink(bench.store, 1);
      const again = await bench.store.links.open({ ...newLink(2), conversationKey: first.conversationKey }, 'instance-2', 2000);
      expect(again).toEqual({ link: first, created: false });
      expect(await bench.store.links.get('link-2')).toBeUndefined();
    });

    test('an id that is taken gets that link back, also when it is closed', async () => {
      const first = await openLink(bench.store, 1);
      await bench.store.links.update(first.id, 1, { isOpen: false, state: 'ended' }, 1500);
      const closed = await bench.store.links.get(first.id);
      const again = await bench.store.links.open({ ...newLink(2), id: first.id }, 'instance-2', 2000);
      expect(again).toEqual({ link: closed, created: false });
      expect(await bench.store.links.findOpen('webchat|conversation-2')).toBeUndefined();
    });

    test('of 20 parallel openings of one conversation exactly one creates, and all get its link', async () => {
      const results = await Promise.all(
        range(20).map((n) => bench.store.links.open(newLink(n, { conversationKey: 'webchat|same' }), `instance-${n}`, 1000)),
      );
      expect(results.filter((result) => result.created)).toHaveLength(1);
      expect(new Set(results.map((result) => result.link.id)).size).toBe(1);
      expect(await bench.store.links.listOpen(100)).toHaveLength(1);
    });

    test('of 20 parallel openings with one id exactly one creates', async () => {
      const results = await Promise.all(
        range(20).map((n) => bench.store.links.open(newLink(n, { id: 'same' }), `instance-${n}`, 1000)),
      );
      expect(results.filter((result) => result.created)).toHaveLength(1);
      expect(new Set(results.map((result) => result.link.conversationKey)).size).toBe(1);
    });

    test('a conversation whose link is closed can have a new one', async () => {
      const first = await openLink(bench.store, 1);
      await bench.store.links.update(first.id, 1, { isOpen: false }, 1500);
      const next = await bench.store.links.open({ ...newLink(2), conversationKey: first.conversationKey }, 'instance-1', 2000);
      expect(next.created).toBe(true);
      expect((await bench.store.links.findOpen(first.conversationKey))?.id).toBe('link-2');
    });

    test('unknown links are undefined', async () => {
      expect(await bench.store.links.get('none')).toBeUndefined();
      expect(await bench.store.links.findOpen('none')).toBeUndefined();
      expect(await bench.store.links.findBySession('8x8', 'none')).toBeUndefined();
    });

    test('a session finds its link, of its provider only, and the open one before an old one', async () => {
      const old = await openLink(bench.store, 1);
      await bench.store.links.update(old.id, 1, { sessionKey: 'session', isFinished: true }, 1100);
      expect((await bench.store.links.findBySession('8x8', 'session'))?.id).toBe(old.id);
      const open = (await bench.store.links.open(newLink(2), 'instance-1', 500)).link;
      await bench.store.links.update(open.id, 1, { sessionKey: 'session' }, 1100);
      expect((await bench.store.links.findBySession('8x8', 'session'))?.id).toBe(open.id);
      expect(await bench.store.links.findBySession('mluvii', 'session')).toBeUndefined();
    });

    test('open links are listed oldest first, up to the limit', async () => {
      for (const n of [3, 1, 2]) await bench.store.links.open(newLink(n), 'instance-1', n * 1000);
      const closed = await bench.store.links.open(newLink(0), 'instance-1', 10);
      await bench.store.links.update(closed.link.id, 1, { isOpen: false }, 20);
      expect((await bench.store.links.listOpen(10)).map((link) => link.id)).toEqual(['link-1', 'link-2', 'link-3']);
      expect((await bench.store.links.listOpen(2)).map((link) => link.id)).toEqual(['link-1', 'link-2']);
    });
  });
}
