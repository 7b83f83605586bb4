import { createHash, randomUUID } from 'node:crypto';
import { backoffInMs } from '../../../common/backoff';
import { type CancelTimer, type Clock, sleep } from '../../../common/clock';
import type { JsonObject } from '../../../common/json';
import { errorCode, type Log } from '../../../common/log';
import type { Task, TaskStore } from '../../../store/tasks';
import { Loose } from './looseJson';

/** Tasks of the store that are ours; others have groups of their own. */
export const taskGroups = 'mluvii/';
/** Short, so that after a crash the next instance goes on within seconds; who still works is not overtaken, see `isOvertaken`. */
const leaseInMs = 8_000;
const sweepInMs = 1_000;
const atOnce = 32;
const stopWithinInMs = 5_000;
const retry = { firstInMs: 500, maxInMs: 10_000 };
/** A customer who has waited this long for an answer does not wait for it any more. */
const tryForInMs = 600_000;

export interface ArrivalsOptions {
  tasks: TaskStore;
  clock: Clock;
  log: Log;
  /** Carries out what was written down. */
  perform(task: Task): Promise<void>;
  /** What to do after a failure: do it again later, keep it for the operator, or leave it at that. */
  verdict(error: unknown, task: Task): 'retry' | 'keep' | 'drop';
}

/**
 * What came in is written down here and carried out from here: in order per session, each once, by whichever instance takes
 * it; after a crash by the next one.
 */
export class Arrivals {
  private readonly underWay = new Map<string, Promise<void>>();
  private isRunning = false;
  private isClaiming = false;
  private again = false;
  private cancel: CancelTimer | undefined;

  constructor(private readonly options: ArrivalsOptions) {}

  /** Resolves when it is written down. What has an id that is known is left out. */
  async add(sessionId: string, taskId: string, payload: JsonObject): Promise<void> {
    const id = `${taskGroups}${sessionId}/${taskId}`;
    await this.options.tasks.add([{ id, group: `${taskGroups}${sessionId}`, payload }], this.options.clock.now());
    this.wake();
  }

  start(): void {
    this.isRunning = true;
    this.wake();
  }

  /** Whether another instance has carried the task out meanwhile; only one that is taken again can be. */
  async isOvertaken(task: Task): Promise<boolean> {
    if (task.attempts <= 1) return false;
    const [oldest] = await this.options.tasks.unfinished(task.group);
    return oldest?.id !== task.id;
  }

  /** Takes no more; resolves when what is under way is over, or after some seconds: the rest is taken up again. Twice is fine. */
  async stop(): Promise<void> {
    this.isRunning = false;
    this.cancel?.();
    const patience = new AbortController();
    await Promise.race([Promise.all(this.underWay.values()), sleep(this.options.clock, stopWithinInMs, patience.signal)]);
    patience.abort();
  }

  private wake(): void {
    if (!this.isRunning) return;
    if (this.isClaiming) {
      this.again = true;
      return;
    }
    this.isClaiming = true;
    void this.claim().finally(() => {
      this.isClaiming = false;
      if (this.again) {
        this.again = false;
        this.wake();
      } else this.wakeIn(sweepInMs);
    });
  }

  private async claim(): Promise<void> {
    const free = atOnce - this.underWay.size;
    if (free <= 0) return;
    try {
      for (const task of await this.options.tasks.claim(leaseInMs, free, taskGroups)) {
        // A lease that ran out while we are still at it comes back to us first.
        if (this.underWay.has(task.id)) continue;
        const work = this.work(task).finally(() => {
          this.underWay.delete(task.id);
          this.wake();
        });
        this.underWay.set(task.id, work);
      }
    } catch (error) {
      this.options.log.error('what came from the channel could not be looked up', { code: errorCode(error) });
    }
  }

  private async work(task: Task): Promise<void> {
    const { tasks, clock, log } = this.options;
    try {
      try {
        await this.options.perform(task);
      } catch (error) {
        const isTooLate = clock.now() - task.addedAt >= tryForInMs;
        const wish = this.options.verdict(error, task);
        const verdict = wish === 'retry' && isTooLate ? 'keep' : wish;
        log.error('an activity of the channel was not carried out', { code: errorCode(error), attempts: task.attempts, verdict });
        if (verdict === 'retry') {
          const delayInMs = backoffInMs(task.attempts, retry);
          await tasks.retryIn(task.id, delayInMs, errorCode(error));
          this.wakeIn(delayInMs + 5);
        } else if (verdict === 'keep') await tasks.bury(task.id, errorCode(error));
        else await tasks.complete(task.id);
        return;
      }
      await tasks.complete(task.id);
    } catch (error) {
      // The lease runs out and the task is taken again.
      log.error('a task of the channel could not be settled in the store', { code: errorCode(error) });
    }
  }

  private wakeIn(delayInMs: number): void {
    if (!this.isRunning) return;
    this.cancel?.();
    this.cancel = this.options.clock.schedule(Math.min(delayInMs, sweepInMs), () => this.wake());
  }
}

/** Equal for what is delivered again; without a time in it, the same words may well have been said twice. */
export function arrivalId(body: JsonObject): string {
  const hasTime = new Loose(body).text('timestamp') !== undefined;
  return hasTime ? createHash('sha256').update(JSON.stringify(body)).digest('base64url') : randomUUID();
}
