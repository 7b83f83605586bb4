import type { JsonObject } from '../../common/json';
import type { Direction, LinkStore, NewMessage, QueuedMessage } from '../links';
import type { Database } from './database';
import { all, change, first, upTo } from './operation';

interface MessageRow {
  seq: number;
  link_id: string;
  direction: string;
  message_id: string;
  payload: string;
  attempts: number;
  reservation: string | null;
  accepted_at: number;
}

/** The messages that wait to be sent. */
export function outbox(database: Database): Pick<LinkStore, 'append' | 'pending'> {
  // The link's row is held while the number is drawn: numbers of a link rise in the order in which they become visible,
  // and nothing is appended to a link that is just being closed.
  const insert = (condition: string) => `
    INSERT INTO messages (link_id, direction, message_id, payload, accepted_at)
    SELECT held.id, ?, ?, ?, CAST(? AS BIGINT)
    FROM (SELECT id FROM links WHERE id = ? AND is_open = 1 ${condition} ${database.dialect.forUpdate}) AS held WHERE 1 = 1
    ON CONFLICT (link_id, direction, message_id) DO NOTHING`;
  const inserts = { toDesk: insert("AND state NOT IN ('ended', 'failed')"), toCustomer: insert('') };
  const known = 'SELECT seq FROM messages WHERE link_id = ? AND direction = ? AND message_id = ?';

  async function append(linkId: string, direction: Direction, { messageId, payload }: NewMessage, now: number) {
    const json = JSON.stringify(payload);
    const stored = await database.single(() => change(inserts[direction], direction, messageId, json, now, linkId));
    if (stored > 0) return 'stored';
    const duplicate = await database.read(() => first(known, linkId, direction, messageId));
    return duplicate ? 'duplicate' : 'closed';
  }

  return {
    append,
    pending: async (linkId, direction, limit) => {
      const rows = await database.read(() =>
        all<MessageRow>(
          `SELECT seq, link_id, direction, message_id, payload, attempts, reservation, accepted_at FROM messages
           WHERE link_id = ? AND direction = ? AND state = 'pending' ORDER BY seq ${upTo}`,
          linkId,
          direction,
          limit,
        ),
      );
      return rows.map(toMessage);
    },
  };
}

function toMessage(row: MessageRow): QueuedMessage {
  return {
    seq: row.seq,
    linkId: row.link_id,
    direction: row.direction as Direction,
    messageId: row.message_id,
    payload: JSON.parse(row.payload) as JsonObject,
    attempts: row.attempts,
    ...(row.reservation !== null && { reservation: JSON.parse(row.reservation) as JsonObject }),
    acceptedAt: row.accepted_at,
  };
}
