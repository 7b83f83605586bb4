import type { Database } from './database';
import { all, change, inList, type Operation } from './operation';
import { untilDone } from './untilDone';

type Slice = Operation<{ deleted: number; isLast: boolean }>;

/** Deletes transcripts, documents and finished tasks not touched since then, in slices so that others get in between. */
export async function purgeRest(database: Database, before: number): Promise<number> {
  const transcripts = await untilDone(() => database.transaction(() => purgeTranscripts(before)));
  const documents = await untilDone(() => database.transaction(() => purgeByKey('documents', 'key', 'updated_at < ?', before)));
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

/** A conversation's transcript goes as a whole, once its newest row is old. */
function* purgeTranscripts(before: number): Slice {
  const size = 64;
  const found = yield* all<{ conversation_key: string }>(
    'SELECT conversation_key FROM transcripts GROUP BY conversation_key HAVING max(said_at) < ? LIMIT ?',
    before,
    size,
  );
  if (found.length === 0) return { deleted: 0, isLast: true };
  const keys = inList(found.map((row) => row.conversation_key));
  const deleted = yield* change(`DELETE FROM transcripts WHERE conversation_key IN ${keys.sql}`, ...keys.values);
  return { deleted, isLast: found.length < size };
}

function* purgeByKey(table: string, key: string, condition: string, before: number): Slice {
  const size = 256;
  const deleted = yield* change(
    `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ?) AND ${condition}`,
    before,
    size,
    before,
  );
  return { deleted, isLast: deleted < size };
}
