import type { JsonObject } from '../../../common/json';
import { objectOf, objectsOf, textOf, wordOf } from '../../../common/jsonMembers';
import type { HandoffEvent } from '../../events';
import { toAgentMessage } from './agentMessage';
import type { Envelope } from './webhookBody';
import { HANDOFF_PROPERTY } from './wire';

/** What every event of ours carries. */
export interface Stamp {
  eventId: string;
  at: string;
}

export interface Converted {
  event?: HandoffEvent;
  /** Our handoff id, when the event carries the customer's data. */
  handoffId?: string;
  /** The conversation is over: nothing may be sent to it any more. */
  isOver?: boolean;
}

/**
 * The agent an event is about, for the look-up of a name; the vendor's events carry none, but for its older format.
 */
export function agentIdOf({ type, data, body }: Envelope): string | undefined {
  switch (type) {
    case 'MEMBERS_CHANGED':
      return data['memberType'] === 'agent' ? wordOf(data['id']) : undefined;
    case 'CONVERSATION_UPDATE': {
      const assignment = objectOf(data['assignment']);
      return assignment['type'] === 'agent' ? wordOf(assignment['id']) : undefined;
    }
    case 'MESSAGE': {
      const sender = objectOf(data['sender']);
      return sender['type'] === 'agent' ? wordOf(sender['id']) : undefined;
    }
    case 'AGENT_JOINED':
    case 'TEXT':
      return wordOf(body['agentId']);
    default:
      return undefined;
  }
}

/** Turns one event of the vendor's into ours; types and members nobody documented turn into nothing. */
export function toEvent(envelope: Envelope, stamp: Stamp, foundName: string | undefined): Converted {
  const { type, data, body } = envelope;
  const agentName = foundName ?? wordOf(body['agentName']);
  const named = agentName === undefined ? {} : { agentName };
  switch (type) {
    case 'CONVERSATION_UPDATE':
      return fromUpdate(data, stamp, named);
    case 'QUEUED':
      return { event: { ...stamp, kind: 'queued' } };
    case 'MEMBERS_CHANGED':
      return fromMembers(data, stamp, named);
    case 'TRANSFER':
      return { event: { ...stamp, kind: 'transferred' } };
    case 'MESSAGE':
      return withEvent(toAgentMessage(data, stamp, named));
    case 'ACTIVITY':
      return withEvent(fromActivity(data, stamp));
    // The predecessor's format, should the webhook have been made with its version: flat, and with names.
    case 'AGENT_JOINED':
      return { event: { ...stamp, kind: 'agentJoined', ...named } };
    case 'AGENT_LEFT':
      return { event: { ...stamp, kind: 'agentLeft' } };
    case 'TEXT':
      return withEvent(fromLegacyText(body, stamp, named));
    default:
      return {};
  }
}

type Named = { agentName?: string };

/**
 * `idle` is the nearest thing to an end. Who ended it is not said: an assignment that still names an agent speaks for
 * the agent, everything else (nobody accepted, silence, the desk's own rules) is put down to the system.
 */
function fromUpdate(data: JsonObject, stamp: Stamp, named: Named): Converted {
  const assignee = objectOf(data['assignment'])['type'];
  const handoffId = handoffIdIn(data);
  const found = handoffId === undefined ? {} : { handoffId };
  if (data['state'] === 'idle') {
    return {
      ...found,
      isOver: true,
      event: { ...stamp, kind: 'ended', by: assignee === 'agent' ? 'agent' : 'system', reason: 'idle' },
    };
  }
  if (data['state'] === 'active' && assignee === 'agent') return { ...found, event: { ...stamp, kind: 'agentJoined', ...named } };
  const isWaiting = data['state'] === 'created' || assignee === 'queue' || assignee === 'script';
  return isWaiting ? { ...found, event: { ...stamp, kind: 'queued' } } : found;
}

function handoffIdIn(data: JsonObject): string | undefined {
  const properties = objectsOf(objectOf(data['user'])['additionalProperties']);
  return wordOf(properties.find(({ key }) => textOf(key)?.trim() === HANDOFF_PROPERTY)?.['value']);
}

function fromMembers(data: JsonObject, stamp: Stamp, named: Named): Converted {
  const change = `${textOf(data['memberType'])} ${textOf(data['change'])}`;
  if (change === 'agent joined') return { event: { ...stamp, kind: 'agentJoined', ...named } };
  if (change === 'agent left') return { event: { ...stamp, kind: 'agentLeft' } };
  if (change === 'user left') return { isOver: true, event: { ...stamp, kind: 'ended', by: 'customer' } };
  return {};
}

/** Of the activities only typing matters: card actions belong to channels of the vendor's own, receipts to none. */
function fromActivity(data: JsonObject, stamp: Stamp): HandoffEvent | undefined {
  const users = objectOf(data['value'])['users'];
  if (data['name'] !== 'typing' || !Array.isArray(users)) return undefined;
  const types = objectsOf(users).map(({ type }) => type);
  // An empty list means that nobody types any more; the customer's own typing may be reflected.
  if (types.length > 0 && !types.includes('agent')) return undefined;
  return { ...stamp, kind: 'agentTyping', isTyping: types.length > 0 };
}

function fromLegacyText(body: JsonObject, stamp: Stamp, named: Named): HandoffEvent | undefined {
  const text = textOf(body['message']) ?? '';
  if (text === '' || body['messageType'] === 'SYSTEM') return undefined;
  return { ...stamp, kind: 'agentMessage', text, attachments: [], cards: [], ...named };
}

function withEvent(event: HandoffEvent | undefined): Converted {
  return event ? { event } : {};
}
