import { keptPrefix } from '../../../store/store';
import { awkwardText, event, message, newLink, openLink } from './samples';
import type { Bench } from './storeSuite';

export function describeWholeStore(bench: Bench): void {
  describe('the whole', () => {
    test('everything is still there after a restart', async () => {
      const before = bench.store;
      const link = await openLink(before, 1);
      await before.links.append(link.id, 'toDesk', message(1), 1000);
      const [queued] = await before.links.pending(link.id, 'toDesk', 1);
      await before.links.beginAttempt(queued!, 1, { reservation: { n: 1 }, data: { n: 2 } }, 1000);
      await before.links.receive('8x8', 'session', link.id, [event(1)], 1000);
      await before.tasks.add([{ id: 't', group: 'g', payload: { n: 1 } }], 1000);
      await before.documents.write(new Map([['d', { value: { n: 1 } }]]), 1000);
      await before.transcripts.append('c', [{ entryId: 'e', at: 1, payload: 'hello' }]);
      const snapshot = async () => [
        await bench.store.links.get(link.id),
        await bench.store.links.pending(link.id, 'toDesk', 10),
        await bench.store.links.unhandled('8x8', 'session', link.id, 10),
        await bench.store.tasks.unfinished('g'),
        await bench.store.documents.read(['d']),
        await bench.store.transcripts.read('c', 10),
      ];
      const written = await snapshot();
      await bench.reopen();
      expect(await snapshot()).toEqual(written);
    });

    test('numbers go on rising after a restart and a purge', async () => {
      await openLink(bench.store, 1);
      await bench.store.links.append('link-1', 'toDesk', message(1), 1000);
      const [before] = await bench.store.links.pending('link-1', 'toDesk', 1);
      await bench.store.links.update('link-1', 1, { isFinished: true }, 1000);
      await bench.store.links.purge(9000);
      await bench.reopen();
      await openLink(bench.store, 2);
      await bench.store.links.append('link-2', 'toDesk', message(1), 1000);
      const [after] = await bench.store.links.pending('link-2', 'toDesk', 1);
      expect(after!.seq).toBeGreaterThan(before!.seq);
    });

    test('awkward text comes back unchanged from every place that holds JSON', async () => {
      const payload = { text: awkwardText, [awkwardText]: [awkwardText] };
      await openLink(bench.store, 1, { request: payload, data: payload });
      await bench.store.links.append('link-1', 'toDesk', message(1, payload), 1000);
      await bench.store.links.receive('8x8', 'session', 'link-1', [event(1, payload)], 1000);
      await bench.store.tasks.add([{ id: 't', group: 'g', payload }], 1000);
      expect(await bench.store.links.get('link-1')).toMatchObject({ request: payload, data: payload });
      expect((await bench.store.links.pending('link-1', 'toDesk', 1))[0]?.payload).toEqual(payload);
      expect((await bench.store.links.unhandled('8x8', 'session', 'link-1', 1))[0]?.payload).toEqual(payload);
      expect((await bench.store.tasks.unfinished('g'))[0]?.payload).toEqual(payload);
    });

    test('a message of a megabyte comes back unchanged', async () => {
      await openLink(bench.store, 1);
      const payload = { text: '👩‍👧 שלום '.repeat(60_000) };
      await bench.store.links.append('link-1', 'toDesk', message(1, payload), 1000);
      expect((await bench.store.links.pending('link-1', 'toDesk', 1))[0]?.payload).toEqual(payload);
    });

    test('identifiers with any text work, a NUL character in them included', async () => {
      const strange = '🙂 ?1 $1 \' " % \u0000 ';
      await openLink(bench.store, 1, { id: strange, conversationKey: strange });
      expect(await bench.store.links.findOpen(strange)).toBeDefined();
      expect(await bench.store.links.append(strange, 'toDesk', { messageId: strange, payload: {} }, 1000)).toBe('stored');
      expect(await bench.store.links.append(strange, 'toDesk', { messageId: strange, payload: {} }, 1000)).toBe('duplicate');
      await bench.store.tasks.add([{ id: strange, group: strange, payload: {} }], 1000);
      await bench.store.tasks.retryIn(strange, 5, strange);
      expect(await bench.store.tasks.unfinished(strange)).toHaveLength(1);
    });

    test('times beyond 32 bits are kept', async () => {
      const now = Date.UTC(2040, 0, 1);
      const { link } = await bench.store.links.open(newLink(1, { dueAt: now + 1 }), 'instance-1', now);
      expect(link).toMatchObject({ createdAt: now, updatedAt: now, dueAt: now + 1 });
    });

    test('a failure does not quote what was to be written', async () => {
      await openLink(bench.store, 1);
      const secret = 'my card number is 4111';
      const broken = { messageId: null as unknown as string, payload: { text: secret } };
      const failure = await bench.store.links
        .update('link-1', 1, { appendToDesk: [broken] }, 1000)
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'StoreFailure', code: 'refused' });
      const { message: text, stack, ...fields } = failure as Error;
      expect(JSON.stringify([text, stack, fields, (failure as Error).cause ?? null])).not.toContain(secret);
    });

    test('what was said long ago, old documents and finished tasks are purged, the rest stays', async () => {
      const { store } = bench;
      await store.transcripts.append('old', [
        { entryId: '1', at: 10, payload: 1 },
        { entryId: '2', at: 20, payload: 1 },
      ]);
      await store.transcripts.append('new', [
        { entryId: '1', at: 10, payload: 1 },
        { entryId: '2', at: 2000, payload: 1 },
      ]);
      await store.documents.write(
        new Map([
          ['old', { value: {} }],
          ['new', { value: {} }],
          [`${keptPrefix}registration`, { value: {} }],
        ]),
        10,
      );
      await store.documents.write(new Map([['new', { value: {} }]]), 2000);
      await store.tasks.add(
        ['done', 'buried', 'unfinished'].map((id) => ({ id, group: id, payload: {} })),
        10,
      );
      await store.tasks.complete('done');
      await store.tasks.bury('buried', 'x');
      expect(await store.purge(1000)).toBe(5);
      expect(await store.transcripts.read('old', 10)).toEqual([]);
      // A conversation that goes on for years does not keep all of it.
      expect((await store.transcripts.read('new', 10)).map(({ entryId }) => entryId)).toEqual(['2']);
      const left = await store.documents.read(['old', 'new', `${keptPrefix}registration`]);
      expect([...left.keys()]).toEqual(['new', `${keptPrefix}registration`]);
      expect(await store.tasks.buried(10)).toHaveLength(1);
      expect(await store.tasks.unfinished('unfinished')).toHaveLength(1);
      expect(await store.purge(1000)).toBe(0);
      await store.tasks.add([{ id: 'later', group: 'done', payload: {} }], 3000);
      expect((await store.tasks.claim(1000, 10)).map((task) => task.id)).toContain('later');
    });

    test('a wake-up reaches every listener of the instance until it stops listening, and a failing one does not stop it', async () => {
      const heard: string[] = [];
      const { links } = bench.store;
      links.onWake(() => {
        throw new Error('a listener failed');
      });
      const both = new Promise<void>((resolve) => {
        const stop = links.onWake((linkId) => {
          heard.push(`first ${linkId}`);
          stop();
        });
        links.onWake((linkId) => {
          heard.push(`second ${linkId}`);
          if (linkId === 'link-2') resolve();
        });
      });
      await links.wake('link-1');
      await links.wake('link-2');
      await both;
      expect(heard).toEqual(['first link-1', 'second link-1', 'second link-2']);
    });

    test('the check passes while the store is open and fails once it is closed', async () => {
      const { store } = bench;
      await store.check();
      await store.close();
      await store.close();
      await expect(store.check()).rejects.toMatchObject({ name: 'StoreFailure', code: 'closed' });
      await expect(store.links.get('x')).rejects.toMatchObject({ code: 'closed' });
      await expect(store.documents.write(new Map([['a', { value: {} }]]), 1)).rejects.toMatchObject({ code: 'closed' });
    });
  });
}
