import { timingSafeEqual } from 'node:crypto';
import { type Clock, isoTime } from '../../../common/clock';
import { parseJson } from '../../../common/json';
import type { Log } from '../../../common/log';
import { WebhookRejected } from '../../errors';
import type { WebhookRequest, WebhookResult } from '../../provider';
import type { AgentNames } from './agentNames';
import type { EndedConversations } from './ended';
import { agentIdOf, toEvent } from './events';
import type { EightByEightSettings } from './settings';
import { isSignedBy, readTransmission, refused, type Transmission } from './signature';
import { KeyUnavailable, type SigningKeys } from './signingKeys';
import { isProbe, readEnvelope } from './webhookBody';

const MAX_BODY_BYTES = 1024 * 1024;
const FUTURE_IN_MS = 60_000;

export interface ReceiveDependencies {
  settings: EightByEightSettings;
  keys: SigningKeys;
  names: AgentNames;
  ended: EndedConversations;
  clock: Clock;
  log: Log;
}

/**
 * Verifies one call over its raw bytes and turns it into events; throws `WebhookRejected`. The same transmission gives
 * the same events each time: the event id is the vendor's, which stays over its retries.
 */
export async function receive(dependencies: ReceiveDependencies, request: WebhookRequest): Promise<WebhookResult> {
  const { settings, clock, ended, log, names } = dependencies;
  if (!isOurPath(request.path, settings.EIGHT_BY_EIGHT_WEBHOOK_SECRET)) throw new WebhookRejected(404, 'no such path');
  if (request.method !== 'POST') throw new WebhookRejected(405, 'only POST');
  if (request.rawBody.length > MAX_BODY_BYTES) throw new WebhookRejected(413, 'the body is too large');
  const body = parseJson(request.rawBody.toString('utf8'));
  if (isProbe(body)) return { events: [], response: { status: 200 } };

  const transmission = readTransmission(request.headers, request.rawBody);
  const isVerified = await verify(dependencies, transmission);
  // The sender tries again; by then the key may be there.
  if (!isVerified) return { events: [], response: { status: 503 } };

  const envelope = readEnvelope(body);
  const agentId = agentIdOf(envelope);
  const stamp = { eventId: transmission.eventId, at: isoTime(envelope.happenedAt ?? clock.now()) };
  const name = agentId === undefined ? undefined : await names.find(agentId);
  const { event, handoffId, isOver } = toEvent(envelope, stamp, name);
  if (isOver) ended.add(envelope.conversationId);
  if (!event) {
    log.debug('An event has nothing for the customer', { event: transmission.eventId });
    return { events: [], response: { status: 200 } };
  }
  const inbound = { sessionKey: envelope.conversationId, ...(handoffId !== undefined && { handoffId }), event };
  return { events: [inbound], response: { status: 200 } };
}

/** False when the key cannot be asked for now; throws when the call is not the vendor's, not ours or too old. */
async function verify({ settings, keys, clock }: ReceiveDependencies, transmission: Transmission): Promise<boolean> {
  const age = clock.now() - transmission.sentAt;
  // Before the key is looked up, so that old recordings cost nothing.
  if (age > settings.EIGHT_BY_EIGHT_SIGNATURE_MAX_AGE_SECONDS * 1000 || age < -FUTURE_IN_MS)
    throw refused('the transmission is stale');
  try {
    const key = await keys.find(transmission.keyId);
    if (!key || !isSignedBy(key, transmission)) throw refused('the signature does not hold');
  } catch (error) {
    if (error instanceof KeyUnavailable) return false;
    throw error;
  }
  const tenant = settings.EIGHT_BY_EIGHT_WEBHOOK_TENANT ?? settings.EIGHT_BY_EIGHT_TENANT;
  // The vendor signs other customers' events with the same keys.
  if (transmission.tenantId !== tenant) throw new WebhookRejected(403, 'the event belongs to another tenant');
  return true;
}

function isOurPath(path: string, secret: string): boolean {
  const given = Buffer.from(path.replace(/^\//, '').replace(/\/$/, ''), 'utf8');
  const wanted = Buffer.from(secret, 'utf8');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
