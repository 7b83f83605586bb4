import { count, isMetered, isTraced, observe, type Reading, record, span } from '../common/telemetry';
import { timed } from '../common/telemetryTimer';
import { HandoffError } from '../handoff/errors';
import type { Direction } from '../store/links';
import type { DeskState } from './deskCalls';
import { isTerminal, type LiveLink } from './linkData';

/** Tells the metrics that a handoff was begun. */
export function noteRequested({ provider, request }: LiveLink): void {
  count('switchboard.handoffs.requested', { skill: request.handoff.skill, provider });
}

/** Tells the metrics what a step made of a link; called once for each step that was written. */
export function noteStep(before: LiveLink, after: LiveLink): void {
  if (!isMetered()) return;
  const { provider, data } = after;
  if (before.data.connectedAt === undefined && data.connectedAt !== undefined) {
    count('switchboard.handoffs.accepted', { provider });
    const waitedInMs = data.connectedAt - Date.parse(after.request.handoff.requestedAt);
    record('switchboard.handoff.wait', Math.max(0, waitedInMs) / 1000, { provider });
  }
  if (data.routeIndex > before.data.routeIndex && !isTerminal(after.state)) {
    count('switchboard.handoffs.rerouted', { provider: before.provider, reason: data.failure ?? 'error' });
  }
  if (isTerminal(before.state) || !isTerminal(after.state)) return;
  if (after.state === 'failed') {
    count('switchboard.handoffs.failed', { provider, reason: data.failure ?? 'error' });
    return;
  }
  const accepted = data.connectedAt !== undefined;
  count('switchboard.handoffs.ended', { provider, by: data.ended?.by ?? 'system', accepted: String(accepted) });
  if (data.connectedAt !== undefined && data.endedAt !== undefined) {
    record('switchboard.handoff.duration', Math.max(0, data.endedAt - data.connectedAt) / 1000, { provider });
  }
}

/** What a desk is asked. */
export type DeskOperation = 'availability' | 'open' | 'send' | 'wasDelivered' | 'typing' | 'read' | 'status' | 'close';

/** Makes a call to a desk, and tells traces and metrics of it. */
export function watchedCall<T>(provider: string, operation: DeskOperation, call: () => Promise<T>): Promise<T> {
  if (!isTraced() && !isMetered()) return call();
  return span(`desk.${operation}`, { kind: 'client', attributes: { 'switchboard.provider': provider } }, () =>
    timed('switchboard.desk.call.duration', { provider, operation }, call, outcomeOf),
  );
}

function outcomeOf(error: unknown): string {
  return error instanceof HandoffError ? error.code : 'fault';
}

/** Tells the metrics what a desk brought. */
export function noteEvents(provider: string, events: readonly { kind: string }[]): void {
  if (!isMetered()) return;
  for (const { kind } of events) count('switchboard.desk.events', { provider, kind });
}

/** Tells the metrics that something will be attempted again. Returns the pause until then, as it was given. */
export function retrying(what: 'open' | 'send' | 'deliver' | 'listen' | 'close', pauseInMs: number): number {
  count('switchboard.retries', { what });
  return pauseInMs;
}

/** One message that has got to where it was to go. Times in milliseconds since 1970. */
export interface Carried {
  direction: Direction;
  acceptedAt: number;
  deliveredAt: number;
  /** How long the call took that brought it there. */
  callInMs: number;
}

/** Tells the metrics how long a message took. One that had to wait for an agent to be there says nothing about the product. */
export function noteCarried({ direction, acceptedAt, deliveredAt, callInMs }: Carried, { data }: LiveLink): void {
  if (!isMetered() || (direction === 'toDesk' && acceptedAt < (data.connectedAt ?? Number.POSITIVE_INFINITY))) return;
  const tookInMs = Math.max(0, deliveredAt - acceptedAt);
  record('switchboard.relay.latency', tookInMs / 1000, { direction });
  record('switchboard.relay.added', Math.max(0, tookInMs - callInMs) / 1000, { direction });
}

/** Offers the number of links of this instance, and how its desks stand. Returns the function that stops it. */
export function observeRelay(links: () => Iterable<LiveLink>, desks: () => readonly DeskState[]): () => void {
  const stops = [
    observe('switchboard.links.open', () => countLinks(links())),
    observe('switchboard.desk.circuit', () =>
      desks().map(({ desk, leftAlone }) => ({
        value: leftAlone === undefined ? 0 : leftAlone.because === 'rateLimited' ? 1 : 2,
        attributes: { provider: desk },
      })),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function countLinks(links: Iterable<LiveLink>): Reading<'switchboard.links.open'>[] {
  const counted = new Map<string, Reading<'switchboard.links.open'>>();
  for (const { provider, state } of links) {
    const key = `${provider} ${state}`;
    const { value } = counted.get(key) ?? { value: 0 };
    counted.set(key, { value: value + 1, attributes: { provider, state } });
  }
  return [...counted.values()];
}
