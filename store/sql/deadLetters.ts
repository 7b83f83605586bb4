import type { DeadLetter, Direction, LinkStore } from '../links';
import type { Database } from './database';
import { all, change, first, upTo } from './operation';

interface DeadLetterRow {
  link_id: string;
  conversation_key: string;
  provider: string;
  direction: string;
  message_id: string;
  attempts: number;
  error: string | null;
  accepted_at: number;
  is_open: number;
}

/** Messages that were given up. */
export function deadLetters(database: Database): Pick<LinkStore, 'deadLetters' | 'retry'> {
  return {
    deadLetters: async (limit) => {
      const rows = await database.read(() =>
        all<DeadLetterRow>(
          `SELECT m.link_id, l.conversation_key, l.provider, m.direction, m.message_id, m.attempts, m.error, m.accepted_at, l.is_open
           FROM messages m JOIN links l ON l.id = m.link_id WHERE m.state = 'failed' ORDER BY m.seq DESC ${upTo}`,
          limit,
        ),
      );
      return rows.map(toDeadLetter);
    },
    retry: (linkId, direction, messageId) =>
      database.transaction(function* () {
        const known = yield* first<{ state: string }>(
          'SELECT state FROM messages WHERE link_id = ? AND direction = ? AND message_id = ?',
          linkId,
          direction,
          messageId,
        );
        if (!known || known.state === 'done') return 'unknown';
        const isTaken = direction === 'toDesk' ? "AND state NOT IN ('ended', 'failed')" : '';
        const link = yield* first<{ id: string }>(
          `SELECT id FROM links WHERE id = ? AND is_open = 1 ${isTaken} ${database.dialect.forUpdate}`,
          linkId,
        );
        if (!link) return 'closed';
        yield* change(
          // The error stays until the next attempt: by it the sweep finds what a lost wake-up left.
          "UPDATE messages SET state = 'pending' WHERE link_id = ? AND direction = ? AND message_id = ? AND state = 'failed'",
          linkId,
          direction,
          messageId,
        );
        return 'pending';
      }),
  };
}

function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    linkId: row.link_id,
    conversationKey: row.conversation_key,
    provider: row.provider,
    direction: row.direction as Direction,
    messageId: row.message_id,
    attempts: row.attempts,
    ...(row.error !== null && { error: row.error }),
    acceptedAt: row.accepted_at,
    isOpen: row.is_open === 1,
  };
}
