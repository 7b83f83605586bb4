import type { JsonObject } from '../../../common/json';
import { objectOf, wordOf } from '../../../common/jsonMembers';
import type { HandoffEvent } from '../../events';
import { readMessage } from './agentMessage';
import { type Deflection, readDeflection } from './deflection';
import type { Envelope } from './webhookBody';
import { personName } from './wire';

/** What every event of ours carries. */
export interface Stamp {
  eventId: string;
  at: string;
}

/** What an event of the vendor's is to us. */
export interface Converted {
  event?: HandoffEvent;
  /** The event cannot be made before the platform was asked to let the chat wait. */
  deflection?: Deflection;
  /** What it says about the chat being alive. */
  life?: 'alive' | 'dismissed';
  /** Why nothing became of it, for the log. */
  ignored?: 'echo' | 'virtualAgent' | 'nothingToShow' | 'unknown';
}

/** Turns one event into ours; types nobody documented are told by their words, or turn into nothing. */
export function toEvent({ type, body }: Envelope, stamp: Stamp, foundName: string | undefined): Converted {
  switch (type) {
    case 'chat_created':
      return { event: { ...stamp, kind: 'queued' } };
    case 'participant_joined': {
      const name = personName(participantIn(body)) ?? foundName;
      if (!isPerson(participantType(body))) return { ignored: 'virtualAgent' };
      return { event: { ...stamp, kind: 'agentJoined', ...(name !== undefined && { agentName: name }) }, life: 'alive' };
    }
    case 'participant_left':
      return isPerson(participantType(body)) ? { event: { ...stamp, kind: 'agentLeft' } } : { ignored: 'virtualAgent' };
    case 'message_received':
      return fromMessage(body, stamp);
    case 'chat_dismissed':
      return { event: { ...stamp, kind: 'paused' }, life: 'dismissed' };
    case 'chat_ended':
      return { event: { ...stamp, kind: 'ended', ...endOf(body) } };
    default:
      return fromUnnamed(type, body, stamp);
  }
}

/** Whether somebody of the desk's people joined and is not named, so that the chat has to be asked for the name. */
export function isUnnamedAgent({ type, body }: Envelope): boolean {
  return type === 'participant_joined' && isPerson(participantType(body)) && personName(participantIn(body)) === undefined;
}

function fromMessage(body: JsonObject, stamp: Stamp): Converted {
  const sender = objectOf(body['sender']);
  const type = wordOf(sender['type'])?.replaceAll('-', '_').toLowerCase();
  // Every message is told of, the customer's own too.
  if (type === 'end_user') return { ignored: 'echo' };
  const message = objectOf(body['message']);
  // A task assistant speaks for the agent who called it in; any other virtual agent stands before the person asked for.
  const isAssistant = type === 'virtual_agent' && (message['server_message'] ?? body['server_message']) !== undefined;
  if (!isPerson(type) && !isAssistant) return { ignored: type?.includes('virtual') ? 'virtualAgent' : 'unknown' };
  const said = readMessage(message);
  if (!said) return { ignored: 'nothingToShow' };
  const agentName = isAssistant ? undefined : personName(sender);
  const named = agentName === undefined ? {} : { agentName };
  return { event: { ...stamp, kind: 'agentMessage', ...said, cards: [], ...named }, life: 'alive' };
}

/** Of the documented participants `agent` is the one; others of the kind may come. */
function isPerson(type: string | undefined): boolean {
  return type !== undefined && /agent/.test(type) && !/virtual/.test(type);
}

function participantIn(body: JsonObject): JsonObject {
  const wrapped = [body['participant'], body['agent'], body['sender'], body['user']].map(objectOf);
  return wrapped.find((place) => Object.keys(place).length > 0) ?? body;
}

function participantType(body: JsonObject): string | undefined {
  const type = wordOf(participantIn(body)['type'])?.replaceAll('-', '_').toLowerCase();
  // The member's name tells it where the object does not.
  return type ?? (Object.keys(objectOf(body['agent'])).length > 0 ? 'agent' : undefined);
}

/** Who ended it is not documented to be said; the metadata's word for it is looked for. */
function endOf(body: JsonObject): { by: 'agent' | 'customer' | 'system'; reason?: string } {
  const places = [body, objectOf(body['chat'])];
  const keys = ['disconnected_by', 'ended_by', 'finished_by', 'initiator'];
  const told = places.flatMap((place) =>
    keys.flatMap((key) => wordOf(place[key]) ?? wordOf(objectOf(place[key])['type']) ?? []),
  )[0];
  const status = places.map((place) => wordOf(place['status'])).find((word) => word !== undefined && /^[\w-]{1,40}$/.test(word));
  const reason = status === undefined ? {} : { reason: status };
  if (told !== undefined && /end[_-]?user|consumer|customer/i.test(told)) return { by: 'customer', ...reason };
  if (told !== undefined && /agent/i.test(told) && !/virtual/i.test(told)) return { by: 'agent', ...reason };
  return { by: 'system', ...reason };
}

/** Events for transfers, escalations and deflections exist, but their names are not documented. */
function fromUnnamed(type: string, body: JsonObject, stamp: Stamp): Converted {
  const deflection = readDeflection(type, body);
  if (deflection) return { deflection };
  // A transfer that failed leaves the chat where it is.
  if (/transfer/.test(type) && !/fail|cancel|declin|reject/.test(type)) return { event: { ...stamp, kind: 'transferred' } };
  return { ignored: 'unknown' };
}
