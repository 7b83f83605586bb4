import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';

/** Answer of `System/SessionId`. */
export interface WireSession {
  id: string;
  key: string;
  affinityToken: string;
  clientPollTimeoutInSeconds: number;
}

export interface WireMessage {
  type: string;
  message: JsonObject;
}

/** Answer of every other GET that carries data. */
export interface WireAnswer {
  messages: WireMessage[];
  sequence?: number;
  offset?: number;
}

/** One pre-chat detail of `ChasitorInit`. */
export type WireDetail = {
  label: string;
  value: string;
  transcriptFields: string[];
  displayToAgent: boolean;
  entityMaps: JsonObject[];
};

/** A masking rule as `ChatRequestSuccess` and `SensitiveDataRules` bring it. */
export type WireMaskingRule = { name: string; pattern: string; replacement: string; actionType: string };

/** One entry of `ChasitorSessionData.chatMessages`. */
export interface WireTranscriptEntry {
  type: string;
  name?: string;
  content: string;
  timestamp?: number;
}

const defaultPollTimeoutInSeconds = 40;

/** Reads the flat answer of `System/SessionId`; undefined when it is anything else. */
export function readSession(json: JsonValue | undefined): WireSession | undefined {
  if (!isJsonObject(json)) return undefined;
  const id = textOf(json, 'id');
  const key = textOf(json, 'key');
  const affinityToken = textOf(json, 'affinityToken');
  if (!id || !key || !affinityToken) return undefined;
  // The vendor's examples show both a number and a text.
  const seconds = numberOf(json, 'clientPollTimeout');
  return {
    id,
    key,
    affinityToken,
    clientPollTimeoutInSeconds: seconds !== undefined && seconds > 0 ? seconds : defaultPollTimeoutInSeconds,
  };
}

/** Reads an answer with messages; entries that are no messages are left out. Undefined when it is no such answer. */
export function readAnswer(json: JsonValue | undefined): WireAnswer | undefined {
  if (!isJsonObject(json) || !Array.isArray(json['messages'])) return undefined;
  const messages = json['messages'].filter(isJsonObject).flatMap((entry) => {
    const type = textOf(entry, 'type');
    const message = entry['message'];
    return type ? [{ type, message: isJsonObject(message) ? message : {} }] : [];
  });
  const sequence = numberOf(json, 'sequence');
  const offset = numberOf(json, 'offset');
  return { messages, ...(sequence !== undefined && { sequence }), ...(offset !== undefined && { offset }) };
}

/** The message of this type, if the answer has one. */
export function findMessage(answer: WireAnswer | undefined, type: string): JsonObject | undefined {
  return answer?.messages.find((message) => message.type === type)?.message;
}

export function readMaskingRules(value: JsonValue | undefined): WireMaskingRule[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).flatMap((rule) => {
    const pattern = textOf(rule, 'pattern');
    if (!pattern) return [];
    const text = (name: string) => textOf(rule, name) ?? '';
    return [{ name: text('name'), pattern, replacement: text('replacement'), actionType: text('actionType') }];
  });
}

export function readTranscript(value: JsonValue | undefined): WireTranscriptEntry[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).flatMap((entry) => {
    const type = textOf(entry, 'type');
    if (!type) return [];
    const name = textOf(entry, 'name');
    const timestamp = numberOf(entry, 'timestamp');
    return [
      {
        type,
        content: textOf(entry, 'content') ?? '',
        ...(name !== undefined && { name }),
        // Beyond this no date can hold it.
        ...(timestamp !== undefined && Math.abs(timestamp) <= 8.64e15 && { timestamp }),
      },
    ];
  });
}

/** A text member; undefined when it is missing, null or something else. */
export function textOf(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

/** A number member; numbers written as text count too. */
export function numberOf(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}
