import { randomUUID } from 'node:crypto';
import { type CancelTimer, type Clock, sleep } from '../common/clock';
import { KeyedQueue } from '../common/keyedQueue';
import { errorCode, type Log } from '../common/log';
import type { TurnStore } from '../store/turns';

/** Long enough for a pause of the process or the database, short enough for the next turn after a crash (promise 4). */
const holdForInMs = 10_000;
const renewEveryInMs = 3_000;
const askEveryInMs = 25;

export interface SharedTurnsOptions {
  turns: TurnStore;
  /** Keeps lines for different purposes apart. */
  purpose: string;
  clock: Clock;
  log: Log;
}

/**
 * Like a `KeyedQueue`, over all instances that share a store: jobs of one key run one after the other, in the order in which
 * they were handed in, wherever that was. The place in line of an instance that died is given up after ten seconds.
 */
export class SharedTurns implements Pick<KeyedQueue, 'run'> {
  private readonly joining = new KeyedQueue();
  private readonly running = new KeyedQueue();
  private readonly held = new Set<string>();
  private cancelRenewal: CancelTimer | undefined;

  constructor(private readonly options: SharedTurnsOptions) {}

  /** Rejects with what the job rejects with, or with `StoreFailure` when the line cannot be joined: the job has not run then. */
  run<T>(key: string, job: () => Promise<T>): Promise<T> {
    const line = `${this.options.purpose}/${key}`;
    const ticket = randomUUID();
    // At once, not when its turn has come in this process: otherwise one that came later elsewhere would be before it.
    const joined = this.joining.run(line, () => this.join(line, ticket));
    // It is awaited below, when those before it in this process are through.
    joined.catch(() => undefined);
    return this.running.run(line, async () => {
      try {
        let isFirst = await joined;
        if (!isFirst) isFirst = await this.options.turns.isFirst(line, ticket);
        while (!isFirst) {
          await sleep(this.options.clock, askEveryInMs);
          isFirst = await this.options.turns.isFirst(line, ticket);
        }
        return await job();
      } finally {
        await this.leave(ticket);
      }
    });
  }

  private async join(line: string, ticket: string): Promise<boolean> {
    this.held.add(ticket);
    this.scheduleRenewal();
    return this.options.turns.join(line, ticket, holdForInMs);
  }

  private async leave(ticket: string): Promise<void> {
    this.held.delete(ticket);
    try {
      await this.options.turns.leave(ticket);
    } catch (error) {
      // The place is given up by itself, because nobody renews it any more.
      this.options.log.warn('a place in line was not given up', { code: errorCode(error) });
    }
  }

  private scheduleRenewal(): void {
    this.cancelRenewal ??= this.options.clock.schedule(renewEveryInMs, () => {
      this.cancelRenewal = undefined;
      if (this.held.size === 0) return;
      this.scheduleRenewal();
      this.options.turns.renew([...this.held], holdForInMs).catch((error: unknown) => {
        this.options.log.warn('places in line were not renewed', { code: errorCode(error) });
      });
    });
  }
}
