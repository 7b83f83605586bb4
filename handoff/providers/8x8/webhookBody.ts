import type { JsonObject, JsonValue } from '../../../common/json';
import { isJsonObject } from '../../../common/json';
import { objectOf, wordOf } from '../../../common/jsonMembers';
import { WebhookRejected } from '../../errors';
import { timeOf } from './wire';

/** What all events but the probe have in common. */
export interface Envelope {
  type: string;
  conversationId: string;
  /** When it happened, epoch milliseconds; undefined when the vendor does not say. */
  happenedAt: number | undefined;
  data: JsonObject;
  /** The whole body: the older format keeps its members here instead of in `data`. */
  body: JsonObject;
}

/** The probe that is sent when a webhook is added or tested. Not known to be signed; answered well, with no effect. */
export function isProbe(body: JsonValue | undefined): boolean {
  return isJsonObject(body) && body['eventType'] === 'WEB_HOOK_VERIFY';
}

/** Throws `WebhookRejected` with 400 for anything that cannot be an event about a conversation. */
export function readEnvelope(body: JsonValue | undefined): Envelope {
  if (!isJsonObject(body)) throw new WebhookRejected(400, 'the body is not a JSON object');
  const type = typeof body['eventType'] === 'string' ? body['eventType'].trim() : '';
  if (type === '') throw new WebhookRejected(400, 'the event has no type');
  const conversationId = wordOf(body['conversationId']);
  if (conversationId === undefined) throw new WebhookRejected(400, 'the event names no conversation');
  return { type, conversationId, happenedAt: timeOf(body['timestamp']), data: objectOf(body['data']), body };
}
