import type { Database, Dialect } from './database';
import { all, change, inList, type Operation, upTo } from './operation';
import { untilDone } from './untilDone';

/** Deletes finished links and what hangs on them, in slices; each is a transaction of its own, so that others get in between. */
export async function purgeLinks(database: Database, before: number): Promise<number> {
  const links = await untilDone(() => database.transaction(() => purgeSomeLinks(before, database.dialect)));
  let lastSeq = 0;
  const events = await untilDone(async () => {
    const slice = await database.transaction(() => purgeSomeEvents(before, lastSeq));
    lastSeq = slice.lastSeq;
    return slice;
  });
  await database.single(() =>
    change(
      'DELETE FROM owners WHERE heartbeat_at < ? AND owner NOT IN (SELECT owner FROM links WHERE owner IS NOT NULL)',
      before,
    ),
  );
  return links + events;
}

function* purgeSomeLinks(before: number, dialect: Dialect): Operation<{ deleted: number; isLast: boolean }> {
  const size = 128;
  // created_at is implied by updated_at; it is there for the index.
  const found = yield* all<{ id: string }>(
    `SELECT id FROM links WHERE is_finished = 1 AND created_at < ? AND updated_at < ?
     ORDER BY created_at ${upTo} ${dialect.forUpdateSkipLocked}`,
    before,
    before,
    size,
  );
  if (found.length === 0) return { deleted: 0, isLast: true };
  const ids = inList(found.map((row) => row.id));
  let deleted = yield* change(`DELETE FROM messages WHERE link_id IN ${ids.sql}`, ...ids.values);
  deleted += yield* change(`DELETE FROM events WHERE link_id IN ${ids.sql}`, ...ids.values);
  deleted += yield* change(`DELETE FROM links WHERE id IN ${ids.sql}`, ...ids.values);
  return { deleted, isLast: found.length < size };
}

/** Events of before that belong to no link any more, or never did. */
function* purgeSomeEvents(before: number, afterSeq: number): Operation<{ deleted: number; isLast: boolean; lastSeq: number }> {
  const size = 500;
  const range = yield* all<{ seq: number }>(
    `SELECT seq FROM events WHERE seq > ? AND received_at < ? ORDER BY seq ${upTo}`,
    afterSeq,
    before,
    size,
  );
  const lastSeq = range.at(-1)?.seq;
  if (lastSeq === undefined) return { deleted: 0, isLast: true, lastSeq: afterSeq };
  const deleted = yield* change(
    `DELETE FROM events WHERE seq > ? AND seq <= ? AND received_at < ?
       AND NOT EXISTS (SELECT 1 FROM links WHERE links.id = events.link_id)
       AND NOT EXISTS (SELECT 1 FROM links WHERE links.id = events.handoff_id)
       AND NOT EXISTS (SELECT 1 FROM links WHERE links.provider = events.provider AND links.session_key = events.session_key)`,
    afterSeq,
    lastSeq,
    before,
  );
  return { deleted, isLast: range.length < size, lastSeq };
}
