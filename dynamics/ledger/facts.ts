import type { EndReason } from '../names';
import type { ChatColumns } from './operations';

/** One visit of a conversation, as it begins. */
export interface ChatFacts extends ChatColumns {
  /** The conversation as the product keys it; stable over all its visits. */
  conversationKey: string;
}

/** A chat whose record is open. */
export interface OpenChat {
  /** Id of the chat activity, chosen by us, whether or not Dynamics has it yet. */
  chatActivityId: string;
  /** ISO time. */
  startedAt: string;
  /** Whether the record was asked for; false while mode `handedOff` waits for a handoff. */
  isOnLedger: boolean;
  /** The contact the chat is linked to, when known. */
  contactId?: string;
  deskOwnsRecord: boolean;
}

/** What is known better by the time a person is asked for. */
export interface HandoffFacts {
  /** Becomes the subject of the chat activity. */
  topic?: string;
  contactId?: string;
  isAuthenticated?: boolean;
}

export interface CloseFacts {
  endReason: EndReason;
  /** ISO time. */
  endedAt: string;
  /** The desk completes the chat activity itself; the bot then closes it only if the desk never touched it. */
  deskOwnsRecord?: boolean;
}

export interface Rating {
  /** As the customer gave it, e.g. 1 to 5. */
  score: number;
  comment?: string;
  /** The handoff that is rated; absent for the bot's own answers. */
  handoffId?: string;
}

/** A message left because nobody was there to answer. */
export interface OfflineMessage {
  name: string;
  email?: string;
  phone?: string;
  text: string;
  topic: string;
  /** The escalation skill it is for. */
  skill: string;
}
