import type { JsonObject } from '../../common/json';
import type { Direction, LinkStore, NewMessage, QueuedMessage } from '../links';
import { begin, insertBegun } from './begunMessage';
import type { Database } from './database';
import { touchLink } from './linkUpdate';
import { all, change, first, type Operation, upTo } from './operation';

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
export function outbox(database: Database): Pick<LinkStore, 'append' | 'appendBegun' | 'pending'> {
  // The link's row is held while the number is drawn: numbers of a link rise in the order in which they become visible,
  // and nothing is appended to a link that is just being closed.
  const insert = (condition: string) => `
    INSERT INTO messages (link_id, direction, message_id, payload, accepted_at)
    SELECT held.id, ?, ?, ?, CAST(? AS BIGINT)
    FROM (SELECT id FROM links WHERE id = ? AND is_open = 1 ${condition} ${database.dialect.forUpdate}) AS held WHERE 1 = 1
    ON CONFLICT (link_id, direction, message_id) DO NOTHING`;
  const takesMore = "AND state NOT IN ('ended', 'failed')";
  const inserts = { toDesk: insert(takesMore), toCustomer: insert('') };
  const begun = insertBegun(
    `SELECT id FROM links WHERE id = ? AND epoch = ? AND is_open = 1 ${takesMore} ${database.dialect.forUpdate}`,
  );
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
    appendBegun: ({ id, epoch }, message, { reservation, data }, now) => {
      const noted = reservation ? JSON.stringify(reservation) : null;
      function* run(): Operation<number | undefined> {
        const seq = yield* begin(begun, { linkId: id, direction: 'toDesk', message, reservation: noted, now }, [id, epoch]);
        if (seq !== undefined && data) yield* touchLink(id, epoch, { data }, now);
        return seq;
      }
      return data ? database.transaction(run) : database.single(run);
    },
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
