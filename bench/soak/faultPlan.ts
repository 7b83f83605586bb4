/** `kill`: kill -9 and start again. `stop`: stopped for longer than the lease, then continued. `database`: restarted. */
export const faultKinds = ['kill', 'stop', 'database'] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface PlannedFault {
  kind: FaultKind;
  /** Milliseconds after the start. */
  atInMs: number;
  /** How long the instance stays down, or the database away. */
  forInMs: number;
  /** Which of the instances; without meaning for the database. */
  instance: number;
}

/** How long one fault lasts, at least and at most. A stop is longer than the lease (10 s), so that the chats are taken over. */
const durations: Record<FaultKind, readonly [least: number, most: number]> = {
  kill: [500, 4_000],
  stop: [11_000, 16_000],
  database: [500, 3_000],
};

/** What a fault leaves behind: after a kill the chats are taken over, within 15 s as promised. */
const aftermathInMs: Record<FaultKind, number> = { kill: 15_000, stop: 4_000, database: 4_000 };

/** Kills are what the promise is about: every second fault is one. */
function kindOf(index: number, kinds: readonly FaultKind[]): FaultKind | undefined {
  const others = kinds.filter((kind) => kind !== 'kill');
  if (!kinds.includes('kill')) return others[index % others.length];
  return index % 2 === 0 || others.length === 0 ? 'kill' : others[((index - 1) / 2) % others.length];
}

/**
 * The faults of a run, equal for equal seeds. Each is over, with what it leaves behind, before the next begins: with both
 * instances down nobody could keep the promise of being back in time.
 */
export function planFaults(
  durationInMs: number,
  everyInMs: number,
  kinds: readonly FaultKind[],
  instances: number,
  random: () => number,
): PlannedFault[] {
  const between = (least: number, most: number) => Math.round(least + random() * (most - least));
  const faults: PlannedFault[] = [];
  let at = between(0.15 * everyInMs, 0.5 * everyInMs);
  for (let index = 0; at < durationInMs; index += 1) {
    const kind = kindOf(index, kinds);
    if (!kind) break;
    const [least, most] = durations[kind];
    const fault = { kind, atInMs: at, forInMs: between(least, most), instance: Math.floor(random() * instances) };
    faults.push(fault);
    const over = kind === 'kill' ? aftermathInMs.kill : fault.forInMs + aftermathInMs[kind];
    at += Math.max(over, between(0.5 * everyInMs, 1.5 * everyInMs));
  }
  return faults;
}

/** A small generator of numbers in [0, 1) that gives equal numbers for equal seeds (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
