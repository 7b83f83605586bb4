import { StoreFailure } from '../storeFailure';
import type { Dialect } from './database';
import { refuseUnknownSteps } from './migrations';
import { all, change, first, insertMany, type Operation, type Row, type SqlValue } from './operation';
import { schema } from './schema';

/** A database that one process has open in one transaction, to copy everything out of it or into it. */
export interface StateSession {
  readonly dialect: Dialect;
  /** Goes between columns and values of an INSERT that brings its own rising key. */
  readonly ownKeys: string;
  /** Lets the rising key of a table go on behind what was copied. */
  continueKeys(table: string): Operation<void>;
  run<T>(operation: Operation<T>): Promise<T>;
  /** Makes all of it true at once. Without it, `close` undoes everything. */
  commit(): Promise<void>;
  close(): Promise<void>;
}

interface Table {
  name: string;
  key: string;
  /** Without the key. Owners and leases stay behind: nobody works while state is moved. */
  columns: string[];
}

const split = (columns: string) => columns.split(' ');
const tables: Table[] = [
  {
    name: 'links',
    key: 'id',
    columns: split(
      'conversation_key state is_open is_finished provider session_key epoch due_at created_at updated_at data request',
    ),
  },
  {
    name: 'messages',
    key: 'seq',
    columns: split('link_id direction message_id state attempts accepted_at payload reservation error'),
  },
  {
    name: 'events',
    key: 'seq',
    columns: split('provider session_key event_id handoff_id link_id is_handled received_at payload'),
  },
  { name: 'task_groups', key: 'name', columns: ['due_at'] },
  { name: 'tasks', key: 'seq', columns: split('id group_name state attempts due_at added_at payload last_error') },
  { name: 'documents', key: 'key', columns: split('etag updated_at value') },
  { name: 'transcripts', key: 'seq', columns: split('conversation_key entry_id said_at payload') },
  { name: 'desk_switches', key: 'desk', columns: split('because by_whom off_at') },
  { name: 'acts', key: 'seq', columns: split('acted_at operator act target details outcome') },
];

const sliceSize = 200;
const aliveWithinInMs = 30_000;

/** The tables that are copied, and those that stay behind; together they are all there are. */
export const copiedTables = tables.map((table) => table.name);
export const leftTables = ['owners', 'instances', 'turns', 'schema_migrations'];

/**
 * Copies everything from one database to another, whose transaction it commits: all or nothing. Resolves with the number of rows
 * per table. Throws `StoreFailure` (`newer`, `inUse`, `refused`) when a newer program has columns in one of them that would be left
 * behind, when instances work on one of them, or when the target is not empty:
 * numbers that order messages would collide, so two states cannot be merged.
 */
export async function copyState(from: StateSession, to: StateSession): Promise<Map<string, number>> {
  for (const session of [from, to]) {
    await session.run(refuseUnknownSteps(schema));
    await session.run(refuseInUse(session.dialect));
  }
  await to.run(refuseNotEmpty());
  const counts = new Map<string, number>();
  for (const table of tables) {
    counts.set(table.name, await copyTable(table, from, to));
    if (table.key === 'seq') await to.run(to.continueKeys(table.name));
  }
  await to.commit();
  return counts;
}

async function copyTable({ name, key, columns }: Table, from: StateSession, to: StateSession): Promise<number> {
  const names = [key, ...columns];
  const isNumbered = key === 'seq';
  let last: SqlValue | undefined;
  for (let count = 0; ; ) {
    const after = last === undefined ? '' : `WHERE ${key} > ?`;
    const values = last === undefined ? [] : [last];
    const rows = await from.run(
      all<Row>(`SELECT ${names.join(', ')} FROM ${name} ${after} ORDER BY ${key} LIMIT ${sliceSize}`, ...values),
    );
    if (rows.length === 0) return count;
    const head = `INSERT INTO ${name} (${names.join(', ')}) ${isNumbered ? to.ownKeys : ''}`;
    count += await to.run(
      insertMany(
        head,
        rows.map((row) => names.map((column) => row[column] ?? null)),
        '',
      ),
    );
    last = rows.at(-1)?.[key] ?? null;
  }
}

function* refuseInUse(dialect: Dialect): Operation<void> {
  const alive = yield* first(
    `SELECT owner FROM owners WHERE heartbeat_at > ${dialect.now} - CAST(? AS BIGINT) LIMIT 1`,
    aliveWithinInMs,
  );
  if (alive) {
    throw new StoreFailure('inUse', 'an instance worked on a database within the last 30 seconds: stop all instances, then wait');
  }
}

function* refuseNotEmpty(): Operation<void> {
  for (const { name } of tables) {
    if (yield* first(`SELECT 1 AS found FROM ${name} LIMIT 1`)) {
      throw new StoreFailure(
        'refused',
        `the target is not empty (table ${name}): state can only be moved into an empty database`,
      );
    }
  }
}

/** For databases whose rising keys go on by themselves. */
export function* nothingToContinue(): Operation<void> {}

/** Lets an identity column of PostgreSQL go on behind its highest number. */
export function* continueIdentity(table: string): Operation<void> {
  yield* change(
    `SELECT setval(pg_get_serial_sequence('${table}', 'seq'), COALESCE(max(seq), 1), max(seq) IS NOT NULL) FROM ${table}`,
  );
}
