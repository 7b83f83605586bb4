import { type Direction, LeaseLost, type Link, type LinkChange, type LinkStore, type NewMessage } from '../links';
import type { Database } from './database';
import { type LinkRow, linkColumns, toLink } from './linkRow';
import { change as changeRows, first, inList, insertMany, type Operation, type SqlValue, slices } from './operation';

/** The changes of a link that must come from its owner. */
export function linkUpdate(database: Database): Pick<LinkStore, 'update' | 'beginAttempt'> {
  return {
    update: (id, epoch, change, now) => {
      const operation = () => update(id, epoch, change, now);
      return touchesOnlyLink(change) ? database.single(operation) : database.transaction(operation);
    },
    beginAttempt: async (message, epoch, { reservation, data }, now) => {
      const noted = reservation ? JSON.stringify(reservation) : null;
      if (data) {
        await database.transaction(function* () {
          yield* touchLink(message.linkId, epoch, { data }, now, 'id');
          yield* changeRows(`${countAttempt} ?`, noted, message.seq, message.linkId);
        });
        return;
      }
      const held = `(SELECT id FROM links WHERE id = ? AND epoch = ? ${database.dialect.forUpdate})`;
      const begin = () => changeRows(`${countAttempt} ${held}`, noted, message.seq, message.linkId, epoch);
      if ((await database.single(begin)) > 0) return;
      // Either the lease is lost, which this tells, or the link has no such message, which is nothing to do.
      await database.single(() => touchLink(message.linkId, epoch, {}, now, 'id'));
    },
  };
}

const countAttempt =
  'UPDATE messages SET attempts = attempts + 1, reservation = COALESCE(?, reservation) WHERE seq = ? AND link_id =';

/** A change of one row needs no transaction around it, which saves PostgreSQL two round trips. */
function touchesOnlyLink({ handledEvents, appendToDesk, appendToCustomer, settled }: LinkChange): boolean {
  return ![handledEvents, appendToDesk, appendToCustomer, settled].some((list) => list?.length);
}

function* update(id: string, epoch: number, change: LinkChange, now: number): Operation<Link> {
  const row = yield* touchLink(id, epoch, change, now, linkColumns);
  for (const seqs of slices(change.handledEvents ?? [], 128)) {
    const list = inList(seqs);
    yield* changeRows(`UPDATE events SET is_handled = 1, link_id = ? WHERE seq IN ${list.sql}`, id, ...list.values);
  }
  yield* appendAll(id, 'toDesk', change.appendToDesk, now);
  yield* appendAll(id, 'toCustomer', change.appendToCustomer, now);
  for (const { seq, as, error } of change.settled ?? []) {
    yield* changeRows(
      "UPDATE messages SET state = ?, error = ? WHERE seq = ? AND link_id = ? AND state = 'pending'",
      as,
      error ?? null,
      seq,
      id,
    );
  }
  return toLink(row);
}

/**
 * Changes the link's own row. It comes first in every fenced transaction: it checks the epoch and holds the row, so that
 * nobody can take the link over before the transaction is over.
 */
export function* touchLink(
  id: string,
  epoch: number,
  change: Pick<LinkChange, 'state' | 'isOpen' | 'isFinished' | 'provider' | 'sessionKey' | 'dueAt' | 'data'>,
  now: number,
  returning: string,
): Operation<LinkRow> {
  // Only what changes is named: SQLite rewrites the indexes of every column that is named.
  let columns = 'updated_at = ?';
  const values: SqlValue[] = [now];
  const set = (column: string, value: SqlValue) => {
    columns += `, ${column} = ?`;
    values.push(value);
  };
  if (change.state !== undefined) set('state', change.state);
  // A finished link is never open, whether the caller says so or not.
  const isOpen = change.isOpen ?? (change.isFinished ? false : undefined);
  if (isOpen !== undefined) set('is_open', isOpen ? 1 : 0);
  if (change.isFinished !== undefined) set('is_finished', change.isFinished ? 1 : 0);
  if (change.provider !== undefined) set('provider', change.provider);
  if (change.sessionKey !== undefined) set('session_key', change.sessionKey);
  if (change.dueAt !== undefined) set('due_at', change.dueAt);
  if (change.data !== undefined) set('data', JSON.stringify(change.data));
  const row = yield* first<LinkRow>(
    `UPDATE links SET ${columns} WHERE id = ? AND epoch = ? RETURNING ${returning}`,
    ...values,
    id,
    epoch,
  );
  if (!row) throw new LeaseLost(id);
  return row;
}

function* appendAll(linkId: string, direction: Direction, messages: NewMessage[] | undefined, now: number): Operation<void> {
  if (!messages?.length) return;
  yield* insertMany(
    'INSERT INTO messages (link_id, direction, message_id, payload, accepted_at)',
    messages.map((message) => [linkId, direction, message.messageId, JSON.stringify(message.payload), now]),
    'ON CONFLICT (link_id, direction, message_id) DO NOTHING',
  );
}
