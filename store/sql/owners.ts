import { commands, type Link, type LinkStore } from '../links';
import type { Database, Dialect } from './database';
import { type LinkRow, linkColumns, toLink } from './linkRow';
import { all, change, first, inList, type Operation, type SqlValue, slices } from './operation';

type Ownership = Pick<LinkStore, 'claim' | 'reclaim' | 'heartbeat' | 'release' | 'waiting'>;

/** How links change hands between instances. All silence is measured by the database's own clock. */
export function ownership(database: Database): Ownership {
  const { dialect } = database;
  return {
    claim: (owner, now, silentForInMs, limit) => database.transaction(() => claim(owner, now, silentForInMs, limit, dialect)),
    reclaim: (owner, attended, now) => database.transaction(() => reclaim(owner, attended, now, dialect)),
    heartbeat: async (owner) => {
      await database.single(() => beat(owner, dialect));
    },
    release: async (owner) => {
      // The foreign key takes the owner off its links.
      await database.single(() => change('DELETE FROM owners WHERE owner = ?', owner));
    },
    waiting: async (owner, limit) =>
      (await database.read(() => all<{ id: string }>(waitingLinks, owner, commands, limit))).map((row) => row.id),
  };
}

/** Makes the owner known and keeps it from being released until the transaction is over. */
export function* register(owner: string, dialect: Dialect): Operation<void> {
  const known = yield* first(`SELECT owner FROM owners WHERE owner = ? ${dialect.forKeyShare}`, owner);
  if (known) return;
  yield* change(`INSERT INTO owners (owner, heartbeat_at) VALUES (?, ${dialect.now}) ON CONFLICT DO NOTHING`, owner);
}

function beat(owner: string, dialect: Dialect): Operation<number> {
  return change(
    `INSERT INTO owners (owner, heartbeat_at) VALUES (?, ${dialect.now})
     ON CONFLICT (owner) DO UPDATE SET heartbeat_at = excluded.heartbeat_at`,
    owner,
  );
}

function* claim(owner: string, now: number, silentForInMs: number, limit: number, dialect: Dialect): Operation<Link[]> {
  // A heartbeat of the future means that the database's clock was set back; silence counts from here, or it never would.
  yield* change(`UPDATE owners SET heartbeat_at = ${dialect.now} WHERE heartbeat_at > ${dialect.now}`);
  const silent = silentForInMs > 0 ? `AND heartbeat_at <= ${dialect.now} - CAST(? AS BIGINT)` : '';
  const found = yield* all<{ id: string }>(
    `SELECT id FROM links
     WHERE is_finished = 0 AND (owner IS NULL OR owner IN (SELECT owner FROM owners WHERE owner <> ? ${silent}))
     ORDER BY created_at, id LIMIT ? ${dialect.forUpdateSkipLocked}`,
    owner,
    ...(silentForInMs > 0 ? [Math.ceil(silentForInMs)] : []),
    limit,
  );
  if (found.length === 0) return [];
  return yield* take(
    found.map((row) => row.id),
    owner,
    now,
    dialect,
  );
}

function* reclaim(owner: string, attended: string[], now: number, dialect: Dialect): Operation<Link[]> {
  const known = new Set(attended);
  const owned = yield* all<{ id: string }>(
    `SELECT id FROM links WHERE owner = ? AND is_finished = 0 ORDER BY created_at, id ${dialect.forUpdate}`,
    owner,
  );
  const links: Link[] = [];
  for (const slice of slices(
    owned.map((row) => row.id).filter((id) => !known.has(id)),
    128,
  )) {
    links.push(...(yield* take(slice, owner, now, dialect)));
  }
  return links;
}

/** Makes these links the owner's, whoever had them; the caller holds their rows. */
function* take(ids: string[], owner: string, now: number, dialect: Dialect): Operation<Link[]> {
  yield* beat(owner, dialect);
  const list = inList(ids);
  const values: SqlValue[] = [owner, now, ...list.values];
  const rows = yield* all<LinkRow>(
    `UPDATE links SET owner = ?, epoch = epoch + 1, updated_at = ? WHERE id IN ${list.sql} RETURNING ${linkColumns}`,
    ...values,
  );
  return rows.map(toLink).sort((a, b) => a.createdAt - b.createdAt);
}

/** The oldest pending message of a direction holds up the ones behind it: once it was tried, its own retry counts. */
const untried = (direction: string) =>
  `COALESCE((SELECT attempts FROM messages WHERE link_id = links.id AND direction = '${direction}' AND state = 'pending'
             ORDER BY seq LIMIT 1), 1) = 0`;

const waitingLinks = `
  SELECT id FROM links WHERE owner = ? AND is_finished = 0 AND (
    ${untried('toDesk')} OR ${untried('toCustomer')}
    OR EXISTS (SELECT 1 FROM events WHERE events.provider = links.provider AND events.session_key = links.session_key
               AND events.is_handled = 0)
    OR EXISTS (SELECT 1 FROM events WHERE events.handoff_id = links.id AND events.provider IN (links.provider, ?)
               AND events.is_handled = 0))
  ORDER BY created_at, id LIMIT ?`;
