import type { BackoffOptions } from '../common/backoff';
import { type Clock, systemClock } from '../common/clock';
import { KeyedQueue } from '../common/keyedQueue';
import type { Log } from '../common/log';
import type { DocumentStore } from '../store/store';
import type { Task, TaskStore } from '../store/tasks';
import type { DataverseGateway } from './gateway';
import { type Change, type ChatDocument, ChatDocuments, type KbRecordDocument, type Read } from './ledger/chatDocument';
import { changedColumns, type Draft, describe, put, putOnLedger, toOpenChat } from './ledger/draft';
import type { ChatFacts, CloseFacts, HandoffFacts, OfflineMessage, OpenChat, Rating } from './ledger/facts';
import { messageText, ratingText } from './ledger/messages';
import { nameBasedId } from './ledger/nameBasedId';
import { type LedgerEntry, ledgerGroup, toTask } from './ledger/operations';
import { untilCreated } from './ledger/untilCreated';
import { LedgerWorker } from './ledger/worker';
import type { EnvironmentNames } from './names';

export interface ChatRecordsOptions {
  gateway: DataverseGateway;
  tasks: TaskStore;
  documents: DocumentStore;
  names: EnvironmentNames;
  log: Log;
  /** `all`: every chat gets a chat activity. `handedOff`: only one in which a person is asked for. */
  mode: 'all' | 'handedOff';
  clock?: Clock;
  /** The longest a handoff waits for its chat activity. */
  createWaitInMs?: number;
  /** How often work of other instances is looked for. */
  sweepInMs?: number;
  /** How long to wait between attempts at a record. */
  backoff?: BackoffOptions;
}

/** There is no open chat in this conversation: call `openChat` first. */
export class NoOpenChat extends Error {
  override readonly name = 'NoOpenChat';
  constructor() {
    super('the conversation has no open chat to add a record to');
  }
}

/**
 * The records of chats in Dynamics: one chat activity per visit, one kb record per article sent, notes and messages.
 *
 * Every method resolves when the wish is stored durably, not when Dynamics has it; a background worker takes it there, in order
 * per chat, over outages and restarts, and all of it can be asked for twice with the effect of once. Only a failing
 * store makes a method reject (besides `NoOpenChat`): Dynamics being down never does.
 */
export class ChatRecords {
  private readonly documents: ChatDocuments;
  private readonly worker: LedgerWorker;
  private readonly clock: Clock;
  private readonly perConversation = new KeyedQueue();
  private readonly createdListeners = new Map<string, Set<() => void>>();

  constructor(private readonly options: ChatRecordsOptions) {
    const { gateway, tasks, names, log, sweepInMs, backoff } = options;
    this.clock = options.clock ?? systemClock;
    this.documents = new ChatDocuments(options.documents);
    this.worker = new LedgerWorker({
      gateway,
      tasks,
      names,
      log,
      clock: this.clock,
      onDone: (entry) => this.onDone(entry),
      ...(sweepInMs !== undefined && { sweepInMs }),
      ...(backoff && { backoff }),
    });
  }

  /** Starts taking the records to Dynamics. Twice is fine. */
  start(): void {
    this.worker.start();
  }

  /** Stops; what is not in Dynamics yet stays in the store. Resolves when the calls under way are over, some seconds at most. */
  stop(): Promise<void> {
    return this.worker.stop();
  }

  /** Records still to be written to Dynamics, and the time (milliseconds since 1970) the oldest was asked for. */
  backlog(): Promise<{ count: number; oldestAddedAt?: number }> {
    return this.options.tasks.backlog();
  }

  /** Records Dynamics refused, oldest first; each with the code it was refused with. */
  refused(limit: number): Promise<Task[]> {
    return this.options.tasks.buried(limit);
  }

  /** Tries a refused record again. False when there is no such record. */
  async tryAgain(taskId: string): Promise<boolean> {
    const isRevived = await this.options.tasks.revive(taskId);
    this.worker.wake();
    return isRevived;
  }

  /** Begins the record of a visit. While one is open in the conversation, that one is returned and nothing changes. */
  openChat(facts: ChatFacts): Promise<OpenChat> {
    const { conversationKey, ...chat } = facts;
    const chatActivityId = nameBasedId('chat', conversationKey, facts.startedAt);
    return this.change(conversationKey, [], (existing) => {
      // The same start time again is the same visit, even when it is over by now.
      if (existing && (!existing.closed || existing.chatActivityId === chatActivityId)) return { result: toOpenChat(existing) };
      const document: ChatDocument = {
        version: 1,
        chatActivityId,
        chat,
        isOnLedger: false,
        descriptions: 0,
        held: [],
        deskOwnsRecord: false,
        outbox: existing?.outbox ?? [],
      };
      const draft: Draft = { chat: document };
      if (this.options.mode === 'all') putOnLedger(draft);
      return { ...draft, result: toOpenChat(document) };
    });
  }

