import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { objectOf, wordOf } from '../../../common/jsonMembers';
import { WebhookRejected } from '../../errors';
import { idOf, timeOf } from './wire';

/** What all events have in common. */
export interface Envelope {
  type: string;
  chatId: number;
  /** When it happened, epoch milliseconds; undefined when the vendor does not say. */
  happenedAt: number | undefined;
  body: JsonObject;
  eventId: string;
}

/** Throws `WebhookRejected` with 400 for anything that cannot be an event about a chat. */
export function readEnvelope(value: JsonValue | undefined, rawBody: Buffer): Envelope {
  if (!isJsonObject(value)) throw new WebhookRejected(400, 'the body is not a JSON object');
  const type = typeof value['event_type'] === 'string' ? value['event_type'].trim().toLowerCase() : '';
  if (type === '') throw new WebhookRejected(400, 'the event has no type');
  const chatId = idOf(value['chat_id']);
  if (chatId === undefined) throw new WebhookRejected(400, 'the event names no chat');
  const body = objectOf(value['body']);
  return { type, chatId, happenedAt: timeOf(value['timestamp']), body, eventId: eventIdOf(type, value, body, rawBody) };
}

/**
 * The vendor names no event id. A message with an id of its own is known by that; everything else by its very bytes, in which the
 * time of the event makes two alike ones different and a redelivered one the same.
 */
function eventIdOf(type: string, event: JsonObject, body: JsonObject, rawBody: Buffer): string {
  const own = wordOf(event['event_id']) ?? wordOf(event['id']);
  if (own !== undefined) return `event:${own}`;
  const message = wordOf(objectOf(body['message'])['id']);
  if (type === 'message_received' && message !== undefined) return `message:${message}`;
  return `sha256:${createHash('sha256').update(rawBody).digest('base64url')}`;
}
