import type { Outage } from './faultRun';
import type { Lane } from './ledger';

/** What was under way when the process died may still arrive; a take-over cannot come so early. */
const underWayForInMs = 1_000;
/** A lease is not taken before it has been silent for 10 s, and the last heartbeat was at most 3 s before the end. */
const earliestInMs = 7_000;

/**
 * Milliseconds from a kill to the first message carried for each chat that the dead process owned. Only chats that had
 * something to carry from the beginning count: for the others the time would be that of their silence. Pure.
 */
export function takeoverTimes({ kind, at, chats }: Outage, lanes: ReadonlyMap<number, readonly Lane[]>): number[] {
  if (kind !== 'kill') return [];
  return chats.flatMap((chat) => {
    const own = lanes.get(chat) ?? [];
    const isWaited = own.some(({ saidAt }) => saidAt.some((time) => time > at && time < at + earliestInMs));
    const first = Math.min(
      ...own.flatMap(({ arrivals }) => arrivals.map((arrival) => arrival.at).filter((time) => time > at + underWayForInMs)),
    );
    return isWaited && Number.isFinite(first) ? [first - at] : [];
  });
}
