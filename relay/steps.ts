import type { JsonObject } from '../common/json';
import type { FailureReason } from '../handoff/events';
import type { CloseReason } from '../handoff/provider';
import type { LinkState, NewEvent, NewMessage } from '../store/links';
import type { Delivery, GiveBack } from './delivery';
import type { LinkData, LiveLink } from './linkData';
import { routeTag } from './operating/routeTag';

/** One decided move of a link, before it is written. Absent members stay as they are. */
export interface Step {
  state?: LinkState;
  data?: LinkData;
  provider?: string;
  sessionKey?: string | null;
  isOpen?: boolean;
  isFinished?: boolean;
  handledEvents?: number[];
  /** An attempt to send or deliver this message begins; only `data` may go with it. */
  attempt?: { seq: number; reservation?: JsonObject };
  /** A message to the desk is written down and its attempt begins; only `data` may go with it. Nothing is done unless it is the next one. */
  begin?: { message: NewMessage; reservation?: JsonObject };
  /** A batch that was listened to, written together with `data`; nothing else may go with it. */
  received?: { sessionKey: string; events: NewEvent[] };
  settled?: { seq: number; as: 'done' | 'failed'; error?: string }[];
  /** For the customer, each with an id that is equal when the step is decided again after a crash. */
  deliveries?: { id: string; delivery: Delivery }[];
  /** Words of ours to the agent. */
  notes?: NewMessage[];
}

/** The data with the present session, if any, marked to be closed and forgotten. Pure. */
export function closingSession(link: LiveLink, reason: CloseReason): LinkData {
  const { session, isPaused: _paused, isReminded: _reminded, ...data } = link.data;
  if (!session) return data;
  const { provider } = link;
  return { ...data, pastSession: { provider, session }, closings: [...data.closings, { provider, session, reason }] };
}

/** The present route failed: on to the next one, or the handoff has failed. Pure. */
export function nextRoute(link: LiveLink, failure: FailureReason): Step {
  const { queuePosition: _position, stateAt: _stateAt, agentName: _agent, ...left } = closingSession(link, 'notAccepted');
  const data = link.sessionKey === undefined ? left : { ...left, pastKeys: [...(left.pastKeys ?? []), link.sessionKey] };
  const next = link.request.routes[data.routeIndex + 1];
  if (!next) return { state: 'failed', sessionKey: null, data: { ...data, opening: false, deadlines: {}, failure } };
  const moved = { ...data, routeIndex: data.routeIndex + 1, openAttempts: 0, opening: false, deadlines: {}, failure };
  return {
    state: 'requested',
    provider: next.provider,
    sessionKey: null,
    data: moved,
    deliveries: [{ id: `route:${routeTag(moved)}`, delivery: { kind: 'nextRoute' } }],
  };
}

/** A chat that was put aside is taken up again by the customer's word: somebody has to accept it anew. Pure. */
export function waitingAgain(link: LiveLink, cause: string, now: number): Step {
  const { isPaused: _paused, ...data } = link.data;
  const { grace: _grace, ...deadlines } = data.deadlines;
  const accept = now + (link.request.routes[data.routeIndex]?.acceptWithinInMs ?? 0);
  return {
    state: 'queued',
    data: { ...data, deadlines: { ...deadlines, accept } },
    deliveries: [{ id: `resumed:${cause}`, delivery: { kind: 'queued' } }],
  };
}

/** The handoff is over. Pure. */
export function ending(link: LiveLink, ended: NonNullable<LinkData['ended']>, close: CloseReason, now: number): Step {
  return { state: 'ended', data: { ...closingSession(link, close), deadlines: {}, ended, endedAt: now } };
}

/** The link after a step. */
export function applyStep(link: LiveLink, step: Step): LiveLink {
  return {
    ...link,
    state: step.state ?? link.state,
    isOpen: step.isOpen ?? (step.isFinished ? false : link.isOpen),
    provider: step.provider ?? link.provider,
    sessionKey: step.sessionKey === undefined ? link.sessionKey : (step.sessionKey ?? undefined),
    data: step.data ?? link.data,
  };
}

/** True when neither the customer nor a desk has to hear anything more. */
export function isFinished(data: LinkData): boolean {
  return data.finalDelivered === true && data.closings.length === 0 && !data.opening;
}

/** What the customer reads last, from a link in a terminal state. */
export function finalDelivery(link: LiveLink, deskOwnsRecord: boolean): GiveBack['outcome'] {
  if (link.state === 'failed') return { kind: 'failed', reason: link.data.failure ?? 'error' };
  const ended = link.data.ended ?? { by: 'system' as const };
  return {
    kind: 'ended',
    by: ended.by,
    ...(ended.reason !== undefined && { reason: ended.reason }),
    ...(link.data.agentName !== undefined && { agentName: link.data.agentName }),
    wasConnected: link.data.connectedAt !== undefined,
    // Only an agent who takes the chat makes the record the desk's.
    ...(deskOwnsRecord && link.data.connectedAt !== undefined && { deskOwnsRecord }),
  };
}
