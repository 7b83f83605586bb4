import type { JsonObject } from '../../common/json';
import { chatOrigins, type EndReason, type EnvironmentNames, endReasons, sets } from '../names';
import { wholeSeconds } from '../query';
import type { ChatColumns } from './operations';

/** Usual limits of activity tables; longer texts are refused as a whole. */
const longestSubject = 200;
const longestUrl = 2000;
const longestBotName = 100;
const longestText = 100_000;

/** The row of a new chat activity. */
export function chatRow(chat: ChatColumns, names: EnvironmentNames): JsonObject {
  return {
    subject: cut(chat.subject, longestSubject),
    cxlvhlp_chatstarttime: wholeSeconds(Date.parse(chat.startedAt)),
    cxlvhlp_ChatOrigin: chatOrigins[chat.origin],
    cxlvhlp_IsCustomerAuthenticated: chat.isAuthenticated,
    cxlvhlp_botname: cut(chat.botName, longestBotName),
    cxlvhlp_channel: cut(chat.channel, longestBotName),
    ...(chat.sourcePageUrl !== undefined && { cxlvhlp_SourcePageURL: cut(chat.sourcePageUrl, longestUrl) }),
    ...(chat.contactId !== undefined && contactBinds(chat.contactId, names)),
  };
}

/** The lookups from a chat activity to its customer. Dataverse refuses the whole row when the contact is gone. */
export function contactBinds(contactId: string, names: EnvironmentNames): JsonObject {
  const contact = `/${sets.contacts}(${contactId})`;
  return { [`${names.chatCustomer}@odata.bind`]: contact, [`${names.chatRegarding}@odata.bind`]: contact };
}

/** What makes a chat activity completed; sent in one piece, because a completed one is read only. */
export function closingColumns(endedAt: string, endReason: EndReason, names: EnvironmentNames): JsonObject {
  return {
    cxlvhlp_chatendtime: wholeSeconds(Date.parse(endedAt)),
    cxlvhlp_EndReason: endReasons[endReason],
    statecode: 1,
    statuscode: names.completedStatus,
  };
}

export function kbRecordRow(articleId: string): JsonObject {
  return { 'cxlvhlp_associatedkbarticle@odata.bind': `/${sets.articles}(${articleId})`, cxlvhlp_readbycustomer: false };
}

export function noteRow(chatActivityId: string, subject: string, text: string, names: EnvironmentNames): JsonObject {
  return {
    subject: cut(subject, longestSubject),
    notetext: cut(text, longestText),
    [`${names.noteChat}@odata.bind`]: `/${sets.chatActivities}(${chatActivityId})`,
  };
}

export function messageRow(subject: string, text: string): JsonObject {
  return { subject: cut(subject, longestSubject), description: cut(text, longestText) };
}

export function messageContactBind(contactId: string, names: EnvironmentNames): JsonObject {
  return { [`${names.taskContact}@odata.bind`]: `/${sets.contacts}(${contactId})` };
}

export function subjectColumn(subject: string): JsonObject {
  return { subject: cut(subject, longestSubject) };
}

/** Cuts between characters, so that no half of an emoji is left. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(longest - 2)) ? longest - 2 : longest - 1;
  return `${text.slice(0, end)}…`;
}
