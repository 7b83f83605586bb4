import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '../../../common/log';
import { moveState } from '../../../scripts/moveState';
import { openPostgresStore } from '../../../store/postgres';
import { schema } from '../../../store/sql/schema';
import { copiedTables, leftTables } from '../../../store/sql/stateCopy';
import { openSqliteStore } from '../../../store/sqlite';
import type { Store } from '../../../store/store';
import { type PostgresServer, startPostgres } from './postgresServer';
import { awkwardText, event, message, openLink, range } from './samples';

let server: PostgresServer;
let url: string;
let folder: string;
const fileOf = (name: string) => path.join(folder, name);
const sqlite = (name = 'from.db') => openSqliteStore({ file: fileOf(name), log: silentLog });
const postgres = () => openPostgresStore({ url, log: silentLog, poolSize: 4 });

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.createDatabase();
  folder = mkdtempSync(path.join(os.tmpdir(), 'store-'));
});
afterEach(async () => {
  await server.dropDatabase(url);
  rmSync(folder, { recursive: true, force: true });
});

/** Something of everything, awkward text included. */
async function fill(store: Store): Promise<void> {
  const payload = { text: awkwardText };
  for (const n of range(250)) await openLink(store, n, { data: payload, request: payload });
  await store.links.update('link-3', 1, { sessionKey: 'session-3', state: 'connected', dueAt: 5 }, 2000);
  await store.links.update('link-4', 1, { isFinished: true }, 2000);
  for (const n of range(5)) await store.links.append('link-3', 'toDesk', message(n, payload), 1000);
  const [first, second] = await store.links.pending('link-3', 'toDesk', 2);
  await store.links.beginAttempt(first!, 1, { reservation: { n: 1 } }, 1000);
  await store.links.update('link-3', 1, { settled: [{ seq: second!.seq, as: 'failed', error: 'outage' }] }, 2000);
  await store.links.receive('8x8', 'session-3', 'link-3', [event(1, payload), event(2)], 1000);
  const [received] = await store.links.unhandled('8x8', 'session-3', 'link-3', 1);
  await store.links.update('link-3', 1, { handledEvents: [received!.seq] }, 2000);
  await store.tasks.add(
    [1, 2, 3].map((n) => ({ id: `task-${n}`, group: n === 3 ? 'other' : 'same', payload })),
    1000,
  );
  await store.tasks.claim(60_000, 10);
  await store.tasks.bury('task-3', 'refused');
  await store.documents.write(new Map(range(3).map((n) => [`document-${n}`, { value: payload }])), 1000);
  await store.transcripts.append('c', [{ entryId: 'e', at: 1, payload: awkwardText }]);
  await store.operations.switchOff({ desk: '8x8', because: awkwardText, by: 'ann', at: 1 });
  await store.operations.beginAct({ operator: 'ann', act: 'desk off', target: '8x8', details: payload }, 1000);
  await store.links.release('instance-1');
}

async function snapshot({ links, tasks, documents, transcripts, operations }: Store): Promise<unknown> {
  return {
    open: await links.listOpen(1000),
    finished: await links.get('link-4'),
    pending: await links.pending('link-3', 'toDesk', 10),
    events: await links.unhandled('8x8', 'session-3', 'link-3', 10),
    tasks: [await tasks.unfinished('same'), await tasks.buried(10), await tasks.backlog()],
    documents: [...(await documents.read(range(3).map((n) => `document-${n}`)))],
    transcripts: await transcripts.read('c', 10),
    operations: [await operations.switchedOff(), await operations.acts(10)],
  };
}

/** What is known from before must be known, and what comes must come behind it. */
async function goesOn(store: Store): Promise<void> {
  expect(await store.links.append('link-3', 'toDesk', message(1), 3000)).toBe('duplicate');
  expect(await store.links.append('link-3', 'toDesk', message('new'), 3000)).toBe('stored');
  expect((await store.links.pending('link-3', 'toDesk', 10)).at(-1)?.messageId).toBe('message-new');
  await store.links.receive('8x8', 'session-3', 'link-3', [event(1), event(3)], 3000);
  const waiting = await store.links.unhandled('8x8', 'session-3', 'link-3', 10);
  expect(waiting.map((row) => row.eventId)).toEqual(['event-2', 'event-3']);
  // Leases were left behind.
  expect((await store.tasks.claim(1000, 10)).map((task) => task.id)).toEqual(['task-1']);
  expect(await store.links.claim('next', 4000, 10_000, 1000)).toHaveLength(249);
}

test('everything moves from SQLite to PostgreSQL and back, and goes on there', async () => {
  const before = await sqlite();
  await fill(before);
  const written = await snapshot(before);
  await before.close();
  const counts = await moveState({ from: fileOf('from.db'), to: url });
  expect(Object.fromEntries(counts)).toEqual({
    acts: 1,
    desk_switches: 1,
    links: 250,
    messages: 5,
    events: 2,
    task_groups: 2,
    tasks: 3,
    documents: 3,
    transcripts: 1,
  });
  const moved = await postgres();
  expect(await snapshot(moved)).toEqual(written);
  await moved.close();

  expect(await moveState({ from: url, to: fileOf('back.db') })).toEqual(counts);
  const back = await sqlite('back.db');
  expect(await snapshot(back)).toEqual(written);
  await goesOn(back);
  await back.close();
  const again = await postgres();
  await goesOn(again);
  await again.close();
});

test('a target that is not empty is refused and left as it is', async () => {
  const before = await sqlite();
  await fill(before);
  await before.close();
  const there = await postgres();
  await there.documents.write(new Map([['mine', { value: {} }]]), 1);
  await there.close();
  await expect(moveState({ from: fileOf('from.db'), to: url })).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('documents'),
  });
  const after = await postgres();
  expect(await after.links.listOpen(10)).toEqual([]);
  await after.close();
});

test('a database that a newer program added to is refused, so that nothing is left behind', async () => {
  await (await sqlite()).close();
  const connection = new DatabaseSync(fileOf('from.db'));
  connection.exec(`INSERT INTO schema_migrations (version, applied_at) VALUES (${schema.length + 1}, 1)`);
  connection.close();
  await expect(moveState({ from: fileOf('from.db'), to: url })).rejects.toMatchObject({ code: 'newer' });
});

test('a database that instances work on is refused, on either side', async () => {
  const open = await sqlite();
  await expect(moveState({ from: fileOf('from.db'), to: url })).rejects.toMatchObject({ code: 'inUse' });
  await open.close();
  const busy = await postgres();
  await busy.links.heartbeat('instance-1');
  await expect(moveState({ from: fileOf('from.db'), to: url })).rejects.toMatchObject({ code: 'inUse' });
  await expect(moveState({ from: url, to: fileOf('to.db') })).rejects.toMatchObject({ code: 'inUse' });
  await busy.close();
});

test('a source that is not there is refused, and nothing is made', async () => {
  await expect(moveState({ from: fileOf('none.db'), to: url })).rejects.toMatchObject({ code: 'refused' });
  await expect(moveState({ from: url, to: url })).rejects.toMatchObject({ code: 'refused' });
});

test('every table of the schema is either copied or left behind on purpose', () => {
  const dialect = { risingKey: '' } as Parameters<(typeof schema)[number]['statements']>[0];
  const made = schema.flatMap((step) =>
    step.statements(dialect).flatMap((sql) => /CREATE TABLE (\w+)/.exec(sql)?.slice(1) ?? []),
  );
  expect([...copiedTables, ...leftTables].sort()).toEqual([...made, 'schema_migrations'].sort());
});
