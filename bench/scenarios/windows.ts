import type { BenchProcess, CommonMethods } from '../run/benchProcess';
import type { Load, TrafficMethods } from '../traffic/traffic';
import type { Scale } from './scenario';

/** A load on the process that is measured under it. */
export interface Contender {
  name: string;
  process: BenchProcess<CommonMethods>;
  load: Load;
}

/** What one window showed. */
export interface Measured {
  cpuPerTurnInUs: number;
  turnsPerSecond: number;
}

/**
 * Loads the contenders one after the other, round after round, so that whatever else the machine does meets all of them.
 * The first round warms up and does not count. By name: one entry per round.
 */
export async function alternate(
  traffic: BenchProcess<TrafficMethods>,
  contenders: Contender[],
  scale: Scale,
): Promise<Map<string, Measured[]>> {
  const results = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -1; round < scale.rounds; round++) {
    for (const { name, process, load } of contenders) {
      const measured = await measure(traffic, process, load, scale);
      if (round >= 0) results.get(name)?.push(measured);
    }
  }
  return results;
}

async function measure(
  traffic: BenchProcess<TrafficMethods>,
  process: BenchProcess<CommonMethods>,
  load: Load,
  { lanes, windowInMs }: Scale,
): Promise<Measured> {
  const before = await process.ask('usage');
  const { turns, elapsedInMs } = await traffic.ask('saturate', load, lanes, windowInMs);
  // What a turn leaves to be written after its effect belongs to it.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const after = await process.ask('usage');
  return { cpuPerTurnInUs: (after.cpuInUs - before.cpuInUs) / turns, turnsPerSecond: (turns / elapsedInMs) * 1000 };
}
