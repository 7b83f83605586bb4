import type { LinkStore } from '../links';
import type { Store } from '../store';
import type { Database } from './database';
import { deadLetters } from './deadLetters';
import { createDocumentStore } from './documentStore';
import { inbox } from './inbox';
import { linkLife } from './linkLife';
import { purgeLinks } from './linkPurge';
import { linkUpdate } from './linkUpdate';
import { first } from './operation';
import { acts } from './operations/acts';
import { erasure } from './operations/erasure';
import { instances } from './operations/instances';
import { watching } from './operations/watching';
import { outbox } from './outbox';
import { ownership, type Presence } from './owners';
import { purgeRest } from './restPurge';
import { createTaskStore } from './taskStore';
import { createTranscriptStore } from './transcriptStore';
import { createTurnStore } from './turnStore';

/** What a driver adds to the repositories: how instances wake each other, and how everything is shut. */
export interface StoreShell extends Pick<LinkStore, 'wake' | 'onWake'>, Pick<Store, 'isExclusive'> {
  close(): Promise<void>;
  presence?: Presence;
}

/** Joins the repositories over a database whose schema is up to date. */
export function createSqlStore(database: Database, shell: StoreShell): Store {
  let closing: Promise<void> | undefined;
  return {
    links: {
      ...linkLife(database),
      ...ownership(database, shell.presence),
      ...linkUpdate(database),
      ...outbox(database),
      ...inbox(database),
      ...deadLetters(database),
      purge: (before) => purgeLinks(database, before),
      wake: shell.wake,
      onWake: shell.onWake,
    },
    tasks: createTaskStore(database),
    documents: createDocumentStore(database),
    transcripts: createTranscriptStore(database),
    turns: createTurnStore(database),
    operations: { ...instances(database), ...acts(database), ...watching(database), ...erasure(database) },
    isExclusive: shell.isExclusive,
    check: async () => {
      await database.read(() => first('SELECT version FROM schema_migrations LIMIT 1'));
    },
    purge: (before) => purgeRest(database, before),
    close: () => {
      closing ??= shell.close();
      return closing;
    },
  };
}
