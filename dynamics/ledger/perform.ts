import type { JsonObject } from '../../common/json';
import type { Log } from '../../common/log';
import { DataverseError } from '../dataverseError';
import type { DataverseGateway, RowReference } from '../gateway';
import { type EnvironmentNames, sets } from '../names';
import { ownerOf } from './deskOwnership';
import type { LedgerEntry } from './operations';
import {
  chatRow,
  closingColumns,
  contactBinds,
  kbRecordRow,
  messageContactBind,
  messageRow,
  noteRow,
  subjectColumn,
} from './rows';

export interface PerformContext {
  gateway: DataverseGateway;
  names: EnvironmentNames;
  log: Log;
  signal: AbortSignal;
  /** How long ago the operation was written down. */
  waitedInMs: number;
}

/** No person takes a chat sooner than this after it was asked for; what Dynamics took at once needs no look. */
const soonestAgentInMs = 250;

/** Does one operation in Dynamics. Twice is fine. Throws `DataverseError`. */
export async function perform(entry: LedgerEntry, context: PerformContext): Promise<void> {
  const { gateway, names, signal } = context;
  const chat: RowReference = { set: sets.chatActivities, id: entry.chatActivityId };
  switch (entry.kind) {
    case 'createChat': {
      const { contactId, ...facts } = entry.chat;
      const binds = contactId === undefined ? {} : contactBinds(contactId, names);
      await withOptionalBinds(binds, context, (columns) =>
        gateway.create(chat, { ...chatRow(facts, names), ...columns }, { signal }),
      );
      return;
    }
    case 'describeChat': {
      // An outage may have held this back until an agent had the chat, and the desk names its records itself.
      const mayBeTaken = entry.subject !== undefined && context.waitedInMs > soonestAgentInMs;
      const isOurs = !mayBeTaken || !(await ownerOf(chat, gateway, signal)).isTakenOver;
      const columns = {
        ...(isOurs && entry.subject !== undefined && subjectColumn(entry.subject)),
        ...(entry.isAuthenticated !== undefined && { cxlvhlp_IsCustomerAuthenticated: entry.isAuthenticated }),
      };
      const binds = entry.contactId === undefined ? {} : contactBinds(entry.contactId, names);
      await withOptionalBinds(binds, context, async (extra) => {
        const values = { ...columns, ...extra };
        if (Object.keys(values).length > 0) await gateway.update(chat, values, { signal });
      });
      return;
    }
    case 'linkArticle': {
      const record: RowReference = { set: sets.kbRecords, id: entry.kbRecordId };
      await gateway.create(record, kbRecordRow(entry.articleId), { signal });
      await gateway.associate(chat, names.chatArticles, record, { signal });
      return;
    }
    case 'markRead':
      await gateway.update({ set: sets.kbRecords, id: entry.kbRecordId }, { cxlvhlp_readbycustomer: true }, { signal });
      return;
    case 'addNote': {
      const row = noteRow(entry.chatActivityId, entry.subject, entry.text, names);
      await gateway.create({ set: sets.notes, id: entry.noteId }, row, { signal });
      return;
    }
    case 'takeMessage': {
      const task: RowReference = { set: sets.tasks, id: entry.taskId };
      const row = messageRow(entry.subject, entry.text);
      const binds = entry.contactId === undefined ? {} : messageContactBind(entry.contactId, names);
      await withOptionalBinds(binds, context, (columns) => gateway.create(task, { ...row, ...columns }, { signal }));
      return;
    }
    case 'closeChat':
      if (entry.unlessTakenOver) {
        const owner = await ownerOf(chat, gateway, signal);
        if (owner.isTakenOver || owner.isCompleted) return;
      }
      try {
        await gateway.update(chat, closingColumns(entry.endedAt, entry.endReason, names), { signal });
      } catch (error) {
        // A completed record takes no changes: it was our own earlier try whose answer was lost, or an agent closed it by hand.
        if (!isRefusal(error) || !(await ownerOf(chat, gateway, signal)).isCompleted) throw error;
      }
      return;
  }
}

/**
 * Writes with links to the customer, and without them when that is refused: the contact may have been deleted or merged since it
 * was looked up, and Dataverse then refuses the row as a whole.
 */
async function withOptionalBinds(
  binds: JsonObject,
  { log }: PerformContext,
  write: (binds: JsonObject) => Promise<unknown>,
): Promise<void> {
  try {
    await write(binds);
  } catch (error) {
    if (!isRefusal(error) || Object.keys(binds).length === 0) throw error;
    log.warn('A record is written without its customer, because the contact was refused', { code: error.code });
    await write({});
  }
}

function isRefusal(error: unknown): error is DataverseError {
  return error instanceof DataverseError && !error.retriable && error.status >= 400;
}
