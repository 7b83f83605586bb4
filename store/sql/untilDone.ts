import { setImmediate } from 'node:timers/promises';

/** Repeats a slice of work until it was the last, letting the event loop go round in between; the sum of what was deleted. */
export async function untilDone(slice: () => Promise<{ deleted: number; isLast: boolean }>): Promise<number> {
  let total = 0;
  for (;;) {
    const { deleted, isLast } = await slice();
    total += deleted;
    if (isLast) return total;
    await setImmediate();
  }
}
