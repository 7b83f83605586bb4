import type { BotInstance } from './botInstance';
import type { SoakDatabase } from './database';
import type { PlannedFault } from './faultPlan';
import { chatsOfTheDead } from './owners';
import { pause } from './pause';
import type { DoneFault } from './tally';

/** A kill or stop with the chats whose owner it hit. */
export interface Outage extends DoneFault {
  chats: number[];
}

export interface FaultRunOptions {
  instances: readonly BotInstance[];
  database: SoakDatabase;
  say(text: string): void;
}

/** Commits the planned faults one by one. Resolves when the last is over, with what happened. */
export async function runFaults(plan: readonly PlannedFault[], options: FaultRunOptions): Promise<Outage[]> {
  const begunAt = performance.now();
  const done: Outage[] = [];
  for (const fault of plan) {
    await pause(fault.atInMs - (performance.now() - begunAt));
    done.push(await commit(fault, options));
  }
  return done;
}

async function commit({ kind, forInMs, instance }: PlannedFault, { instances, database, say }: FaultRunOptions): Promise<Outage> {
  const bot = instances[instance];
  const at = Date.now();
  if (kind === 'database' || !bot) {
    say(`the database goes away for ${seconds(forInMs)}`);
    await database.goDown();
    await pause(forInMs);
    await database.comeBack();
    return { kind, at, until: Date.now(), chats: [] };
  }
  say(kind === 'kill' ? `kill -9 of ${bot.name}, back after ${seconds(forInMs)}` : `${bot.name} stops for ${seconds(forInMs)}`);
  await bot.signal(kind === 'kill' ? 'SIGKILL' : 'SIGSTOP');
  const chats = chatsOfTheDead(database.url);
  await pause(forInMs);
  if (kind === 'kill') await bot.start();
  else await bot.signal('SIGCONT');
  return { kind, at, until: Date.now(), chats: (await chats) ?? [] };
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
