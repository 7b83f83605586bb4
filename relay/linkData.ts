import type { JsonObject } from '../common/json';
import { asJson } from '../common/json';
import type { FailureReason } from '../handoff/events';
import type { CloseReason } from '../handoff/provider';
import type { HandoffRequest } from '../handoff/request';
import type { Link, LinkState } from '../store/links';

/** One desk to try, in the order of the skill's list. */
export interface Route {
  provider: string;
  target: JsonObject;
  /** How long an agent may take to accept before the next route is tried. */
  acceptWithinInMs: number;
}

/** Written once, when the link is opened. */
export interface LinkRequest {
  /** What the desk gets; the target comes from the route, the transcript is read when a desk is asked. */
  handoff: Omit<HandoffRequest, 'id' | 'target' | 'transcript'>;
  /** ISO time at which the part of the conversation begins that the agent may read. */
  transcriptSince?: string;
  /** How to reach the customer; only the channel understands it. */
  conversation: JsonObject;
  routes: Route[];
  /** The W3C `traceparent` of the turn that asked for the handoff, when that was traced: all that follows is in its trace. */
  traceparent?: string;
}

/** Times (milliseconds since 1970) at which something has to be decided. */
export interface Deadlines {
  /** No agent has joined by then: next route. */
  accept?: number;
  /** An agent left and nobody followed by then: ask the desk, or end. */
  grace?: number;
  /** An unanswered `open` is given up by then. */
  adopt?: number;
  /** The next attempt to open the same route. */
  open?: number;
  /** Nothing was said by either side until then: end. */
  idle?: number;
  /** The agent wrote last and the customer nothing until then: they are asked whether they are still there. */
  remind?: number;
  /** The agent was told that the chat ends for silence, and has had time to read it: end. */
  lastNote?: number;
}

/** A session to be closed at its desk; kept until the desk took it, or it was tried often enough. */
export interface Closing {
  provider: string;
  session: JsonObject;
  reason: CloseReason;
}

/** Something a desk did not do, for operators; the same again is counted. */
export interface Trouble {
  /** Milliseconds since 1970, of the last time. */
  at: number;
  desk: string;
  call: 'open' | 'send' | 'listen' | 'close';
  /** Of the `HandoffError`. */
  code: string;
  /** HTTP status or vendor code. */
  detail?: string;
  times: number;
}

/** What changes over the life of a link. */
export interface LinkData {
  routeIndex: number;
  /** Attempts to open the present route; the last may be under way, or its outcome unknown after a crash. */
  openAttempts: number;
  opening: boolean;
  session?: JsonObject;
  deadlines: Deadlines;
  /** The newest session that is no longer live: files of its agents can still be fetched. */
  pastSession?: { provider: string; session: JsonObject };
  /** Session keys that have no say any more: of earlier routes, and of sessions that were opened by mistake. */
  pastKeys?: string[];
  agentName?: string;
  /** The agent put the chat aside; the customer's next message takes it up again. */
  isPaused?: true;
  /** The customer was asked whether they are still there, and has not written since. */
  isReminded?: true;
  queuePosition?: number;
  /** The last route's failure, for the customer when none is left. */
  failure?: FailureReason;
  /** Desk time of the newest event that moved the state; older ones come too late to count. */
  stateAt?: string;
  /** Sessions that have still to be closed at their desks. */
  closings: Closing[];
  ended?: { by: 'agent' | 'customer' | 'system'; reason?: string };
  /** The final notice has been queued. */
  finalQueued?: boolean;
  /** The final notice has reached the customer. */
  finalDelivered?: boolean;
  /** Since when the desk could not be asked how a session stands whose agent left. */
  graceSince?: number;
  connectedAt?: number;
  endedAt?: number;
  /** How often an operator sent it to another route. */
  requeues?: number;
  /** The newest troubles with desks. */
  troubles?: Trouble[];
}

/** A link with its JSON parts typed. */
export interface LiveLink {
  id: string;
  conversationKey: string;
  state: LinkState;
  /** Whether the conversation belongs to it. */
  isOpen: boolean;
  provider: string;
  sessionKey: string | undefined;
  epoch: number;
  request: LinkRequest;
  data: LinkData;
}

export function toLiveLink(link: Link): LiveLink {
  return {
    id: link.id,
    conversationKey: link.conversationKey,
    state: link.state,
    isOpen: link.isOpen,
    provider: link.provider,
    sessionKey: link.sessionKey,
    epoch: link.epoch,
    // Both were written by toStored below and by Relay.request, which take these very types.
    request: link.request as unknown as LinkRequest,
    data: link.data as unknown as LinkData,
  };
}

/** Typed data as the store takes it. */
export function toStored(data: LinkData | LinkRequest): JsonObject {
  return asJson(data);
}

export const isTerminal = (state: LinkState): boolean => state === 'ended' || state === 'failed';

/** The earliest deadline, or null. */
export function nextDue(deadlines: Deadlines): number | null {
  const times = Object.values(deadlines).filter((time) => time !== undefined);
  return times.length === 0 ? null : Math.min(...times);
}
