import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../common/json';
import { type DocumentStore, ETagMismatch, noDocument, type StoredDocument } from '../store';
import type { Database } from './database';
import { all, change, cleanText, inList, type Operation, slices } from './operation';
import { addTasks } from './taskStore';

type Changes = Parameters<DocumentStore['write']>[0];

export function createDocumentStore(database: Database): DocumentStore {
  return {
    read: (keys) => database.read(() => read([...new Set(keys)])),
    write: (changes, now, tasks = []) =>
      database.transaction(function* () {
        const eTags = yield* write(changes, now);
        if (tasks.length > 0) yield* addTasks(tasks, now, database.dialect);
        return eTags;
      }),
    delete: async (keys) => {
      if (keys.length === 0) return;
      await database.transaction(function* () {
        for (const slice of slices([...keys].sort(), 128)) {
          const list = inList(slice);
          yield* change(`DELETE FROM documents WHERE key IN ${list.sql}`, ...list.values);
        }
      });
    },
  };
}

function* read(keys: string[]): Operation<Map<string, StoredDocument>> {
  const found = new Map<string, StoredDocument>();
  for (const slice of slices(keys, 128)) {
    const list = inList(slice);
    const rows = yield* all<{ key: string; etag: string; value: string }>(
      `SELECT key, etag, value FROM documents WHERE key IN ${list.sql}`,
      ...list.values,
    );
    const byKey = new Map(rows.map((row) => [row.key, row]));
    for (const key of slice) {
      const row = byKey.get(cleanText(key));
      if (row) found.set(key, { value: JSON.parse(row.value) as JsonObject, eTag: row.etag });
    }
  }
  return found;
}

function* write(changes: Changes, now: number): Operation<Map<string, string>> {
  const eTags = new Map<string, string>();
  // In a fixed order, so that two writers of the same documents wait for each other instead of blocking.
  for (const key of [...changes.keys()].sort()) {
    const entry = changes.get(key);
    if (!entry) continue;
    const eTag = randomUUID();
    const value = JSON.stringify(entry.value);
    if (entry.eTag === undefined || entry.eTag === '*') yield* put(key, value, eTag, now);
    else if (entry.eTag === noDocument) yield* create(key, value, eTag, now);
    else yield* replace(key, value, entry.eTag, eTag, now);
    eTags.set(key, eTag);
  }
  return eTags;
}

function put(key: string, value: string, eTag: string, now: number): Operation<number> {
  return change(
    `INSERT INTO documents (key, etag, updated_at, value) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET etag = excluded.etag, updated_at = excluded.updated_at, value = excluded.value`,
    key,
    eTag,
    now,
    value,
  );
}

function* create(key: string, value: string, eTag: string, now: number): Operation<void> {
  const created = yield* change(
    'INSERT INTO documents (key, etag, updated_at, value) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING',
    key,
    eTag,
    now,
    value,
  );
  if (created === 0) throw new ETagMismatch(key);
}

function* replace(key: string, value: string, known: string, eTag: string, now: number): Operation<void> {
  const replaced = yield* change(
    'UPDATE documents SET etag = ?, updated_at = ?, value = ? WHERE key = ? AND etag = ?',
    eTag,
    now,
    value,
    key,
    known,
  );
  if (replaced === 0) throw new ETagMismatch(key);
}
