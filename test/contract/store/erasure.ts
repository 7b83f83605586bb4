import type { Erasure } from '../../../store/operations';
import { event, message, openLink } from './samples';
import type { Bench } from './storeSuite';

const nothingMore: Erasure = { documentKeys: [], sessions: [], taskGroups: [] };
const gone = 'webchat|conversation-1';

export function describeErasure(bench: Bench): void {
  describe('the erasure of a conversation', () => {
    test('takes its links with messages, dead letters and events, its transcript and its documents, and nothing else', async () => {
      const { links, transcripts, documents, operations } = bench.store;
      for (const n of [1, 2]) {
        await openLink(bench.store, n);
        await links.update(`link-${n}`, 1, { sessionKey: `session-${n}` }, 1000);
        await links.append(`link-${n}`, 'toDesk', message(1), 1000);
        await links.append(`link-${n}`, 'toCustomer', message(2), 1000);
        const [queued] = await links.pending(`link-${n}`, 'toDesk', 1);
        await links.update(`link-${n}`, 1, { settled: [{ seq: queued!.seq, as: 'failed', error: 'x' }] }, 1000);
        await links.receive('8x8', `session-${n}`, undefined, [event(1)], 1000);
        await links.receive('8x8', `earlier-${n}`, undefined, [event(2)], 1000);
        await links.receive('relay', `handoff-${n}`, `link-${n}`, [event(3)], 1000);
        await transcripts.append(`webchat|conversation-${n}`, [{ entryId: 'e', at: 1, payload: 'hello' }]);
        await documents.write(
          new Map([
            [`state-${n}`, { value: { said: 'hello' } }],
            [`record-${n}`, { value: { conversationKey: `webchat|conversation-${n}` } }],
          ]),
          1000,
        );
      }
      await documents.write(new Map([['other', { value: { conversationKey: gone.toUpperCase() } }]]), 1000);
      expect((await operations.linksOf(gone)).map(({ id }) => id)).toEqual(['link-1']);
      expect([...(await operations.documentsOf(gone)).keys()]).toEqual(['record-1']);
      const erased = await operations.erase(gone, {
        documentKeys: ['state-1', 'never there'],
        sessions: [{ provider: '8x8', sessionKey: 'earlier-1' }],
        taskGroups: [],
      });
      expect(erased).toEqual({ links: 1, messages: 2, events: 3, transcript: 1, documents: 2, tasks: 0 });
      expect(await links.get('link-1')).toBeUndefined();
      expect(await transcripts.read(gone, 10)).toEqual([]);
      const left = await documents.read(['state-1', 'record-1', 'state-2', 'record-2', 'other']);
      expect([...left.keys()].sort()).toEqual(['other', 'record-2', 'state-2']);
      expect((await links.deadLetters(10)).map(({ linkId }) => linkId)).toEqual(['link-2']);
      expect(await links.pending('link-2', 'toCustomer', 10)).toHaveLength(1);
      expect(await links.unhandled('8x8', 'session-2', 'link-2', 10)).toHaveLength(2);
      expect(await transcripts.read('webchat|conversation-2', 10)).toHaveLength(1);
      expect(await operations.erase(gone, nothingMore)).toEqual({
        links: 0,
        messages: 0,
        events: 0,
        transcript: 0,
        documents: 0,
        tasks: 0,
      });
    });

    test('whoever works on a link of it loses it', async () => {
      const { links, operations } = bench.store;
      await openLink(bench.store, 1);
      await operations.erase(gone, nothingMore);
      await expect(links.update('link-1', 1, { state: 'queued' }, 2000)).rejects.toMatchObject({ name: 'LeaseLost' });
      expect(await links.append('link-1', 'toDesk', message(1), 2000)).toBe('closed');
    });

    test('tasks of the groups go unless they are done, whoever has them; a later one is taken up', async () => {
      const { tasks, operations } = bench.store;
      const names = ['leased', 'buried', 'done', 'waiting'];
      await tasks.add(
        names.map((id) => ({ id, group: id === 'waiting' ? 'leased' : id, payload: { text: 'mine' } })),
        1000,
      );
      await tasks.add([{ id: 'other', group: 'other', payload: {} }], 1000);
      await tasks.claim(60_000, 10, 'leased');
      await tasks.bury('buried', 'refused');
      await tasks.complete('done');
      expect(await operations.erase(gone, { ...nothingMore, taskGroups: ['leased', 'buried', 'done'] })).toMatchObject({
        tasks: 3,
      });
      expect(await tasks.buried(10)).toEqual([]);
      expect((await tasks.waiting(10)).map(({ id }) => id)).toEqual(['other']);
      await tasks.complete('leased');
      await tasks.add([{ id: 'later', group: 'leased', payload: {} }], 2000);
      expect((await tasks.claim(1_000, 10)).map(({ id }) => id).sort()).toEqual(['later', 'other']);
    });
  });
}
