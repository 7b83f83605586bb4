import { type Direction, LeaseLost, type LinkChange, type LinkStore, type NewMessage } from '../links';
import { begin, insertBegun } from './begunMessage';
import type { Database } from './database';
import { all, change as changeRows, inList, insertMany, type Operation, type SqlValue, slices } from './operation';

/** The changes of a link that must come from its owner. */
export function linkUpdate(database: Database): Pick<LinkStore, 'update' | 'beginAttempt'> {
  const held = `SELECT id FROM links WHERE id = ? AND epoch = ? ${database.dialect.forUpdate}`;

  /** One statement on one message, which needs no transaction around it: that saves PostgreSQL three round trips. */
  async function changeMessage(sql: string, values: SqlValue[], id: string, epoch: number, now: number): Promise<void> {
    if ((await database.single(() => changeRows(`${sql} AND link_id = (${held})`, ...values, id, epoch))) > 0) return;
    // Either the lease is lost, which this tells, or the link has no such message, which is nothing to do.
    await database.single(() => touchLink(id, epoch, {}, now));
  }

  /** First of all in a transaction: nobody can take the link over before that is over. */
  function* hold(id: string, epoch: number, change: LinkChange, now: number): Operation<void> {
    if (namesColumns(change)) yield* touchLink(id, epoch, change, now);
    else if ((yield* all(held, id, epoch)).length === 0) throw new LeaseLost(id);
  }

  function* update(id: string, epoch: number, change: LinkChange, now: number): Operation<number | undefined> {
    yield* hold(id, epoch, change, now);
    for (const seqs of slices(change.handledEvents ?? [], 128)) {
      const list = inList(seqs);
      yield* changeRows(`UPDATE events SET is_handled = 1, link_id = ? WHERE seq IN ${list.sql}`, id, ...list.values);
    }
    yield* appendAll(id, 'toDesk', change.appendToDesk, now);
    const [message, ...others] = change.appendToCustomer ?? [];
    const begun = { linkId: id, direction: 'toCustomer' as const, reservation: null, now };
    const seq = message && change.beginsDelivery ? yield* begin(insertBegunHere, { ...begun, message }, [id]) : undefined;
    yield* appendAll(id, 'toCustomer', seq === undefined ? change.appendToCustomer : others, now);
    for (const { seq, as, error } of change.settled ?? []) {
      yield* changeRows(`${settle} AND link_id = ?`, as, error ?? null, seq, id);
    }
    return seq;
  }

  return {
    update: async (id, epoch, change, now) => {
      const message = onlySettled(change);
      if (message) await changeMessage(settle, [message.as, message.error ?? null, message.seq], id, epoch, now);
      else if (touchesOnlyLink(change)) await database.single(() => touchLink(id, epoch, change, now));
      else return database.transaction(() => update(id, epoch, change, now));
      return undefined;
    },
    beginAttempt: async ({ seq, linkId }, epoch, { reservation, data }, now) => {
      const noted = reservation ? JSON.stringify(reservation) : null;
      if (!data) return changeMessage(countAttempt, [noted, seq], linkId, epoch, now);
      await database.transaction(function* () {
        yield* touchLink(linkId, epoch, { data }, now);
        yield* changeRows(`${countAttempt} AND link_id = ?`, noted, seq, linkId);
      });
    },
  };
}

const countAttempt =
  'UPDATE messages SET attempts = attempts + 1, error = NULL, reservation = COALESCE(?, reservation) WHERE seq = ?';
const settle = "UPDATE messages SET state = ?, error = ? WHERE seq = ? AND state = 'pending'";

/** The message of a change that settles it and does nothing else. */
function onlySettled({ settled, ...rest }: LinkChange): NonNullable<LinkChange['settled']>[number] | undefined {
  if (settled?.length !== 1) return undefined;
  return Object.values(rest).every((part) => part === undefined || (Array.isArray(part) && part.length === 0))
    ? settled[0]
    : undefined;
}

const insertBegunHere = insertBegun('SELECT id FROM links WHERE id = ?');

/** A change of one row needs no transaction around it either. */
function touchesOnlyLink({ handledEvents, appendToDesk, appendToCustomer, settled }: LinkChange): boolean {
  return ![handledEvents, appendToDesk, appendToCustomer, settled].some((list) => list?.length);
}

/** Whether a change writes the link's own row, which is long: most messages leave it alone. */
function namesColumns({ state, isOpen, isFinished, provider, sessionKey, dueAt, data }: LinkChange): boolean {
  return [state, isOpen, isFinished, provider, sessionKey, dueAt, data].some((column) => column !== undefined);
}

/** Changes the link's own row. It checks the epoch and holds the row. */
export function* touchLink(
  id: string,
  epoch: number,
  change: Pick<LinkChange, 'state' | 'isOpen' | 'isFinished' | 'provider' | 'sessionKey' | 'dueAt' | 'data'>,
  now: number,
): Operation<void> {
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
  const touched = yield* changeRows(`UPDATE links SET ${columns} WHERE id = ? AND epoch = ?`, ...values, id, epoch);
  if (touched === 0) throw new LeaseLost(id);
}

function* appendAll(linkId: string, direction: Direction, messages: NewMessage[] | undefined, now: number): Operation<void> {
  if (!messages?.length) return;
  yield* insertMany(
    'INSERT INTO messages (link_id, direction, message_id, payload, accepted_at)',
    messages.map((message) => [linkId, direction, message.messageId, JSON.stringify(message.payload), now]),
    'ON CONFLICT (link_id, direction, message_id) DO NOTHING',
  );
}
