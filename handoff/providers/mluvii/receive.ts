import { randomUUID } from 'node:crypto';
import { type Clock, isoTime } from '../../../common/clock';
import { type JsonValue, parseJson } from '../../../common/json';
import type { Log } from '../../../common/log';
import { WebhookRejected } from '../../errors';
import type { HandoffEvent } from '../../events';
import type { WebhookRequest, WebhookResult } from '../../provider';
import { isAuthorized } from './basicAuth';
import { toPlainText } from './plainText';
import type { Presences } from './presence';
import type { Registrations } from './registration';
import { handoffIdOf } from './session';
import type { MluviiSettings } from './settings';
import { membersOf, wordOf } from './wire';

const MAX_BODY_BYTES = 1024 * 1024;

export interface ReceiveDependencies {
  settings: MluviiSettings;
  registrations: Registrations;
  presences: Presences;
  clock: Clock;
  log: Log;
}

type Members = Record<string, JsonValue | undefined>;

/**
 * Takes a registration or an activity. An activity carries neither an id nor a time: each call is an event of its own, because taking
 * two equal messages for one would lose what an operator said.
 */
export async function receive(dependencies: ReceiveDependencies, request: WebhookRequest): Promise<WebhookResult> {
  const { settings, registrations, log } = dependencies;
  const path = request.path.replace(/\/+$/, '').toLowerCase();
  if (path !== '/registration' && path !== '/activity') throw new WebhookRejected(404, 'no such path');
  if (request.method !== 'POST') throw new WebhookRejected(405, 'only POST');
  const { MLUVII_WEBHOOK_USER: user, MLUVII_WEBHOOK_PASSWORD: passwords } = settings;
  if (!isAuthorized(request.headers['authorization'], user, passwords))
    throw new WebhookRejected(401, 'the user name or password is wrong');
  if (request.rawBody.length > MAX_BODY_BYTES) throw new WebhookRejected(413, 'the body is too large');
  const body = parseJson(request.rawBody.toString('utf8'));
  if (path === '/activity') return receiveActivity(dependencies, body);
  await registrations.replace(body);
  if (registrations.isFixed) log.warn('A registration was kept, but MLUVII_CHANNEL_URL goes before it');
  else log.info('The channel was registered');
  return { events: [], response: { status: 200 } };
}

async function receiveActivity(dependencies: ReceiveDependencies, body: JsonValue | undefined): Promise<WebhookResult> {
  const members = membersOf(body);
  if (!members) throw new WebhookRejected(400, 'the body is not a JSON object');
  const conversationId = wordOf(members['conversationid']);
  if (conversationId === undefined) throw new WebhookRejected(400, 'the activity names no conversation');
  const type = wordOf(members['type'])?.toLowerCase();
  if (type === undefined) throw new WebhookRejected(400, 'the activity has no type');
  const eventId = randomUUID();
  const stamp = { eventId, at: isoTime(dependencies.clock.now()) };
  const handoffId = handoffIdOf(conversationId);
  const event = handoffId === undefined ? undefined : await toEvent(dependencies, conversationId, type, members, stamp);
  if (!event) dependencies.log.debug('An activity has nothing for the customer', { event: eventId });
  return {
    events: event && handoffId !== undefined ? [{ sessionKey: conversationId, handoffId, event }] : [],
    // Theirs to keep; mandatory.
    response: { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id: eventId }) },
  };
}

async function toEvent(
  { presences }: ReceiveDependencies,
  conversationId: string,
  type: string,
  members: Members,
  stamp: { eventId: string; at: string },
): Promise<HandoffEvent | undefined> {
  const agentName = wordOf(members['operatoruserfullname']);
  switch (type) {
    case 'chatmessage': {
      const html = members['text'];
      const text = typeof html === 'string' ? toPlainText(html) : '';
      if (text.trim() === '') return undefined;
      return { ...stamp, kind: 'agentMessage', text, attachments: [], cards: [], ...(agentName !== undefined && { agentName }) };
    }
    case 'operatorjoined':
      await presences.joined(conversationId, operatorOf(members));
      return { ...stamp, kind: 'agentJoined', ...(agentName !== undefined && { agentName }) };
    case 'operatorleft': {
      const presence = await presences.left(conversationId, operatorOf(members));
      // Whoever takes over may have joined first.
      return presence === 'left' ? { ...stamp, kind: 'agentLeft' } : undefined;
    }
    case 'guestleft':
      // mluvii gave the guest up: nobody sits at the other end any more.
      return { ...stamp, kind: 'ended', by: 'system', reason: 'guestLeft' };
    default:
      return undefined;
  }
}

/** The number is optional; a name is better than nothing to tell one operator from another. */
function operatorOf(members: Members): string {
  const id = members['operatoruserid'];
  return typeof id === 'number' && id !== 0 ? String(id) : (wordOf(members['operatoruserfullname']) ?? 'operator');
}
