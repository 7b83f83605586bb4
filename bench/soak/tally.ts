import type { FaultKind } from './faultPlan';
import type { Arrival, Lane } from './ledger';

/** A fault as it happened. Milliseconds since 1970. */
export interface DoneFault {
  kind: FaultKind;
  at: number;
  /** When the instance was continued or ready again, the database back. */
  until: number;
}

export interface Tally {
  sent: number;
  arrived: number;
  lost: number;
  reordered: number;
  /** More copies than one, where promise 2 allows it. */
  doubledAllowed: number;
  /** More copies than one, where it does not. */
  doubled: number;
}

/** Longest time between the sending of a message and the note that it was sent, on a busy machine. */
const notedWithinInMs = 5_000;
/** How late a message that was under way when its sender died may be counted here. */
const lateByInMs = 1_000;

/**
 * Counts one lane. `mayRepeat`: whether the receiving side cannot tell doubles (8x8, the channel), so that a crash between
 * sending and noting may repeat one message. Pure.
 */
export function tallyLane(lane: Lane, mayRepeat: boolean, faults: readonly DoneFault[]): Tally {
  const copies = Map.groupBy(lane.arrivals, ({ seq }) => seq);
  let newest = 0;
  let reordered = 0;
  for (const seq of copies.keys()) {
    if (seq < newest) reordered += 1;
    newest = Math.max(newest, seq);
  }
  const tally: Tally = { sent: lane.saidAt.length, arrived: copies.size, lost: 0, reordered, doubledAllowed: 0, doubled: 0 };
  tally.lost = tally.sent - tally.arrived;
  for (const arrivals of copies.values()) {
    const extra = arrivals.length - 1;
    if (extra === 0) continue;
    const allowed = mayRepeat ? Math.min(extra, crashesAt(arrivals, faults)) : 0;
    tally.doubledAllowed += allowed;
    tally.doubled += extra - allowed;
  }
  return tally;
}

/**
 * How many crashes may have come between the sending of a copy and its note: the copy arrived shortly before the process
 * was killed or stopped, or just after a stopped one went on (it had decided to send, slept, and did). A restart of the
 * database is no crash: a process that could not note what it sent is still there to remember it.
 */
function crashesAt(copies: readonly Arrival[], faults: readonly DoneFault[]): number {
  const near =
    (time: number) =>
    ({ at }: Arrival) =>
      at >= time - notedWithinInMs && at <= time + lateByInMs;
  const after =
    (time: number) =>
    ({ at }: Arrival) =>
      at >= time && at <= time + notedWithinInMs;
  return faults.filter(
    ({ kind, at, until }) =>
      (kind === 'kill' && copies.some(near(at))) || (kind === 'stop' && (copies.some(near(at)) || copies.some(after(until)))),
  ).length;
}

export function sum(tallies: readonly Tally[]): Tally {
  const total: Tally = { sent: 0, arrived: 0, lost: 0, reordered: 0, doubledAllowed: 0, doubled: 0 };
  for (const tally of tallies) for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
  return total;
}

/** The value that this share of all is not above; undefined of none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
