import { asJson, isJsonObject, type JsonObject } from '../../common/json';
import { type DocumentStore, ETagMismatch, noDocument, type StoredDocument } from '../../store/store';
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
  /** Tasks decided on; they go to the task store with the document, which keeps none of them. */
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
const createdKey = (chatActivityId: string) => `chatCreated/${chatActivityId}`;
const mostTries = 20;

/** The decision a change comes to; absent parts are left as they are. */
export interface Change<T> {
  chat?: ChatDocument;
  kbRecords?: Map<string, KbRecordDocument>;
  result: T;
}

/** Documents as they were read. */
export type Read = ReadonlyMap<string, StoredDocument>;

/** The ledger's small documents over the document store. */
export class ChatDocuments {
  constructor(private readonly documents: DocumentStore) {}

  async chat(conversationKey: string): Promise<ChatDocument | undefined> {
    return (await this.readChat(conversationKey)).chat;
  }

  /** The chat, and what was read, for `change`. */
  async readChat(conversationKey: string): Promise<{ chat: ChatDocument | undefined; read: Read }> {
    const key = chatKey(conversationKey);
    const read = await this.documents.read([key]);
    return { chat: asChat(read.get(key)?.value), read };
  }

  async kbRecord(kbRecordId: string): Promise<KbRecordDocument | undefined> {
    const key = kbRecordKey(kbRecordId);
    return (await this.documents.read([key])).get(key)?.value as KbRecordDocument | undefined;
  }

  /**
   * Changes the chat of a conversation, and with it documents of its kb records and the tasks that follow, all or none. `decide`
   * is called again when somebody else changed the chat in between. `known` is tried first: what is not in it is taken not to
   * exist. Resolves with the number of tasks, too.
   */
  async change<T>(
    conversationKey: string,
    kbRecordIds: string[],
    now: number,
    decide: (chat: ChatDocument | undefined, kbRecords: Map<string, KbRecordDocument>) => Change<T>,
    known?: Read,
  ): Promise<{ result: T; tasks: number }> {
    const key = chatKey(conversationKey);
    for (let tries = 1; ; tries += 1) {
      const isFirst = tries === 1;
      const stored = (isFirst && known) || (await this.documents.read([key, ...kbRecordIds.map(kbRecordKey)]));
      const before = stored.get(key);
      const kbRecords = new Map<string, KbRecordDocument>();
      for (const id of kbRecordIds) {
        const document = stored.get(kbRecordKey(id));
        if (document) kbRecords.set(id, document.value as unknown as KbRecordDocument);
      }
      const change = decide(asChat(before?.value), kbRecords);
      const tasks = change.chat?.outbox ?? [];
      const writes = new Map<string, { value: JsonObject; eTag: string }>();
      if (change.chat) writes.set(key, { value: asJson({ ...change.chat, outbox: [] }), eTag: before?.eTag ?? noDocument });
      for (const [id, document] of change.kbRecords ?? []) {
        const known = stored.get(kbRecordKey(id));
        writes.set(kbRecordKey(id), { value: asJson(document), eTag: known?.eTag ?? noDocument });
      }
      if (writes.size === 0) return { result: change.result, tasks: 0 };
      try {
        await this.documents.write(writes, now, tasks);
        return { result: change.result, tasks: tasks.length };
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
