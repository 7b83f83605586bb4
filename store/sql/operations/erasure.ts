import { isJsonObject, type JsonObject, parseJson } from '../../../common/json';
import type { Erased, Erasure, OperationsStore } from '../../operations';
import type { Database } from '../database';
import { type LinkRow, linkColumns, toLink } from '../linkRow';
import { all, change, inList, type Operation, slices } from '../operation';

/** Removes what is kept of one conversation. */
export function erasure(database: Database): Pick<OperationsStore, 'linksOf' | 'documentsOf' | 'erase'> {
  return {
    linksOf: async (conversationKey) => {
      const sql = `SELECT ${linkColumns} FROM links WHERE conversation_key = ? ORDER BY created_at, id`;
      return (await database.read(() => all<LinkRow>(sql, conversationKey))).map(toLink);
    },
    documentsOf: (conversationKey) => database.read(() => documentsOf(conversationKey)),
    erase: (conversationKey, more) => database.transaction(() => erase(conversationKey, more, database)),
  };
}

/** Looks through all documents: an erasure is seldom, and its completeness is worth more than its speed. */
function* documentsOf(conversationKey: string): Operation<Map<string, JsonObject>> {
  const rows = yield* all<{ key: string; value: string }>(
    `SELECT key, value FROM documents WHERE value LIKE '%"conversationKey":%'`,
  );
  const found = new Map<string, JsonObject>();
  for (const { key, value } of rows) {
    const parsed = parseJson(value);
    if (isJsonObject(parsed) && parsed['conversationKey'] === conversationKey) found.set(key, parsed);
  }
  return found;
}

function* erase(conversationKey: string, more: Erasure, { dialect }: Database): Operation<Erased> {
  const erased: Erased = { links: 0, messages: 0, events: 0, transcript: 0, documents: 0, tasks: 0 };
  const links = yield* all<{ id: string; provider: string; session_key: string | null }>(
    `SELECT id, provider, session_key FROM links WHERE conversation_key = ? ${dialect.forUpdate}`,
    conversationKey,
  );
  const sessions = [...more.sessions];
  for (const { id, provider, session_key } of links) {
    if (session_key !== null) sessions.push({ provider, sessionKey: session_key });
    erased.messages += yield* change('DELETE FROM messages WHERE link_id = ?', id);
    erased.events += yield* change('DELETE FROM events WHERE handoff_id = ? OR link_id = ?', id, id);
    erased.links += yield* change('DELETE FROM links WHERE id = ?', id);
  }
  for (const { provider, sessionKey } of sessions)
    erased.events += yield* change('DELETE FROM events WHERE provider = ? AND session_key = ?', provider, sessionKey);
  erased.transcript = yield* change('DELETE FROM transcripts WHERE conversation_key = ?', conversationKey);
  const keys = new Set([...more.documentKeys, ...(yield* documentsOf(conversationKey)).keys()]);
  for (const slice of slices([...keys].sort(), 128)) {
    const list = inList(slice);
    erased.documents += yield* change(`DELETE FROM documents WHERE key IN ${list.sql}`, ...list.values);
  }
  for (const group of [...more.taskGroups].sort()) erased.tasks += yield* eraseTasks(group);
  return erased;
}

/** The rows of tasks that are done hold nothing any more and stay, so that their ids stay known. */
function* eraseTasks(group: string): Operation<number> {
  // Held first, as everybody does who changes tasks of a group.
  yield* change('UPDATE task_groups SET due_at = NULL, leased_until = 0 WHERE name = ?', group);
  return yield* change(
    "UPDATE tasks SET state = 'done', payload = '{}', last_error = NULL WHERE group_name = ? AND state <> 'done'",
    group,
  );
}
