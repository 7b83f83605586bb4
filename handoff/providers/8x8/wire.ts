import type { JsonObject, JsonValue } from '../../../common/json';
import { numberOf } from '../../../common/jsonMembers';

/** The vendor's shapes and words. What comes in is read member by member, because fields are added and left out freely. */

export const ADAPTIVE_CARD = 'application/vnd.microsoft.card.adaptive';
export const QUICK_REPLIES = 'application/8x8.quick.replies';

/** Key of our handoff id among the additional properties; comes back in conversation updates. */
export const HANDOFF_PROPERTY = 'Handoff';
export const MAX_PROPERTIES = 30;
export const MAX_HISTORY = 200;

/** Who speaks. The server knows `agent` too, but only from its own people. */
export type AuthorType = 'user' | 'bot';

export type WireCard = { contentType: string; content: JsonObject };

export type OutgoingMessage = {
  authorType: AuthorType;
  text?: string;
  attachments?: { id: string }[];
  cards?: WireCard[];
};

export type Property = { key: string; value: string };

export type NewConversation = {
  channelId: string;
  user: {
    name?: string;
    email?: string;
    phone?: string;
    language?: string;
    userId?: string;
    additionalProperties?: Property[];
  };
  assignment: { type: 'queue' | 'script'; id: string };
  history?: { messages: OutgoingMessage[] };
};

export type ConversationState = 'created' | 'active' | 'idle';

export interface ConversationResource {
  state: string;
  assignmentType: string | undefined;
}

export interface Participant {
  type: string;
  removed: boolean;
}

export interface StoredMessage {
  text: string;
  createdAt: number | undefined;
  authorType: string | undefined;
}

export interface Page<T> {
  items: T[];
  hasMore: boolean;
  /** Time of the vendor's server when it answered, in milliseconds. */
  serverTime: number | undefined;
}

/** A point in time in milliseconds, from epoch milliseconds or ISO text. */
export function timeOf(value: JsonValue | undefined): number | undefined {
  const number = numberOf(value);
  if (number !== undefined) return number > 0 && number < 8.64e15 ? number : undefined;
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}
