import { event, message, openLink } from './samples';
import type { Bench } from './storeSuite';

/** What only the customer of a conversation knows, in every place that can hold it. */
const told = 'only-nadia-knows';
const conversation = `webchat|${told}`;
/** Tables that know no customer, and why none can get in. */
const withoutCustomers: Record<string, string> = {
  owners: 'names of instances',
  instances: 'names of instances',
  desk_switches: 'what operators say of desks',
  schema_migrations: 'numbers',
  turns: 'held for the time of a turn, then deleted',
  acts: 'what operators did, to handoffs by id and conversations by digest; kept for AUDIT_RETENTION_DAYS',
};

export function describeForgetting(bench: Bench): void {
  const fill = async () => {
    const { links, transcripts, documents, tasks, operations, turns } = bench.store;
    await openLink(bench.store, 1, { conversationKey: conversation, request: { said: told }, data: { said: told } });
    await links.update('link-1', 1, { sessionKey: told }, 1000);
    await links.append('link-1', 'toDesk', message(1, { said: told }), 1000);
    await links.append('link-1', 'toCustomer', message(2, { said: told }), 1000);
    const [queued] = await links.pending('link-1', 'toDesk', 1);
    await links.update('link-1', 1, { settled: [{ seq: queued?.seq ?? 0, as: 'failed', error: told }] }, 1000);
    await links.receive('8x8', told, undefined, [event(1, { said: told })], 1000);
    await transcripts.append(conversation, [{ entryId: told, at: 1000, payload: told }]);
    await documents.write(
      new Map([
        [`state/${told}`, { value: { said: told } }],
        ['record', { value: { conversationKey: conversation, said: told } }],
      ]),
      1000,
    );
    for (const id of ['done', 'buried', 'waiting']) await tasks.add([{ id, group: 'ledger', payload: { said: told } }], 1000);
    await tasks.complete('done');
    await tasks.bury('buried', 'refused');
    await operations.beginAct({ operator: 'ann', act: 'erase conversation', target: 'sha256:0', details: {} }, 1000);
    await turns.join(conversation, 'ticket', 1000);
    await turns.leave('ticket');
  };
  const holding = async () => {
    const tables = await bench.dump();
    return Object.keys(tables).filter((table) => tables[table]?.some((row) => row.includes(told)));
  };

  describe('forgetting', () => {
    test('every table is known to hold customers’ words, or known not to', async () => {
      await fill();
      const tables = Object.keys(await bench.dump());
      const known = [...(await holding()), ...Object.keys(withoutCustomers), 'task_groups'];
      expect(tables.filter((table) => !known.includes(table))).toEqual([]);
      expect((await holding()).filter((table) => table in withoutCustomers)).toEqual([]);
      expect((await holding()).sort()).toEqual(['documents', 'events', 'links', 'messages', 'tasks', 'transcripts']);
    });

    test('an erased conversation is in no table', async () => {
      await fill();
      await bench.store.operations.erase(conversation, {
        documentKeys: [`state/${told}`],
        sessions: [{ provider: '8x8', sessionKey: told }],
        taskGroups: ['ledger'],
      });
      expect(await holding()).toEqual([]);
    });

    test('a conversation older than the retention time is in no table, but for records that wait for Dynamics', async () => {
      await fill();
      const { store } = bench;
      await store.links.update('link-1', 1, { isFinished: true }, 1100);
      await store.links.purge(5000);
      await store.purge(5000);
      expect(await holding()).toEqual(['tasks']);
      for (const id of ['buried', 'waiting']) await store.tasks.complete(id);
      await store.purge(5000);
      expect(await holding()).toEqual([]);
    });
  });
}
