import { isJsonObject, type JsonObject } from '../../common/json';
import { currentTraceparent } from '../../common/telemetry';
import type { NewTask, Task } from '../../store/tasks';
import type { ChatOrigin, EndReason } from '../names';

/** What is known of a chat when its record is created. */
export interface ChatColumns {
  subject: string;
  /** ISO times. */
  startedAt: string;
  channel: string;
  botName: string;
  origin: ChatOrigin;
  sourcePageUrl?: string;
  isAuthenticated: boolean;
  contactId?: string;
}

/** One thing to do in Dynamics for a chat. All of it can be done twice with the effect of once. */
export type Operation =
  | { kind: 'createChat'; chat: ChatColumns }
  | { kind: 'describeChat'; number: number; subject?: string; contactId?: string; isAuthenticated?: boolean }
  | { kind: 'linkArticle'; kbRecordId: string; articleId: string }
  | { kind: 'markRead'; kbRecordId: string }
  | { kind: 'addNote'; noteId: string; subject: string; text: string }
  | { kind: 'takeMessage'; taskId: string; subject: string; text: string; contactId?: string }
  /** `unlessTakenOver`: the desk is expected to complete the record; only one that it never touched is closed. */
  | { kind: 'closeChat'; endedAt: string; endReason: EndReason; unlessTakenOver?: boolean };

/** An operation as it is kept in the store; the group of the task is the id of the chat activity. */
export type LedgerEntry = Operation & {
  chatActivityId: string;
  /** Written down after the chat was closed: a refusal by Dynamics is then expected and final. */
  isLate?: boolean;
  /** The span in which it was written down, so that what is done in Dynamics shows in the same trace. */
  traceparent?: string;
};

const kinds: ReadonlySet<string> = new Set([
  'createChat',
  'describeChat',
  'linkArticle',
  'markRead',
  'addNote',
  'takeMessage',
  'closeChat',
] satisfies Operation['kind'][]);

/** What the names of all groups of the ledger begin with; other parts keep tasks of their own in the same store. */
export const ledgerGroups = 'dynamics/';

/** The group of a chat's tasks: they are done one after the other. */
export function ledgerGroup(chatActivityId: string): string {
  return `${ledgerGroups}${chatActivityId}`;
}

/** The task of an operation. Its id is the same whenever the same thing is to be done, so it is not written down twice. */
export function toTask(entry: LedgerEntry): NewTask {
  const traceparent = currentTraceparent();
  return {
    id: `dynamics/${entry.chatActivityId}/${entry.kind}${subjectOf(entry)}`,
    group: ledgerGroup(entry.chatActivityId),
    payload: { ...entry, ...(traceparent !== undefined && { traceparent }) } as unknown as JsonObject,
  };
}

/** The operation of a task; undefined when it is none of ours. */
export function toEntry(task: Task): LedgerEntry | undefined {
  const { payload } = task;
  const isOurs = isJsonObject(payload) && kinds.has(String(payload['kind'])) && typeof payload['chatActivityId'] === 'string';
  return isOurs ? (payload as unknown as LedgerEntry) : undefined;
}

function subjectOf(entry: LedgerEntry): string {
  switch (entry.kind) {
    case 'createChat':
    case 'closeChat':
      return '';
    case 'describeChat':
      return `/${entry.number}`;
    case 'linkArticle':
    case 'markRead':
      return `/${entry.kbRecordId}`;
    case 'addNote':
      return `/${entry.noteId}`;
    case 'takeMessage':
      return `/${entry.taskId}`;
  }
}
