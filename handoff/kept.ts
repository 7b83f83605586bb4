import type { JsonObject } from '../common/json';

/**
 * A few small documents of one provider that must outlast every session, shared by all instances: what a desk tells only once,
 * such as the address it wants to be called at. They lie in the store beside the sessions, as protected as those, until they are
 * removed; nothing of a conversation's content belongs here. Fails when the store does.
 */
export interface Kept {
  /** The document; undefined when there is none. Sees what any instance has written. */
  read(key: string): Promise<JsonObject | undefined>;
  /** Replaces the document; resolves when it is written down. The last of two writers wins. Twice is fine. */
  write(key: string, value: JsonObject): Promise<void>;
  /** Twice, and for a key that is not there, is fine. */
  remove(key: string): Promise<void>;
}
