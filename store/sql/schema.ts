import type { Migration } from './migrations';

/**
 * The schema, step by step. JSON is kept as TEXT: nobody searches in it, it comes back byte for byte (jsonb refuses the NUL
 * character and reorders), and both databases store it alike. Columns that every update touches (`data`,
 * `updated_at`) are in no index, so that PostgreSQL can update rows in place.
 */
export const schema: readonly Migration[] = [
  {
    version: 1,
    statements: ({ risingKey }) => [
      'CREATE TABLE owners (owner TEXT PRIMARY KEY, heartbeat_at BIGINT NOT NULL)',

      `CREATE TABLE links (
        id TEXT PRIMARY KEY,
        conversation_key TEXT NOT NULL,
        state TEXT NOT NULL,
        is_open INTEGER NOT NULL,
        is_finished INTEGER NOT NULL DEFAULT 0,
        provider TEXT NOT NULL,
        session_key TEXT,
        owner TEXT REFERENCES owners (owner) ON DELETE SET NULL,
        epoch BIGINT NOT NULL,
        due_at BIGINT,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        data TEXT NOT NULL,
        request TEXT NOT NULL,
        CHECK (is_open = 0 OR is_finished = 0)
      )`,
      'CREATE UNIQUE INDEX links_open_conversation ON links (conversation_key) WHERE is_open = 1',
      'CREATE INDEX links_session ON links (provider, session_key) WHERE session_key IS NOT NULL',
      'CREATE INDEX links_owner ON links (owner, is_finished)',
      'CREATE INDEX links_open ON links (created_at) WHERE is_open = 1',
      'CREATE INDEX links_finished ON links (created_at) WHERE is_finished = 1',

      `CREATE TABLE messages (
        seq ${risingKey},
        link_id TEXT NOT NULL REFERENCES links (id) ON DELETE CASCADE,
        direction TEXT NOT NULL,
        message_id TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending',
        attempts INTEGER NOT NULL DEFAULT 0,
        accepted_at BIGINT NOT NULL,
        payload TEXT NOT NULL,
        reservation TEXT,
        error TEXT,
        UNIQUE (link_id, direction, message_id)
      )`,
      "CREATE INDEX messages_pending ON messages (link_id, direction, seq) WHERE state = 'pending'",

      `CREATE TABLE events (
        seq ${risingKey},
        provider TEXT NOT NULL,
        session_key TEXT NOT NULL,
        event_id TEXT NOT NULL,
        handoff_id TEXT,
        link_id TEXT,
        is_handled INTEGER NOT NULL DEFAULT 0,
        received_at BIGINT NOT NULL,
        payload TEXT NOT NULL,
        UNIQUE (provider, session_key, event_id)
      )`,
      'CREATE INDEX events_unhandled ON events (provider, session_key, seq) WHERE is_handled = 0',
      'CREATE INDEX events_unhandled_handoff ON events (handoff_id, seq) WHERE is_handled = 0 AND handoff_id IS NOT NULL',

      `CREATE TABLE task_groups (
        name TEXT PRIMARY KEY,
        due_at BIGINT,
        leased_until BIGINT NOT NULL DEFAULT 0,
        leased_seq BIGINT
      )`,
      'CREATE INDEX task_groups_due ON task_groups (due_at) WHERE due_at IS NOT NULL',
      `CREATE TABLE tasks (
        seq ${risingKey},
        id TEXT NOT NULL UNIQUE,
        group_name TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'unfinished',
        attempts INTEGER NOT NULL DEFAULT 0,
        due_at BIGINT NOT NULL,
        added_at BIGINT NOT NULL,
        payload TEXT NOT NULL,
        last_error TEXT
      )`,
      "CREATE INDEX tasks_unfinished ON tasks (group_name, seq) WHERE state = 'unfinished'",
      "CREATE INDEX tasks_buried ON tasks (seq) WHERE state = 'buried'",

      `CREATE TABLE documents (
        key TEXT PRIMARY KEY,
        etag TEXT NOT NULL,
        updated_at BIGINT NOT NULL,
        value TEXT NOT NULL
      )`,

      `CREATE TABLE transcripts (
        seq ${risingKey},
        conversation_key TEXT NOT NULL,
        entry_id TEXT NOT NULL,
        said_at BIGINT NOT NULL,
        payload TEXT NOT NULL,
        UNIQUE (conversation_key, entry_id)
      )`,
      'CREATE INDEX transcripts_order ON transcripts (conversation_key, said_at, seq)',
    ],
  },
  {
    version: 2,
    statements: ({ risingKey }) => [
      `CREATE TABLE turns (
        seq ${risingKey},
        key TEXT NOT NULL,
        ticket TEXT NOT NULL UNIQUE,
        held_until BIGINT NOT NULL
      )`,
      'CREATE INDEX turns_order ON turns (key, seq)',
    ],
  },
  {
    version: 3,
    // Read seldom and written all the time: the index that keeps entries unique finds a conversation's few hundred as well.
    statements: () => ['DROP INDEX transcripts_order'],
  },
  {
    version: 4,
    statements: ({ risingKey }) => [
      `CREATE TABLE instances (
        instance TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        version TEXT NOT NULL,
        started_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL,
        is_draining INTEGER NOT NULL DEFAULT 0,
        desks TEXT NOT NULL
      )`,
      `CREATE TABLE desk_switches (
        desk TEXT PRIMARY KEY,
        because TEXT NOT NULL,
        by_whom TEXT NOT NULL,
        off_at BIGINT NOT NULL
      )`,
      `CREATE TABLE acts (
        seq ${risingKey},
        acted_at BIGINT NOT NULL,
        operator TEXT NOT NULL,
        act TEXT NOT NULL,
        target TEXT NOT NULL,
        details TEXT NOT NULL,
        outcome TEXT
      )`,
    ],
  },
];
