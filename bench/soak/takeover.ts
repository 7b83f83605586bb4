import type { Outage } from './faultRun';
import type { Lane } from './ledger';

/** What was under way when the process died may still arrive; a take-over cannot come so early. */
const underWayForInMs = 1_000;
/** A lease is not taken before it has been silent for 10 s, and the last heartbeat was at most 3 s before the end. */
const earliestInMs = 7_000;

/**
 * Milliseconds from a kill to the first message carried for each chat that the dead process owned. Only chats in which a message
 * waited from the beginning count: for the others the time would be that of their silence. One that arrived at once waited for
 * nobody: its chat came to the dead process only afterwards, as a gift of one that did not know yet. Pure.
 */
export function takeoverTimes({ kind, at, chats }: Outage, lanes: ReadonlyMap<number, readonly Lane[]>): number[] {
  if (kind !== 'kill') return [];
  return chats.flatMap((chat) => {
    const own = lanes.get(chat) ?? [];
    const isWaited = own.some(({ saidAt, arrivals }) => {
      const atOnce = new Set(arrivals.filter((arrival) => arrival.at <= at + underWayForInMs).map(({ seq }) => seq));
      return saidAt.some((time, index) => time > at && time < at + earliestInMs && !atOnce.has(index + 1));
    });
    const first = Math.min(
      ...own.flatMap(({ arrivals }) => arrivals.map((arrival) => arrival.at).filter((time) => time > at + underWayForInMs)),
    );
    return isWaited && Number.isFinite(first) ? [first - at] : [];
  });
}
