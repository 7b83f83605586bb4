import { isJsonObject, type JsonObject } from '../../common/json';
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
  | { kind: 'closeChat'; endedAt: string; endReason: EndReason };

/** An operation as it is kept in the store; the group of the task is the id of the chat activity. */
export type LedgerEntry = Operation & {
  chatActivityId: string;
  /** Written down after the chat was closed: a refusal by Dynamics is then expected and final. */
  isLate?: boolean;
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

/** The group of a chat's tasks: they are done one after the other. */
export function ledgerGroup(chatActivityId: string): string {
  return `dynamics/${chatActivityId}`;
}

/** The task of an operation. Its id is the same whenever the same thing is to be done, so it is not written down twice. */
export function toTask(entry: LedgerEntry): NewTask {
  return {
    id: `dynamics/${entry.chatActivityId}/${entry.kind}${subjectOf(entry)}`,
    group: ledgerGroup(entry.chatActivityId),
    payload: entry as unknown as JsonObject,
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
