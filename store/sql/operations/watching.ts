import { isJsonObject, parseJson } from '../../../common/json';
import { commands, type Direction } from '../../links';
import type { EventTrace, MessageTrace, OperationsStore } from '../../operations';
import type { Database } from '../database';
import { type LinkRow, linkColumns, toLink } from '../linkRow';
import { all, change, first, upTo } from '../operation';

interface WatchedRow extends LinkRow {
  instance: string | null;
  to_desk: number;
  to_customer: number;
  given_up: number;
  last_message: number | null;
}

interface MessageRow {
  direction: string;
  message_id: string;
  state: string;
  attempts: number;
  error: string | null;
  accepted_at: number;
  payload: string;
}

interface EventRow {
  provider: string;
  event_id: string;
  is_handled: number;
  received_at: number;
  payload: string;
}

const count = (condition: string) => `(SELECT CAST(count(*) AS INTEGER) FROM messages WHERE link_id = links.id AND ${condition})`;

/** Written down for the link: by its id, or its present session. */
const eventsOf = `events.handoff_id = links.id OR (events.provider = links.provider AND events.session_key = links.session_key)`;

/** What operators see of links, and the given-up messages they let go. */
export function watching(database: Database): Pick<OperationsStore, 'watched' | 'trace' | 'discard'> {
  return {
    watched: async (limit) => {
      const columns = linkColumns
        .split(', ')
        .map((column) => `links.${column}`)
        .join(', ');
      const rows = await database.read(() =>
        all<WatchedRow>(
          `SELECT ${columns}, (SELECT instance FROM instances WHERE instances.owner = links.owner LIMIT 1) AS instance,
             ${count("state = 'pending' AND direction = 'toDesk'")} AS to_desk,
             ${count("state = 'pending' AND direction = 'toCustomer'")} AS to_customer,
             ${count("state = 'failed'")} AS given_up,
             (SELECT max(accepted_at) FROM messages WHERE link_id = links.id) AS last_message
           FROM links WHERE is_finished = 0 ORDER BY created_at, links.id ${upTo}`,
          limit,
        ),
      );
      return rows.map((row) => ({
        link: toLink(row),
        ...(row.instance !== null && { instance: row.instance }),
        waitingToDesk: row.to_desk,
        waitingToCustomer: row.to_customer,
        givenUp: row.given_up,
        // Every event that is taken in touches the link.
        lastActivityAt: Math.max(row.updated_at, row.last_message ?? 0),
      }));
    },
    trace: async (linkId, limit) => {
      const messages = await database.read(() =>
        all<MessageRow>(
          `SELECT direction, message_id, state, attempts, error, accepted_at, payload FROM messages
           WHERE link_id = ? ORDER BY seq DESC ${upTo}`,
          linkId,
          limit,
        ),
      );
      const events = await database.read(() =>
        all<EventRow>(
          `SELECT events.provider, event_id, is_handled, received_at, payload FROM events JOIN links ON ${eventsOf}
           WHERE links.id = ? ORDER BY seq DESC ${upTo}`,
          linkId,
          limit,
        ),
      );
      const owner = await database.read(() =>
        first<{ instance: string }>(
          'SELECT instance FROM instances WHERE owner = (SELECT owner FROM links WHERE id = ?) LIMIT 1',
          linkId,
        ),
      );
      return {
        messages: messages.reverse().map(toMessage),
        events: events.reverse().map(toEvent),
        ...(owner && { instance: owner.instance }),
      };
    },
    discard: async (linkId, direction, messageId) =>
      (await database.single(() =>
        // The row stays, so that a repeat of the message is still known as one.
        change(
          `UPDATE messages SET state = 'done', payload = '{}' WHERE link_id = ? AND direction = ? AND message_id = ?
           AND state = 'failed'`,
          linkId,
          direction,
          messageId,
        ),
      )) > 0,
  };
}

function toMessage(row: MessageRow): MessageTrace {
  const kind = kindOf(row.payload);
  return {
    direction: row.direction as Direction,
    messageId: row.message_id,
    state: row.state as MessageTrace['state'],
    attempts: row.attempts,
    ...(row.error !== null && { error: row.error }),
    acceptedAt: row.accepted_at,
    ...(kind !== undefined && { kind }),
  };
}

function toEvent(row: EventRow): EventTrace {
  const kind = kindOf(row.payload);
  return {
    provider: row.provider === commands ? 'switchboard' : row.provider,
    eventId: row.event_id,
    ...(kind !== undefined && { kind }),
    isHandled: row.is_handled === 1,
    receivedAt: row.received_at,
  };
}

function kindOf(payload: string): string | undefined {
  const value = parseJson(payload);
  return isJsonObject(value) && typeof value['kind'] === 'string' ? value['kind'] : undefined;
}
