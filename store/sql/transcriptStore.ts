import type { JsonValue } from '../../common/json';
import type { TranscriptStore } from '../store';
import type { Database } from './database';
import { all, change, insertMany, rowsPerInsert, upTo } from './operation';

export function createTranscriptStore(database: Database): TranscriptStore {
  return {
    append: async (conversationKey, rows) => {
      if (rows.length === 0) return;
      // Rows that fit into one statement need no transaction around it.
      const run = rows.length <= rowsPerInsert ? database.single : database.transaction;
      await run.call(database, () =>
        insertMany(
          'INSERT INTO transcripts (conversation_key, entry_id, said_at, payload)',
          rows.map((row) => [conversationKey, row.entryId, row.at, JSON.stringify(row.payload)]),
          'ON CONFLICT (conversation_key, entry_id) DO NOTHING',
        ),
      );
    },
    read: async (conversationKey, limit, since = 0) => {
      const rows = await database.read(() =>
        all<{ entry_id: string; said_at: number; payload: string }>(
          `SELECT entry_id, said_at, payload FROM transcripts WHERE conversation_key = ? AND said_at >= ?
           ORDER BY said_at DESC, seq DESC ${upTo}`,
          conversationKey,
          since,
          limit,
        ),
      );
      return rows
        .reverse()
        .map((row) => ({ entryId: row.entry_id, at: row.said_at, payload: JSON.parse(row.payload) as JsonValue }));
    },
    delete: async (conversationKey) => {
      await database.single(() => change('DELETE FROM transcripts WHERE conversation_key = ?', conversationKey));
    },
  };
}
