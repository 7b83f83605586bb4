import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';

/** The Generic Channel's shapes and words. */

/** One thing of the guest's; never of a type the vendor does not know. */
export type IncomingActivity = {
  /** For debugging on their side only. */
  id: string;
  conversationId: string;
  type: 'ChatMessage' | 'GuestLeft';
  /** ISO with offset; they sort by it. */
  timestamp: string;
  text?: string;
  /** Counts only when this activity makes a new session. */
  conversationMetadata?: Record<string, string>;
};

export const MESSAGE_TYPES = ['ChatMessage', 'OperatorJoined', 'OperatorLeft', 'GuestLeft'] as const;
export type ActivityType = (typeof MESSAGE_TYPES)[number];

/** Session parameters with a meaning of their own at mluvii. */
export const GUEST_NAME = 'oo1_guest_ident';
export const GUEST_EMAIL = 'oo1_guest_email';
export const GUEST_PHONE = 'oo1_guest_phone';

/** The object's members with names in lower case: the vendor's editions differ in their capitals. */
export function membersOf(body: JsonValue | undefined): Record<string, JsonValue | undefined> | undefined {
  if (!isJsonObject(body)) return undefined;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Text with something in it, without blanks around. */
export function wordOf(value: JsonValue | undefined): string | undefined {
  const trimmed = typeof value === 'string' ? value.trim() : undefined;
  return trimmed === '' ? undefined : trimmed;
}

export function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}
