import type { Link, LinkStore, NewLink } from '../links';
import { StoreFailure } from '../storeFailure';
import type { Database, Dialect } from './database';
import { type LinkRow, linkColumns, toLink, toLinkIfAny } from './linkRow';
import { all, change, first, inList, type Operation } from './operation';

type LinkLife = Pick<LinkStore, 'open' | 'get' | 'findOpen' | 'findBySession' | 'listOpen' | 'claim' | 'heartbeat' | 'release'>;

const selectLink = `SELECT ${linkColumns} FROM links`;

/** How links begin, are found and change hands. */
export function linkLife(database: Database): LinkLife {
  const { dialect } = database;
  return {
    open: (link, owner, now) => database.transaction(() => open(link, owner, now, dialect)),
    get: async (id) => toLinkIfAny(await database.read(() => first<LinkRow>(`${selectLink} WHERE id = ?`, id))),
    findOpen: async (conversationKey) => toLinkIfAny(await database.read(() => findOpen(conversationKey))),
    findBySession: async (provider, sessionKey) =>
      toLinkIfAny(
        await database.read(() =>
          first<LinkRow>(
            `${selectLink} WHERE provider = ? AND session_key = ? ORDER BY is_open DESC, is_finished, created_at DESC, id LIMIT 1`,
            provider,
            sessionKey,
          ),
        ),
      ),
    listOpen: async (limit) => {
      const sql = `${selectLink} WHERE is_open = 1 ORDER BY created_at, id LIMIT ?`;
      return (await database.read(() => all<LinkRow>(sql, limit))).map(toLink);
    },
    claim: (owner, now, deadBefore, limit) =>
      database.transaction(() => claim(owner, now, Math.min(deadBefore, Number.MAX_SAFE_INTEGER), limit, dialect)),
    heartbeat: async (owner, now) => {
      await database.single(() => beat(owner, now));
    },
    release: async (owner) => {
      // The foreign key takes the owner off its links.
      await database.single(() => change('DELETE FROM owners WHERE owner = ?', owner));
    },
  };
}

function findOpen(conversationKey: string): Operation<LinkRow | undefined> {
  return first<LinkRow>(`${selectLink} WHERE conversation_key = ? AND is_open = 1`, conversationKey);
}

function beat(owner: string, now: number): Operation<number> {
  return change(
    `INSERT INTO owners (owner, heartbeat_at) VALUES (?, ?)
     ON CONFLICT (owner) DO UPDATE SET heartbeat_at = excluded.heartbeat_at WHERE owners.heartbeat_at < excluded.heartbeat_at`,
    owner,
    now,
  );
}

function* open(link: NewLink, owner: string, now: number, dialect: Dialect): Operation<{ link: Link; created: boolean }> {
  // Each round that neither creates nor finds means that the link in the way was closed meanwhile.
  for (let round = 0; round < 5; round++) {
    const there = (yield* findOpen(link.conversationKey)) ?? (yield* first<LinkRow>(`${selectLink} WHERE id = ?`, link.id));
    if (there) return { link: toLink(there), created: false };
    yield* register(owner, now, dialect);
    const row = yield* first<LinkRow>(
      `INSERT INTO links (id, conversation_key, state, is_open, provider, owner, epoch, due_at, created_at, updated_at, data, request)
       VALUES (?, ?, 'requested', 1, ?, ?, 1, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING RETURNING ${linkColumns}`,
      link.id,
      link.conversationKey,
      link.provider,
      owner,
      link.dueAt ?? null,
      now,
      now,
      JSON.stringify(link.data),
      JSON.stringify(link.request),
    );
    if (row) return { link: toLink(row), created: true };
  }
  throw new StoreFailure('unavailable', 'the conversation opens and closes links faster than one can be opened');
}

/** Makes the owner known and keeps it from being released until the transaction is over. */
function* register(owner: string, now: number, dialect: Dialect): Operation<void> {
  const known = yield* first(`SELECT owner FROM owners WHERE owner = ? ${dialect.forKeyShare}`, owner);
  if (!known) yield* change('INSERT INTO owners (owner, heartbeat_at) VALUES (?, ?) ON CONFLICT DO NOTHING', owner, now);
}

function* claim(owner: string, now: number, deadBefore: number, limit: number, dialect: Dialect): Operation<Link[]> {
  const found = yield* all<{ id: string }>(
    `SELECT id FROM links
     WHERE is_finished = 0 AND (owner IS NULL OR owner IN (SELECT owner FROM owners WHERE heartbeat_at < ?))
     ORDER BY created_at, id LIMIT ? ${dialect.forUpdateSkipLocked}`,
    deadBefore,
    limit,
  );
  if (found.length === 0) return [];
  yield* beat(owner, now);
  const ids = inList(found.map((row) => row.id));
  const rows = yield* all<LinkRow>(
    `UPDATE links SET owner = ?, epoch = epoch + 1, updated_at = ? WHERE id IN ${ids.sql} RETURNING ${linkColumns}`,
    owner,
    now,
    ...ids.values,
  );
  return rows.map(toLink).sort((a, b) => a.createdAt - b.createdAt);
}
