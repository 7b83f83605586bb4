import { isJsonObject, type JsonObject, toJson } from '../../common/json';
import type { DocumentStore } from '../../store/store';
import { ETagMismatch } from '../../store/store';
import type { NewTask } from '../../store/tasks';
import type { EndReason } from '../names';
import type { ChatColumns, LedgerEntry } from './operations';

/** What is remembered of one visit of a conversation. */
export interface ChatDocument {
  version: 1;
  chatActivityId: string;
  chat: ChatColumns;
  /** Whether the record has been asked for: at once, or with the first handoff. */
  isOnLedger: boolean;
  /** How often its columns were changed after creation. */
  descriptions: number;
  /** What has to follow once it is asked for. */
  held: LedgerEntry[];
  deskOwnsRecord: boolean;
  closed?: { endReason: EndReason; endedAt: string };
  /** Tasks decided on but perhaps not yet in the task store: a crash in between must not lose them. */
  outbox: NewTask[];
}

/** What is remembered of one article sent. It outlives the visit, because articles are also opened later. */
export interface KbRecordDocument {
  chatActivityId: string;
  conversationKey: string;
  isRead: boolean;
}

const chatKey = (conversationKey: string) => `chat/${conversationKey}`;
const kbRecordKey = (kbRecordId: string) => `kbRecord/${kbRecordId}`;
/** Of no content; its eTag lets only one of several instances put the first chat of a conversation in place. */
const openingKey = (conversationKey: string) => `chatOpening/${conversationKey}`;
const createdKey = (chatActivityId: string) => `chatCreated/${chatActivityId}`;
const mostTries = 20;

/** The decision a change comes to; absent parts are left as they are. */
export interface Change<T> {
  chat?: ChatDocument;
  kbRecords?: Map<string, KbRecordDocument>;
  result: T;
}

/** The ledger's small documents over the document store. */
export class ChatDocuments {
  constructor(private readonly documents: DocumentStore) {}

  async chat(conversationKey: string): Promise<ChatDocument | undefined> {
    const key = chatKey(conversationKey);
    return asChat((await this.documents.read([key])).get(key)?.value);
  }

  async kbRecord(kbRecordId: string): Promise<KbRecordDocument | undefined> {
    const key = kbRecordKey(kbRecordId);
    return (await this.documents.read([key])).get(key)?.value as KbRecordDocument | undefined;
  }

  /**
   * Changes the chat of a conversation, and documents of its kb records with it, all or none. `decide` is called again when
   * somebody else changed the chat in between.
   */
  async change<T>(
    conversationKey: string,
    kbRecordIds: string[],
    now: number,
    decide: (chat: ChatDocument | undefined, kbRecords: Map<string, KbRecordDocument>) => Change<T>,
  ): Promise<T> {
    const key = chatKey(conversationKey);
    const opening = openingKey(conversationKey);
    for (let tries = 1; ; tries += 1) {
      const stored = await this.documents.read([key, opening, ...kbRecordIds.map(kbRecordKey)]);
      const before = stored.get(key);
      const kbRecords = new Map<string, KbRecordDocument>();
      for (const id of kbRecordIds) {
        const document = stored.get(kbRecordKey(id));
        if (document) kbRecords.set(id, document.value as unknown as KbRecordDocument);
      }
      const change = decide(asChat(before?.value), kbRecords);
      const writes = new Map<string, { value: JsonObject; eTag?: string }>();
      if (change.chat && !before) {
        const eTag = stored.get(opening)?.eTag;
        if (eTag === undefined) {
          await this.documents.write(new Map([[opening, { value: {} }]]), now);
          continue;
        }
        writes.set(opening, { value: {}, eTag });
      }
      if (change.chat) writes.set(key, { value: toJson(change.chat) as JsonObject, ...(before && { eTag: before.eTag }) });
      for (const [id, document] of change.kbRecords ?? []) {
        const eTag = stored.get(kbRecordKey(id))?.eTag;
        writes.set(kbRecordKey(id), { value: toJson(document) as JsonObject, ...(eTag !== undefined && { eTag }) });
      }
      if (writes.size === 0) return change.result;
      try {
        await this.documents.write(writes, now);
        return change.result;
      } catch (error) {
        if (!(error instanceof ETagMismatch) || tries >= mostTries) throw error;
      }
    }
  }

  /** Notes that the chat activity is in Dynamics. Twice is fine. */
  async setCreated(chatActivityId: string, now: number): Promise<void> {
    await this.documents.write(new Map([[createdKey(chatActivityId), { value: { isCreated: true } }]]), now);
  }

  async isCreated(chatActivityId: string): Promise<boolean> {
    return (await this.documents.read([createdKey(chatActivityId)])).size > 0;
  }
}

function asChat(value: JsonObject | undefined): ChatDocument | undefined {
  return isJsonObject(value) && value['version'] === 1 ? (value as unknown as ChatDocument) : undefined;
}