  /** The open chat of the conversation, if there is one. */
  async current(conversationKey: string): Promise<OpenChat | undefined> {
    const chat = await this.documents.chat(conversationKey);
    return chat && !chat.closed ? toOpenChat(chat) : undefined;
  }

  /**
   * Records that the customer was shown an article; twice for the same turn is one record. `articleId` is the id of the version
   * row. Throws `NoOpenChat`.
   */
  async articleSent(conversationKey: string, sent: { articleId: string; turnId: string }): Promise<{ kbRecordId: string }> {
    const { articleId, turnId } = sent;
    const { chat: present, read } = await this.documents.readChat(conversationKey);
    if (!present || present.closed) throw new NoOpenChat();
    const { chatActivityId } = present;
    const kbRecordId = nameBasedId('kbRecord', chatActivityId, articleId, turnId);
    const decide = (chat: ChatDocument | undefined, kbRecords: Map<string, KbRecordDocument>): Change<{ kbRecordId: string }> => {
      if (!chat || chat.chatActivityId !== chatActivityId) throw new NoOpenChat();
      if (kbRecords.has(kbRecordId)) return { result: { kbRecordId } };
      const record: KbRecordDocument = { chatActivityId, conversationKey, isRead: false };
      const draft: Draft = { chat, kbRecords: new Map([[kbRecordId, record]]) };
      put(draft, { kind: 'linkArticle', kbRecordId, articleId });
      return { ...draft, result: { kbRecordId } };
    };
    // Hardly ever is the record there already, or the chat changed in between.
    return this.change(conversationKey, [kbRecordId], decide, read);
  }

  /** Records that the customer opened an article that was sent, now or after the visit. Unknown ids are fine. */
  async articleRead(kbRecordId: string): Promise<void> {
    const known = await this.documents.kbRecord(kbRecordId);
    if (!known || known.isRead) return;
    const { chatActivityId } = known;
    const isOfEarlierVisit = (await this.documents.chat(known.conversationKey))?.chatActivityId !== chatActivityId;
    const hadRecord = isOfEarlierVisit && (await this.isOnLedger(chatActivityId));
    await this.change(known.conversationKey, [kbRecordId], (chat, kbRecords) => {
      const record = kbRecords.get(kbRecordId);
      if (!chat || !record || record.isRead) return { result: undefined };
      const draft: Draft = { chat, kbRecords: new Map([[kbRecordId, { ...record, isRead: true }]]) };
      if (chat.chatActivityId === chatActivityId) put(draft, { kind: 'markRead', kbRecordId });
      else if (hadRecord) chat.outbox.push(toTask({ kind: 'markRead', kbRecordId, chatActivityId, isLate: true }));
      return { ...draft, result: undefined };
    });
  }

  /**
   * Makes sure the chat activity is asked for and waits a short while (3 seconds) for Dynamics to have it, so that the desk can be
   * given its id. `created` tells whether Dynamics has it; the id stays the same either way. Throws `NoOpenChat`.
   */
  async prepareHandoff(
    conversationKey: string,
    facts: HandoffFacts = {},
    signal?: AbortSignal,
  ): Promise<{ chatActivityId: string; created: boolean }> {
    const chatActivityId = await this.changeOpen(conversationKey, (draft) => {
      const { chat } = draft;
      const changed = changedColumns(chat.chat, facts);
      chat.chat = { ...chat.chat, ...changed };
      if (!chat.isOnLedger) putOnLedger(draft);
      else if (Object.keys(changed).length > 0 && !chat.deskOwnsRecord) describe(draft, changed);
      return chat.chatActivityId;
    });
    const created = await untilCreated({
      isCreated: () => this.documents.isCreated(chatActivityId),
      limitInMs: this.options.createWaitInMs ?? 3_000,
      clock: this.clock,
      onChange: (listener) => this.onCreated(chatActivityId, listener),
      ...(signal && { signal }),
    });
    if (!created) this.options.log.warn('A handoff goes on without its chat activity', { chatActivityId });
    return { chatActivityId, created };
  }

  /** Notes how a handoff ended. `deskOwnsRecord`: the desk took the chat activity over and completes it itself. */
  async handoffEnded(conversationKey: string, outcome: { deskOwnsRecord: boolean }): Promise<void> {
    if (!outcome.deskOwnsRecord) return;
    await this.change(conversationKey, [], (chat) => {
      if (!chat || chat.closed || chat.deskOwnsRecord) return { result: undefined };
      return { chat: { ...chat, deskOwnsRecord: true }, result: undefined };
    });
  }

