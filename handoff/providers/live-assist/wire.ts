import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';

/** Numbers the desk gives its own lines, as far as they mean something to us. */
export const systemMessages = {
  preChat: 0,
  agentAccepted: 3,
  agentEnded: 5,
  disconnected: 6,
  transferredToAgent: 13,
  transferredToSkill: 15,
  ticketId: 22,
  requeued: 23,
} as const;

/** One event of a chat; `id` is absent when it is not a number. */
export interface WireEvent {
  id?: number;
  type: string;
  time?: string;
  state?: string;
  source?: string;
  text?: string;
  textType?: string;
  by?: string;
  url?: string;
  systemMessageId?: number;
}

export interface WireInfo {
  state?: string;
  agentName?: string;
  agentTyping?: string;
  chatTimeoutInSeconds?: number;
  lastUpdate?: string;
  rtSessionId?: string;
}

export interface WireChat {
  /** Address of the next events. */
  next?: string;
  events: WireEvent[];
  info: WireInfo;
}

/** Reads the answer of a poll; undefined when it is none. */
export function readChat(json: JsonValue | undefined): WireChat | undefined {
  const chat = isJsonObject(json) ? json['chat'] : undefined;
  if (!isJsonObject(chat)) return undefined;
  const events = isJsonObject(chat['events']) ? chat['events'] : {};
  const next = linkTo(chat['link'], 'next') ?? linkTo(events['link'], 'next');
  return {
    ...(next !== undefined && { next }),
    events: listOf(events['event']).filter(isJsonObject).map(readEvent),
    info: readInfoMembers(chat['info']),
  };
}

/** Reads the answer of an info request; undefined when it is none. */
export function readInfo(json: JsonValue | undefined): WireInfo | undefined {
  const info = isJsonObject(json) ? json['info'] : undefined;
  return isJsonObject(info) ? readInfoMembers(info) : undefined;
}

/** `{"availability": …}`; undefined when the answer says nothing of the kind. */
export function readAvailability(json: JsonValue | undefined): boolean | undefined {
  const value = isJsonObject(json) ? json['availability'] : undefined;
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

/** Seconds to wait: a bare number, or the member of that name; negative numbers say that it is not known. */
export function readEstimatedWait(json: JsonValue | undefined): number | undefined {
  const seconds = numberIn(isJsonObject(json) ? json['estimatedWaitTime'] : json);
  return seconds !== undefined && seconds >= 0 ? seconds : undefined;
}

/** Host of the account's chat service. */
export function readBaseUri(json: JsonValue | undefined): string | undefined {
  return isJsonObject(json) ? textIn(json['baseURI']) : undefined;
}

function readEvent(event: JsonObject): WireEvent {
  const id = numberIn(event['@id'] ?? event['id']);
  const systemMessageId = numberIn(event['systemMessageId']);
  const text = textIn(event['text']);
  const members = { time: 'time', state: 'state', source: 'source', textType: 'textType', by: 'by', url: 'url' } as const;
  const texts = Object.entries(members).flatMap(([name, member]) => {
    const value = textIn(event[member]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    type: textIn(event['@type']) ?? '',
    ...(Object.fromEntries(texts) as Partial<WireEvent>),
    ...(id !== undefined && { id }),
    ...(text !== undefined && { text }),
    ...(systemMessageId !== undefined && { systemMessageId }),
  };
}

function readInfoMembers(value: JsonValue | undefined): WireInfo {
  if (!isJsonObject(value)) return {};
  const [state, agentName, agentTyping, lastUpdate] = ['state', 'agentName', 'agentTyping', 'lastUpdate'].map((name) =>
    textIn(value[name]),
  );
  const chatTimeoutInSeconds = numberIn(value['chatTimeout']);
  const session = value['rtSessionId'];
  const rtSessionId = typeof session === 'number' && Number.isSafeInteger(session) ? String(session) : textIn(session);
  return {
    ...(state && { state }),
    ...(agentName && { agentName }),
    ...(agentTyping && { agentTyping }),
    ...(lastUpdate && { lastUpdate }),
    ...(chatTimeoutInSeconds !== undefined && { chatTimeoutInSeconds }),
    ...(rtSessionId && { rtSessionId }),
  };
}

function linkTo(links: JsonValue | undefined, rel: string): string | undefined {
  const link = listOf(links).find((one) => isJsonObject(one) && one['@rel'] === rel);
  return isJsonObject(link) ? textIn(link['@href']) : undefined;
}

/** The desk sends one thing as itself and several as a list. */
function listOf(value: JsonValue | undefined): JsonValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Numbers come as such or as text. */
function numberIn(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
