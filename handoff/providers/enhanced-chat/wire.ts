import { isJsonObject, type JsonObject, type JsonValue, ownMember, parseJson } from '../../../common/json';

/** Answer of the token requests. */
export interface WireToken {
  accessToken: string;
  lastEventId: string;
  /** Whose token it is: `…/AUTH/…` for a verified user, `…/ANON/…` for a guest. */
  subject: string | undefined;
}

/** Anything in a conversation, from the stream or from the listing. */
export interface WireEntry {
  /** `Message`, `ParticipantChanged`, …; the event's name without its prefix where the entry does not say. */
  type: string;
  identifier: string;
  /** The desk's time in milliseconds since 1970. */
  at: number | undefined;
  role: string;
  /** What the sender is known by. */
  senderKey: string;
  senderName: string | undefined;
  payload: JsonObject;
}

/** What the stream’s events are called in the listing; others keep their name and mean nothing here. */
const typesByEvent: Record<string, string> = {
  CONVERSATION_MESSAGE: 'Message',
  CONVERSATION_ROUTING_RESULT: 'RoutingResult',
  CONVERSATION_ROUTING_WORK_RESULT: 'RoutingWorkResult',
  CONVERSATION_PARTICIPANT_CHANGED: 'ParticipantChanged',
  CONVERSATION_SESSION_STATUS_CHANGED: 'SessionStatusChanged',
  CONVERSATION_CLOSE_CONVERSATION: 'CloseConversation',
  CONVERSATION_TYPING_STARTED_INDICATOR: 'TypingStartedIndicator',
  CONVERSATION_TYPING_STOPPED_INDICATOR: 'TypingStoppedIndicator',
};

export function readToken(json: JsonValue | undefined): WireToken | undefined {
  if (!isJsonObject(json)) return undefined;
  const accessToken = wordOf(json, 'accessToken');
  if (accessToken === undefined) return undefined;
  const endUser = objectOf(objectOf(json, 'context'), 'endUser');
  return { accessToken, lastEventId: idOf(json, 'lastEventId') ?? '0', subject: wordOf(endUser, 'subject') };
}

/** When a token ends, in milliseconds since 1970, by its own word; undefined when it cannot be read. */
export function expiryOf(token: string): number | undefined {
  const payload = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  const seconds = isJsonObject(payload) ? numberOf(payload, 'exp') : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Reads an event of the stream; undefined when it is about another conversation or about nothing that can be read. */
export function readEvent(event: { name: string; data: string }, conversationId: string): WireEntry | undefined {
  const envelope = parseJson(event.data);
  if (!isJsonObject(envelope)) return undefined;
  if (wordOf(envelope, 'conversationId')?.toLowerCase() !== conversationId) return undefined;
  const entry = envelope['conversationEntry'];
  // An event without a name says in its entry what it is; one with an unknown name is something new.
  const type = event.name === 'message' ? undefined : (ownMember(typesByEvent, event.name) ?? event.name);
  return readEntry(isJsonObject(entry) ? entry : envelope, type);
}

/** Reads the listing of entries; undefined when it is anything else. */
export function readEntries(json: JsonValue | undefined): WireEntry[] | undefined {
  const list = isJsonObject(json) ? json['conversationEntries'] : undefined;
  if (!Array.isArray(list)) return undefined;
  return list.filter(isJsonObject).map((entry) => readEntry(entry, undefined));
}

function readEntry(entry: JsonObject, known: string | undefined): WireEntry {
  // The stream carries the payload as text, the listing as an object.
  const raw = entry['entryPayload'];
  const parsed = typeof raw === 'string' ? parseJson(raw) : raw;
  const payload = isJsonObject(parsed) ? parsed : {};
  const sender = objectOf(entry, 'sender');
  const senderName = wordOf(entry, 'senderDisplayName');
  return {
    type: known ?? wordOf(entry, 'entryType') ?? wordOf(payload, 'entryType') ?? '',
    identifier: wordOf(entry, 'identifier') ?? '',
    at: timeOf(entry, 'transcriptedTimestamp') ?? timeOf(entry, 'clientTimestamp'),
    role: wordOf(sender, 'role') ?? '',
    senderKey: participantKey(sender, senderName),
    senderName,
    payload,
  };
}

/** What a participant is known by: the same person has the same key in all entries. */
export function participantKey(participant: JsonObject, displayName: string | undefined): string {
  return wordOf(participant, 'subject') ?? wordOf(participant, 'clientIdentifier') ?? displayName ?? 'agent';
}

/** A member that is an object; an empty one when it is missing or something else. */
export function objectOf(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isJsonObject(value) ? value : {};
}

/** The objects in a member that is a list; none when it is missing or something else. */
export function objectsOf(object: JsonObject, name: string): JsonObject[] {
  const value = object[name];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** A text member that is not empty. */
export function wordOf(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A title, which the wire wraps into an object. */
export function titleOf(object: JsonObject, name: string): string | undefined {
  return wordOf(objectOf(object, name), 'title') ?? wordOf(object, name);
}

/** A number member; numbers written as text count too. */
export function numberOf(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** A time in milliseconds since 1970 that a date can hold. */
function timeOf(object: JsonObject, name: string): number | undefined {
  const number = numberOf(object, name);
  return number !== undefined && Math.abs(number) <= 8.64e15 ? number : undefined;
}

function idOf(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'number' ? String(value) : wordOf(object, name);
}
