import { type Clock, isoTime } from '../../../common/clock';
import { isJsonObject, parseJson } from '../../../common/json';
import { errorCode, type Log } from '../../../common/log';
import { HandoffError, WebhookRejected } from '../../errors';
import type { HandoffEvent } from '../../events';
import type { WebhookRequest, WebhookResult } from '../../provider';
import type { ChatActivity } from './activity';
import type { AppsApi } from './client';
import type { Escalations } from './escalations';
import { type Converted, isUnnamedAgent, type Stamp, toEvent } from './events';
import type { Openings } from './openings';
import type { CcaipSettings } from './settings';
import { checkAge, isSigned, readTransmission } from './signature';
import { type Envelope, readEnvelope } from './webhookBody';
import { chatOf } from './wire';

const MAX_BODY_BYTES = 1024 * 1024;
/** The vendor waits for the answer and the customer for the event; a name is decoration. */
const NAME_PATIENCE_IN_MS = 1_500;

export interface ReceiveDependencies {
  settings: CcaipSettings;
  api: AppsApi;
  openings: Openings;
  activity: ChatActivity;
  escalations: Escalations;
  clock: Clock;
  log: Log;
}

/** Verifies one call over its raw bytes and turns it into events; throws `WebhookRejected`. The same call gives the same events. */
export async function receive(deps: ReceiveDependencies, request: WebhookRequest, signal: AbortSignal): Promise<WebhookResult> {
  if (request.path !== '/' && request.path !== '') throw new WebhookRejected(404, 'no such path');
  if (request.method !== 'POST') throw new WebhookRejected(405, 'only POST');
  if (request.rawBody.length > MAX_BODY_BYTES) throw new WebhookRejected(413, 'the body is too large');
  verify(deps, request);
  const envelope = readEnvelope(parseJson(request.rawBody.toString('utf8')), request.rawBody);
  const { chatId, eventId, happenedAt } = envelope;
  const stamp = { eventId, at: isoTime(happenedAt ?? deps.clock.now()) };
  const foundName = isUnnamedAgent(envelope) ? await findAgentName(deps, chatId, signal) : undefined;
  const converted = toEvent(envelope, stamp, foundName);
  const handoffId = envelope.type === 'chat_created' ? await findHandoff(deps, envelope) : undefined;
  if (converted.life === 'alive') deps.activity.seen(chatId);
  if (converted.life === 'dismissed') deps.activity.dismissed(chatId);
  if (converted.ignored) noteIgnored(deps.log, converted.ignored, envelope.type);
  const event = converted.deflection ? await afterDeflection(deps, envelope, converted, stamp, signal) : converted.event;
  // The platform could not be asked now; if the call comes again, it is asked again.
  if (event === 'later') return { events: [], response: { status: 503 } };
  if (!event) return { events: [], response: { status: 200 } };
  const inbound = { sessionKey: String(chatId), ...(handoffId !== undefined && { handoffId }), event };
  return { events: [inbound], response: { status: 200 } };
}

function verify({ settings, clock }: ReceiveDependencies, request: WebhookRequest): void {
  const transmission = readTransmission(request.headers);
  const secrets = [settings.CCAIP_WEBHOOK_SECRET, settings.CCAIP_WEBHOOK_SECONDARY_SECRET].filter(
    (secret) => secret !== undefined,
  );
  if (!isSigned(transmission, request.rawBody, secrets)) throw new WebhookRejected(401, 'the signature does not hold');
  checkAge(transmission, clock.now(), settings.CCAIP_SIGNATURE_MAX_AGE_SECONDS * 1000);
}

/** Whose chat was made. */
function findHandoff({ openings }: ReceiveDependencies, { chatId, body, happenedAt }: Envelope): Promise<string | undefined> {
  const chat = isJsonObject(body['chat']) ? body['chat'] : body;
  return openings.ownerOf(chatId, happenedAt, chatOf({ ...chat, id: chatId }));
}

async function findAgentName(
  { api, log }: ReceiveDependencies,
  chatId: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await api.readChat(chatId, signal, NAME_PATIENCE_IN_MS)).agentName;
  } catch (error) {
    log.debug('The name of an agent was not found', { code: errorCode(error) });
    return undefined;
  }
}

async function afterDeflection(
  { escalations }: ReceiveDependencies,
  { chatId }: Envelope,
  { deflection }: Converted,
  stamp: Stamp,
  signal: AbortSignal,
): Promise<HandoffEvent | 'later' | undefined> {
  if (!deflection) return undefined;
  try {
    const isWaiting = await escalations.keepWaiting(chatId, deflection, signal);
    if (isWaiting) return { ...stamp, kind: 'queued' };
  } catch (error) {
    if (error instanceof HandoffError) return 'later';
    throw error;
  }
  const reason = deflection.reason === 'after_hours' ? 'closed' : 'noAgentAvailable';
  return { ...stamp, kind: 'failed', reason, detail: deflection.reason };
}

function noteIgnored(log: Log, why: NonNullable<Converted['ignored']>, type: string): void {
  const event = /^[\w.-]{1,60}$/.test(type) ? type : 'unreadable';
  if (why === 'nothingToShow') log.warn('A message of an agent has nothing that can be shown', { event });
  else if (why === 'unknown') log.info('An event is not known', { event });
  else log.debug('An event has nothing for the customer', { event, why });
}
