import { keptPrefix } from '../store';
import type { Database } from './database';
import { all, change, type Operation, upTo } from './operation';
import { untilDone } from './untilDone';

const oldDocument = `updated_at < ? AND key NOT LIKE '${keptPrefix}%'`;

type Slice = Operation<{ deleted: number; isLast: boolean }>;

/** Deletes what was said, and documents and finished tasks not touched, since then, in slices so that others get in between. */
export async function purgeRest(database: Database, before: number): Promise<number> {
  const transcripts = await purgeTranscripts(database, before);
  const documents = await untilDone(() => database.transaction(() => purgeByKey('documents', 'key', oldDocument, before)));
  const tasks = await untilDone(() =>
    database.transaction(() => purgeByKey('tasks', 'id', "state = 'done' AND added_at < ?", before)),
  );
  // Left behind by processes that died in a turn; nobody waits for them any more.
  await database.single(() => change('DELETE FROM turns WHERE held_until < ?', before));
  await database.single(() =>
    change('DELETE FROM task_groups WHERE due_at IS NULL AND name NOT IN (SELECT group_name FROM tasks)'),
  );
  return transcripts + documents + tasks;
}

/** Each row goes when it is old, also of a conversation that goes on for years. Rows are looked at in order of writing, a slice at a time. */
async function purgeTranscripts(database: Database, before: number): Promise<number> {
  let afterSeq = 0;
  return untilDone(async () => {
    const slice = await database.transaction(() => purgeSomeTranscripts(before, afterSeq));
    afterSeq = slice.lastSeq;
    return slice;
  });
}

function* purgeSomeTranscripts(
  before: number,
  afterSeq: number,
): Operation<{ deleted: number; isLast: boolean; lastSeq: number }> {
  const size = 256;
  const rows = yield* all<{ seq: number; said_at: number }>(
    `SELECT seq, said_at FROM transcripts WHERE seq > ? ORDER BY seq ${upTo}`,
    afterSeq,
    size,
  );
  const lastSeq = rows.at(-1)?.seq ?? afterSeq;
  const old = rows.filter((row) => row.said_at < before);
  const deleted =
    old.length === 0
      ? 0
      : yield* change('DELETE FROM transcripts WHERE seq > ? AND seq <= ? AND said_at < ?', afterSeq, lastSeq, before);
  // Written in order of time, but for clocks that differ: behind a slice without old rows there are none.
  return { deleted, isLast: rows.length < size || old.length === 0, lastSeq };
}

function* purgeByKey(table: string, key: string, condition: string, before: number): Slice {
  const size = 256;
  const deleted = yield* change(
    `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${condition} ${upTo}) AND ${condition}`,
    before,
    size,
    before,
  );
  return { deleted, isLast: deleted < size };
}
