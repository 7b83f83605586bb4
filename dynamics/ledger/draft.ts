import type { ChatDocument, KbRecordDocument } from './chatDocument';
import type { HandoffFacts, OpenChat } from './facts';
import { type ChatColumns, type LedgerEntry, type Operation, toTask } from './operations';

/** A chat's documents while a decision about them is made. */
export interface Draft {
  chat: ChatDocument;
  kbRecords?: Map<string, KbRecordDocument>;
}

/** Puts the chat activity on the ledger, and behind it what was held back until then. */
export function putOnLedger({ chat }: Draft): void {
  const { chatActivityId, held } = chat;
  const entries: LedgerEntry[] = [{ kind: 'createChat', chat: chat.chat, chatActivityId }, ...held];
  chat.isOnLedger = true;
  chat.held = [];
  chat.outbox.push(...entries.map(toTask));
}

/** Puts an operation on the ledger, or holds it back until the chat activity is on it. A chat that ended without one wants none. */
export function put({ chat }: Draft, operation: Operation): void {
  const { chatActivityId } = chat;
  const entry: LedgerEntry = { ...operation, chatActivityId, ...(chat.closed && { isLate: true }) };
  if (chat.isOnLedger) chat.outbox.push(toTask(entry));
  else if (!chat.closed) chat.held.push(entry);
}

/** Puts a change of the chat's own columns on the ledger. */
export function describe(draft: Draft, columns: ReturnType<typeof changedColumns>): void {
  draft.chat.descriptions += 1;
  put(draft, { kind: 'describeChat', number: draft.chat.descriptions, ...columns });
}

/** The columns that a handoff's facts change. */
export function changedColumns(chat: ChatColumns, facts: HandoffFacts) {
  const { topic, contactId, isAuthenticated } = facts;
  return {
    ...(topic !== undefined && topic !== '' && topic !== chat.subject && { subject: topic }),
    ...(contactId !== undefined && contactId !== chat.contactId && { contactId }),
    ...(isAuthenticated !== undefined && isAuthenticated !== chat.isAuthenticated && { isAuthenticated }),
  };
}

/** What the outside sees of a chat. */
export function toOpenChat({ chatActivityId, chat, isOnLedger, deskOwnsRecord }: ChatDocument): OpenChat {
  const { startedAt, contactId } = chat;
  return { chatActivityId, startedAt, isOnLedger, deskOwnsRecord, ...(contactId !== undefined && { contactId }) };
}
