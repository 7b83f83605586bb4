import type { Link, LinkStore, NewLink } from '../links';
import { StoreFailure } from '../storeFailure';
import type { Database, Dialect } from './database';
import { type LinkRow, linkColumns, toLink, toLinkIfAny } from './linkRow';
import { all, first, type Operation, upTo } from './operation';
import { register } from './owners';

type LinkLife = Pick<LinkStore, 'open' | 'get' | 'findOpen' | 'findBySession' | 'listOpen'>;

const selectLink = `SELECT ${linkColumns} FROM links`;

/** How links begin and are found. */
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
      const sql = `${selectLink} WHERE is_open = 1 ORDER BY created_at, id ${upTo}`;
      return (await database.read(() => all<LinkRow>(sql, limit))).map(toLink);
    },
  };
}

function findOpen(conversationKey: string): Operation<LinkRow | undefined> {
  return first<LinkRow>(`${selectLink} WHERE conversation_key = ? AND is_open = 1`, conversationKey);
}

function* open(link: NewLink, owner: string, now: number, dialect: Dialect): Operation<{ link: Link; created: boolean }> {
  // Each round that neither creates nor finds means that the link in the way was closed meanwhile.
  for (let round = 0; round < 5; round++) {
    const there = (yield* findOpen(link.conversationKey)) ?? (yield* first<LinkRow>(`${selectLink} WHERE id = ?`, link.id));
    if (there) return { link: toLink(there), created: false };
    yield* register(owner, dialect);
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
