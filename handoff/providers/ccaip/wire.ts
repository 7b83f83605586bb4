import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { numberOf, objectOf, objectsOf, wordOf } from '../../../common/jsonMembers';

/** The vendor's shapes and words. What comes in is read member by member: new keys may appear at any time. */

export type Sender = 'end_user' | 'virtual_agent' | 'agent';
export type TranscriptItem = { sender: Sender; timestamp: string; content: { type: 'text'; text: string }[] };
export type CustomDatum = { label: string; value: string; type: 'string' };

export type NewEndUser = { identifier: string; name?: string; email?: string; phone?: string };

export type NewChat = {
  menu_id: number;
  end_user_id: number;
  lang: string;
  context: { value: Record<string, string> };
  transcript: TranscriptItem[];
  custom_data?: Record<string, CustomDatum>;
};

export type MediaKind = 'photo' | 'video';

export type OutgoingMessage =
  | { type: 'text'; content: string | { text: string } }
  | { type: MediaKind; content: { media_id: number | string } };

/** What is known of a chat from its object. */
export interface ChatResource {
  id: number;
  status: string;
  createdAt: number | undefined;
  endUserId: number | undefined;
  identifier: string | undefined;
  menuIds: number[];
  agentName: string | undefined;
  handoffId: string | undefined;
}

/** Member of the context under which our handoff's id travels. */
export const HANDOFF_KEY = 'handoff_id';

/** An id: a whole number above 0. */
export function idOf(value: JsonValue | undefined): number | undefined {
  const number = numberOf(value);
  return number !== undefined && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** A point in time in milliseconds, from ISO text (or what else `Date` reads) or from epoch seconds or milliseconds. */
export function timeOf(value: JsonValue | undefined): number | undefined {
  const number = numberOf(value);
  // Seconds reach this size in the year 5138; milliseconds left it in 1973.
  if (number !== undefined)
    return number > 0 && number < 8.64e15 ? Math.round(number < 1e11 ? number * 1000 : number) : undefined;
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** The chat object, or undefined when it is none. */
export function chatOf(value: JsonValue | undefined): ChatResource | undefined {
  // Answers may wrap it as the request does.
  const outer = objectOf(value);
  const chat = isJsonObject(outer['chat']) ? outer['chat'] : outer;
  const id = idOf(chat['id']);
  if (id === undefined) return undefined;
  const endUser = objectOf(chat['end_user']);
  return {
    id,
    status: wordOf(chat['status'])?.toLowerCase() ?? '',
    createdAt: timeOf(chat['created_at']),
    endUserId: idOf(endUser['id']) ?? idOf(chat['end_user_id']),
    identifier: wordOf(endUser['identifier']),
    menuIds: objectsOf(chat['menus']).flatMap((menu) => idOf(menu['id']) ?? []),
    agentName: personName(objectOf(chat['agent'])),
    handoffId: handoffIdIn(chat),
  };
}

/** Our handoff's id, if the vendor gives the context back. It is not documented that it does. */
export function handoffIdIn(chat: JsonObject): string | undefined {
  const context = objectOf(chat['context']);
  return wordOf(objectOf(context['value'])[HANDOFF_KEY]) ?? wordOf(context[HANDOFF_KEY]);
}

export function personName(person: JsonObject): string | undefined {
  const whole = wordOf(person['name']) ?? wordOf(person['display_name']);
  const parts = [wordOf(person['first_name']), wordOf(person['last_name'])].filter((part) => part !== undefined);
  return whole ?? (parts.length > 0 ? parts.join(' ') : undefined);
}