  /**
   * Ends the record of the visit, after everything else of it. Without an open chat nothing happens. A chat in mode `handedOff`
   * that asked for nobody leaves no record.
   */
  async closeChat(conversationKey: string, facts: CloseFacts): Promise<void> {
    const { endReason, endedAt } = facts;
    await this.change(conversationKey, [], (chat) => {
      if (!chat || chat.closed) return { result: undefined };
      const draft: Draft = { chat };
      chat.deskOwnsRecord ||= facts.deskOwnsRecord ?? false;
      const owner = chat.deskOwnsRecord ? { unlessTakenOver: true } : {};
      if (chat.isOnLedger) put(draft, { kind: 'closeChat', endedAt, endReason, ...owner });
      chat.closed = { endReason, endedAt };
      chat.held = [];
      return { ...draft, result: undefined };
    });
  }

  /** Keeps the customer's rating as a note on the chat activity; the first per handoff counts. Throws `NoOpenChat` without any chat. */
  async rate(conversationKey: string, rating: Rating): Promise<void> {
    await this.changeLatest(conversationKey, (draft) => {
      const noteId = nameBasedId('rating', draft.chat.chatActivityId, rating.handoffId ?? '');
      put(draft, { kind: 'addNote', noteId, ...ratingText(rating) });
    });
  }

  /**
   * Keeps a message the customer leaves because nobody is there, as a task in Dynamics that names the chat activity. The chat gets
   * its record too, because a person was asked for. The same message twice is one task. Throws `NoOpenChat` without any chat.
   */
  async leaveMessage(conversationKey: string, message: OfflineMessage): Promise<{ recordId: string }> {
    return this.changeLatest(conversationKey, (draft) => {
      const { chat } = draft;
      if (!chat.isOnLedger && !chat.closed) putOnLedger(draft);
      const recordId = nameBasedId('message', chat.chatActivityId, JSON.stringify(message));
      const contact = chat.chat.contactId === undefined ? {} : { contactId: chat.chat.contactId };
      const text = messageText(message, chat.isOnLedger ? chat.chatActivityId : undefined);
      // Not held back with the rest: the message counts, whatever becomes of the chat's own record.
      const entry: LedgerEntry = {
        kind: 'takeMessage',
        taskId: recordId,
        chatActivityId: chat.chatActivityId,
        ...text,
        ...contact,
      };
      chat.outbox.push(toTask(entry));
      return { recordId };
    });
  }

  private changeOpen<T>(conversationKey: string, decide: (draft: Draft) => T): Promise<T> {
    return this.changeLatest(conversationKey, (draft) => {
      if (draft.chat.closed) throw new NoOpenChat();
      return decide(draft);
    });
  }

  private changeLatest<T>(conversationKey: string, decide: (draft: Draft) => T): Promise<T> {
    return this.change(conversationKey, [], (chat) => {
      if (!chat) throw new NoOpenChat();
      const draft: Draft = { chat };
      return { ...draft, result: decide(draft) };
    });
  }

  /** Writes the decision down together with the tasks it leads to. */
  private change<T>(
    conversationKey: string,
    kbRecordIds: string[],
    decide: (chat: ChatDocument | undefined, kbRecords: Map<string, KbRecordDocument>) => Change<T>,
    known?: Read,
  ): Promise<T> {
    return this.perConversation.run(conversationKey, async () => {
      const { result, tasks } = await this.documents.change(conversationKey, kbRecordIds, this.clock.now(), decide, known);
      if (tasks > 0) this.worker.wake();
      return result;
    });
  }

  /** Whether the record of an earlier visit is in Dynamics or on its way there. */
  private async isOnLedger(chatActivityId: string): Promise<boolean> {
    if (await this.documents.isCreated(chatActivityId)) return true;
    return (await this.options.tasks.unfinished(ledgerGroup(chatActivityId))).length > 0;
  }

  private async onDone(entry: LedgerEntry): Promise<void> {
    if (entry.kind !== 'createChat') return;
    await this.documents.setCreated(entry.chatActivityId, this.clock.now());
    for (const listener of this.createdListeners.get(entry.chatActivityId) ?? []) listener();
  }

  private onCreated(chatActivityId: string, listener: () => void): () => void {
    const listeners = this.createdListeners.get(chatActivityId) ?? new Set();
    this.createdListeners.set(chatActivityId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.createdListeners.delete(chatActivityId);
    };
  }
}
