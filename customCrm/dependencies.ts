import type { Clock } from '../common/clock';
import type { Log } from '../common/log';
import type { BotChats } from '../dynamics/botChats';
import type { Cases } from '../dynamics/cases';
import type { Customers } from '../dynamics/customers';
import type { Notes } from '../dynamics/notes';
import type { DocumentStore } from '../store/store';
import type { FileSpool } from './files/fileSpool';

/** A conversation of the bot's that a person has, or had. */
export interface BotConversation {
  /** The chat activity that bot and contact center share. */
  chatActivityId?: string;
  /** How far the handoff is: `queued`, `connected`, `ended` … */
  state: string;
  topic: string;
  channel: string;
  /** ISO time. */
  requestedAt: string;
  agentName?: string;
}

/** Finds the bot's conversations by what the contact center calls them. */
export interface BotConversations {
  /** The conversation behind a chat of the contact center; undefined when it did not come from the bot. */
  findByChat(chatId: string): Promise<BotConversation | undefined>;
}

/** What the endpoints work with. */
export interface CrmDependencies {
  customers: Customers;
  cases: Cases;
  chats: BotChats;
  notes: Notes;
  documents: DocumentStore;
  conversations: BotConversations;
  spool: FileSpool;
  clock: Clock;
  log: Log;
  /** Country code of phone numbers that come without one. */
  countryCode: string;
  largestFile: number;
  /** An address at which the file can be fetched without further proof. */
  linkFile(attachmentId: string, name: string): string;
}
