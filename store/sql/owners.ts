import { type ClaimedLink, commands, type Link, type LinkStore, type Share } from '../links';
import type { Database, Dialect } from './database';
import { type LinkRow, linkColumns, toLink } from './linkRow';
import { all, change, first, inList, type Operation, type SqlValue, slices } from './operation';

type Ownership = Pick<LinkStore, 'claim' | 'reclaim' | 'heartbeat' | 'lingers' | 'shares' | 'handOver' | 'release' | 'waiting'>;

/**
 * A sign by which others see that a process is there even when it does not report: it goes away with the process's connections,
 * and with nothing else.
 */
export interface Presence {
  /** Shows the sign from soon on. Twice is fine. */
  show(owner: string): void;
  /** Takes it away. Resolves when nobody sees it any more, or when it cannot be told; never rejects. Twice is fine. */
  hide(owner: string): Promise<void>;
}

/** How links change hands between instances. All silence is measured by the database's own clock. */
export function ownership(database: Database, presence?: Presence): Ownership {
  const { dialect } = database;
  return {
    claim: (owner, now, silentForInMs, limit) => database.transaction(() => claim(owner, now, silentForInMs, limit, dialect)),
    reclaim: (owner, attended, now) => database.transaction(() => reclaim(owner, attended, now, dialect)),
    heartbeat: async (owner) => {
      const at = await database.single(() => beat(owner, dialect));
      presence?.show(owner);
      return at;
    },
    lingers: (owner) => database.read(() => isShown(owner, dialect)),
    shares: (reportedWithinInMs) => database.read(() => all<Share>(sharesOf(dialect), Math.ceil(reportedWithinInMs))),
    handOver: (from, to, linkIds, now) => database.transaction(() => handOver(from, to, linkIds, now, dialect)),
    release: async (owner) => {
      // The foreign key takes the owner off its links.
      await Promise.all([presence?.hide(owner), database.single(() => change('DELETE FROM owners WHERE owner = ?', owner))]);
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

function* beat(owner: string, dialect: Dialect): Operation<number> {
  const row = yield* first<{ heartbeat_at: number }>(
    `INSERT INTO owners (owner, heartbeat_at) VALUES (?, ${dialect.now})
     ON CONFLICT (owner) DO UPDATE SET heartbeat_at = excluded.heartbeat_at RETURNING heartbeat_at`,
    owner,
  );
  return row?.heartbeat_at ?? 0;
}

/** The name of the sign in the database. */
export const signOf = (owner: string): string => `owner ${owner}`;

function* isShown(owner: string, dialect: Dialect): Operation<boolean> {
  return dialect.isHeld ? yield* dialect.isHeld(signOf(owner)) : false;
}

function* claim(owner: string, now: number, silentForInMs: number, limit: number, dialect: Dialect): Operation<ClaimedLink[]> {
  // A heartbeat of the future means that the database's clock was set back; silence counts from here, or it never would.
  yield* change(`UPDATE owners SET heartbeat_at = ${dialect.now} WHERE heartbeat_at > ${dialect.now}`);
  const silent = silentForInMs > 0 ? `AND heartbeat_at <= ${dialect.now} - CAST(? AS BIGINT)` : '';
  const found = yield* all<{ id: string; owner: string | null }>(
    `SELECT id, owner FROM links
     WHERE is_finished = 0 AND (owner IS NULL OR owner IN (SELECT owner FROM owners WHERE owner <> ? ${silent}))
     ORDER BY created_at, id LIMIT ? ${dialect.forUpdateSkipLocked}`,
    owner,
    ...(silentForInMs > 0 ? [Math.ceil(silentForInMs)] : []),
    limit,
  );
  if (found.length === 0) return [];
  const holders = new Map<string | null, ClaimedLink['heldBy']>();
  for (const former of new Set(found.map((row) => row.owner))) {
    if (former !== null && (yield* isShown(former, dialect))) holders.set(former, yield* holder(former, dialect));
  }
  const formerOf = new Map(found.map((row) => [row.id, row.owner]));
  const links = yield* take([...formerOf.keys()], owner, now, dialect);
  return links.map((link) => {
    const heldBy = holders.get(formerOf.get(link.id) ?? null);
    return heldBy ? { ...link, heldBy } : link;
  });
}

function* holder(owner: string, dialect: Dialect): Operation<NonNullable<ClaimedLink['heldBy']>> {
  const row = yield* first<{ silent: number }>(
    `SELECT ${dialect.now} - heartbeat_at AS silent FROM owners WHERE owner = ?`,
    owner,
  );
  return { owner, silentForInMs: row?.silent ?? 0 };
}

const sharesOf = (dialect: Dialect) =>
  `SELECT owner, (SELECT CAST(count(*) AS INTEGER) FROM links WHERE links.owner = owners.owner AND is_finished = 0) AS links
   FROM owners WHERE heartbeat_at > ${dialect.now} - CAST(? AS BIGINT)
     AND owner NOT IN (SELECT owner FROM instances WHERE is_draining = 1) ORDER BY owner`;

function* handOver(from: string, to: string, linkIds: string[], now: number, dialect: Dialect): Operation<number> {
  const taker = yield* first(`SELECT owner FROM owners WHERE owner = ? ${dialect.forKeyShare}`, to);
  if (!taker) return 0;
  let moved = 0;
  for (const slice of slices(linkIds, 128)) {
    const list = inList(slice);
    moved += yield* change(
      `UPDATE links SET owner = ?, epoch = epoch + 1, updated_at = ? WHERE id IN ${list.sql} AND owner = ? AND is_finished = 0`,
      to,
      now,
      ...list.values,
      from,
    );
  }
  return moved;
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

/**
 * The oldest pending message of a direction holds up the ones behind it: once it was tried, its own retry counts. One that
 * was given up keeps its error until it is tried again.
 */
const untried = (direction: string) =>
  `EXISTS (SELECT 1 FROM (SELECT attempts, error FROM messages WHERE link_id = links.id AND direction = '${direction}'
             AND state = 'pending' ORDER BY seq LIMIT 1) AS oldest WHERE attempts = 0 OR error IS NOT NULL)`;

const waitingLinks = `
  SELECT id FROM links WHERE owner = ? AND is_finished = 0 AND (
    ${untried('toDesk')} OR ${untried('toCustomer')}
    OR EXISTS (SELECT 1 FROM events WHERE events.provider = links.provider AND events.session_key = links.session_key
               AND events.is_handled = 0)
    OR EXISTS (SELECT 1 FROM events WHERE events.handoff_id = links.id AND events.provider IN (links.provider, ?)
               AND events.is_handled = 0))
  ORDER BY created_at, id LIMIT ?`;
