import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';

/** One step in the course of a session, as far as it is used. */
export interface CourseEvent {
  kind: 'chat' | 'call';
  /** The number of the chat or call. */
  id: string;
  /** The contact center's own id of the event: a repeat has the same. */
  eventId: string;
  /** Milliseconds since 1970; 0 when the event does not say. */
  at: number;
  /** The step in words, without its time. */
  text: string;
}

const mostEvents = 500;
const longestText = 1_000;

/**
 * Reads what the contact center pushes while sessions run (External Session Events): `{count, events: […]}`. What an event tells may
 * stand in it or in its `item`, and grows from one to the next. Events without an id or a session are left out. Undefined when
 * it is no such document.
 */
export function readCourseEvents(document: JsonValue): CourseEvent[] | undefined {
  if (!isJsonObject(document) || !Array.isArray(document['events'])) return undefined;
  return document['events'].slice(0, mostEvents).filter(isJsonObject).flatMap(toCourseEvent);
}

function toCourseEvent(event: JsonObject): CourseEvent[] {
  const item = isJsonObject(event['item']) ? event['item'] : {};
  const told = plainNames({ ...event, ...item });
  const eventId = textOf(told.get('eventid'));
  const session = sessionOf(told);
  if (eventId === undefined || !session) return [];
  return [{ ...session, eventId, at: timeOf(told.get('timestamp')), text: describe(told) }];
}

function sessionOf(told: Map<string, JsonValue>): Pick<CourseEvent, 'kind' | 'id'> | undefined {
  const type = textOf(told.get('type')) ?? textOf(told.get('sessiontype')) ?? '';
  const other = textOf(told.get('sessionid'));
  const chat = textOf(told.get('chatid')) ?? (/chat|messaging/i.test(type) ? other : undefined);
  if (chat !== undefined && /^\d{1,18}$/.test(chat)) return { kind: 'chat', id: chat };
  const call = textOf(told.get('callid')) ?? (/call|voice/i.test(type) ? other : undefined);
  return call !== undefined && /^\d{1,18}$/.test(call) ? { kind: 'call', id: call } : undefined;
}

function describe(told: Map<string, JsonValue>): string {
  const queue = listOf(told.get('queuepathnames')).map(textOf).filter(Boolean).join('/');
  const initiator = textOf(told.get('initiator'));
  const parts = [
    textOf(told.get('state')),
    ...listOf(told.get('participants')).flatMap(participantText),
    queue === '' ? undefined : `queue ${queue}`,
    initiator === undefined ? undefined : `by ${initiator}`,
    ...listOf(told.get('dispositions')).flatMap(dispositionText),
  ];
  return parts
    .filter((part) => part !== undefined)
    .join('; ')
    .slice(0, longestText);
}

/** Such as `agent Ariel: accepted`. */
function participantText(participant: JsonValue): string[] {
  if (!isJsonObject(participant)) return [];
  const told = plainNames(participant);
  const who = [textOf(told.get('type')), textOf(told.get('name')) ?? textOf(told.get('email'))].filter(Boolean).join(' ');
  const state = textOf(told.get('state')) ?? textOf(told.get('status'));
  return who === '' || state === undefined ? [] : [`${who}: ${state}`];
}

function dispositionText(disposition: JsonValue): string[] {
  if (!isJsonObject(disposition)) return [];
  const told = plainNames(disposition);
  const code = [textOf(told.get('code')), textOf(told.get('customcodeid'))].filter(Boolean).join(' / ');
  const note = textOf(told.get('note'));
  const words = [code, note].filter((word) => word !== undefined && word !== '').join(' – ');
  return words === '' ? [] : [`disposition ${words}`];
}

/** Names without capitals and underscores: the documentation's kinds of session events differ in these. */
function plainNames(object: JsonObject): Map<string, JsonValue> {
  return new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase().replaceAll('_', ''), value]));
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function timeOf(value: JsonValue | undefined): number {
  const number = Number(textOf(value) ?? Number.NaN);
  if (Number.isFinite(number)) return number > 0 && number < 8.64e15 ? number : 0;
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? 0 : parsed;
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
