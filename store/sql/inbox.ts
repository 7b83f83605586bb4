import type { JsonObject } from '../../common/json';
import { commands, type LinkStore, type NewEvent } from '../links';
import type { Database } from './database';
import { touchLink } from './linkUpdate';
import { all, first, insertMany, type Operation, upTo } from './operation';

interface EventRow {
  seq: number;
  session_key: string;
  event_id: string;
  payload: string;
  received_at: number;
}

/** The events of desks, written down before they are acknowledged. */
export function inbox(database: Database): Pick<LinkStore, 'receive' | 'receiveListened' | 'unhandled'> {
  const holdSession = database.dialect.holdKey;
  return {
    receive: async (provider, sessionKey, handoffId, events, now) => {
      if (events.length > 0) {
        await database.transaction(function* () {
          yield* holdSession(`${provider} ${sessionKey}`);
          yield* insertEvents(provider, sessionKey, handoffId ?? null, events, now);
        });
      }
      // Looked up after the events are visible: whoever makes the session known later than this look finds them.
      return database.read(() => findLinkOf(provider, sessionKey, handoffId));
    },
    receiveListened: (link, events, data, now) =>
      database.transaction(function* () {
        yield* touchLink(link.id, link.epoch, { data }, now);
        yield* insertEvents(link.provider, link.sessionKey, link.id, events, now);
      }),
    unhandled: async (provider, sessionKey, handoffId, limit) => {
      const rows = await database.read(() => unhandled(provider, sessionKey, handoffId, limit));
      return rows.map((row) => ({
        seq: row.seq,
        sessionKey: row.session_key,
        eventId: row.event_id,
        payload: JSON.parse(row.payload) as JsonObject,
        receivedAt: row.received_at,
      }));
    },
  };
}

function insertEvents(
  provider: string,
  sessionKey: string,
  handoffId: string | null,
  events: NewEvent[],
  now: number,
): Operation<number> {
  return insertMany(
    'INSERT INTO events (provider, session_key, event_id, handoff_id, payload, received_at)',
    events.map((event) => [provider, sessionKey, event.eventId, handoffId, JSON.stringify(event.payload), now]),
    'ON CONFLICT (provider, session_key, event_id) DO NOTHING',
  );
}

function* findLinkOf(provider: string, sessionKey: string, handoffId: string | undefined): Operation<string | undefined> {
  const bySession = yield* first<{ id: string }>(
    'SELECT id FROM links WHERE provider = ? AND session_key = ? AND is_finished = 0 ORDER BY is_open DESC, created_at DESC LIMIT 1',
    provider,
    sessionKey,
  );
  if (bySession || handoffId === undefined) return bySession?.id;
  const byHandoff = yield* first<{ id: string }>(
    'SELECT id FROM links WHERE id = ? AND (provider = ? OR ? = ?) AND is_finished = 0',
    handoffId,
    provider,
    provider,
    commands,
  );
  return byHandoff?.id;
}

const eventColumns = 'seq, session_key, event_id, payload, received_at';

function* unhandled(provider: string, sessionKey: string | undefined, handoffId: string, limit: number): Operation<EventRow[]> {
  const byHandoff = yield* all<EventRow>(
    `SELECT ${eventColumns} FROM events WHERE handoff_id = ? AND provider IN (?, ?) AND is_handled = 0 ORDER BY seq ${upTo}`,
    handoffId,
    provider,
    commands,
    limit,
  );
  if (sessionKey === undefined) return byHandoff;
  const bySession = yield* all<EventRow>(
    `SELECT ${eventColumns} FROM events WHERE provider = ? AND session_key = ? AND is_handled = 0 ORDER BY seq ${upTo}`,
    provider,
    sessionKey,
    limit,
  );
  return mergeBySeq(bySession, byHandoff, limit);
}

function mergeBySeq(one: EventRow[], other: EventRow[], limit: number): EventRow[] {
  if (other.length === 0) return one;
  const bySeq = new Map([...one, ...other].map((row) => [row.seq, row]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq).slice(0, limit);
}
