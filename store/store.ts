import type { JsonObject, JsonValue } from '../common/json';
import type { LinkStore } from './links';
import type { OperationsStore } from './operations';
import type { NewTask, TaskStore } from './tasks';
import type { TurnStore } from './turns';

export interface StoredDocument {
  value: JsonObject;
  /** Changes with every write. */
  eTag: string;
}

/** In place of an eTag: the document must not exist yet. */
export const noDocument = 'none';

/** Somebody else wrote the document in between; read it again and decide anew. */
export class ETagMismatch extends Error {
  override readonly name = 'ETagMismatch';
  constructor(readonly key: string) {
    super('the document was changed by somebody else in between');
  }
}

/** Documents whose keys begin so are never purged; whoever writes one removes it. */
export const keptPrefix = 'kept/';

/** JSON documents by key: the Bot Framework's state and the product's own small records. */
export interface DocumentStore {
  /** The documents that exist, by key. */
  read(keys: string[]): Promise<Map<string, StoredDocument>>;
  /**
   * Writes all or none. `eTag`: must be the stored one, else `ETagMismatch`; `noDocument`: there must be none; `'*'` or absent
   * writes whatever is there. `tasks` are added in the same transaction, as `TaskStore.add` does. Resolves with the new eTags.
   */
  write(
    changes: Map<string, { value: JsonObject; eTag?: string }>,
    now: number,
    tasks?: readonly NewTask[],
  ): Promise<Map<string, string>>;
  /** Absent keys are fine. */
  delete(keys: string[]): Promise<void>;
}

/** One thing said in a conversation. */
export interface TranscriptRow {
  /** Unique in the conversation; a known one is left alone. */
  entryId: string;
  /** Milliseconds since 1970. */
  at: number;
  payload: JsonValue;
}

export interface TranscriptStore {
  /** Twice is fine. */
  append(conversationKey: string, rows: TranscriptRow[]): Promise<void>;
  /** The newest `limit` rows at or after `since`, oldest first. */
  read(conversationKey: string, limit: number, since?: number): Promise<TranscriptRow[]>;
  delete(conversationKey: string): Promise<void>;
}

/**
 * Everything that must survive a restart. One implementation per database; all pass the same contract suite.
 * Failures of the database are `StoreFailure`. JSON comes back as it was given; in identifiers and error texts a NUL character
 * becomes the visible sign U+2400, because PostgreSQL cannot hold it.
 */
export interface Store {
  readonly links: LinkStore;
  readonly tasks: TaskStore;
  readonly documents: DocumentStore;
  readonly transcripts: TranscriptStore;
  readonly turns: TurnStore;
  readonly operations: OperationsStore;
  /** True when no other process can have this store open: whatever has an owner was left by a process that is gone. */
  readonly isExclusive: boolean;
  /** Whether the database answers; throws with the reason when not. */
  check(): Promise<void>;
  /** Deletes what was said before, and documents (but for `keptPrefix`) and finished tasks not touched since then, in slices; resolves with how many rows went. */
  purge(before: number): Promise<number>;
  /** Finishes what is under way and lets go of the database. Twice is fine. */
  close(): Promise<void>;
}
