import type { BackoffOptions } from '../../common/backoff';
import type { CancelTimer, Clock } from '../../common/clock';
import { errorCode, type Log } from '../../common/log';
import { count, span, withinTrace } from '../../common/telemetry';
import type { Task, TaskStore } from '../../store/tasks';
import type { DataverseGateway } from '../gateway';
import type { EnvironmentNames } from '../names';
import { type LedgerEntry, ledgerGroups, toEntry } from './operations';
import { perform } from './perform';
import { verdictOf } from './verdict';

export interface LedgerWorkerOptions {
  gateway: DataverseGateway;
  tasks: TaskStore;
  names: EnvironmentNames;
  clock: Clock;
  log: Log;
  /** Called when an operation is done, before its task is completed. */
  onDone(entry: LedgerEntry): Promise<void>;
  /** Chats written at the same time; leaves room in the gateway for those who wait for an answer. */
  maxConcurrent?: number;
  /** How long to wait between attempts. */
  backoff?: BackoffOptions;
  /** How often work added or left behind by other instances is looked for. */
  sweepInMs?: number;
}

/** Longer than all calls of one operation together can take. */
const leaseInMs = 120_000;
const stopGraceInMs = 5_000;

/** Carries out the ledger: in order per chat, several chats at a time, again and again until Dynamics has it or refuses it. */
export class LedgerWorker {
  private readonly running = new Set<Promise<void>>();
  private readonly stopped = new AbortController();
  private isStarted = false;
  private isClaiming = false;
  private claimAgain = false;
  private busy = 0;
  private nextWake: { atInMs: number; cancel: CancelTimer } | undefined;

  constructor(private readonly options: LedgerWorkerOptions) {}

  /** Starts looking for work. Twice is fine. */
  start(): void {
    this.isStarted = true;
    this.wake();
  }

  /** Stops taking work and resolves when what is under way is over, after 5 seconds at most but for the calls cut off then. */
  async stop(): Promise<void> {
    this.isStarted = false;
    this.nextWake?.cancel();
    this.nextWake = undefined;
    const cancel = this.options.clock.schedule(stopGraceInMs, () => this.stopped.abort());
    while (this.running.size > 0) await Promise.all(this.running);
    cancel();
  }

  /** Looks for work now. */
  wake(): void {
    if (!this.isStarted) return;
    this.track(this.claim());
  }

  private track(job: Promise<void>): void {
    this.running.add(job);
    void job.finally(() => this.running.delete(job));
  }

  private async claim(): Promise<void> {
    if (this.isClaiming) {
      this.claimAgain = true;
      return;
    }
    this.isClaiming = true;
    try {
      do {
        this.claimAgain = false;
        await this.claimOnce();
      } while (this.claimAgain && this.isStarted);
    } catch (error) {
      this.options.log.error('The ledger of Dynamics records could not be read', { code: errorCode(error) });
    } finally {
      this.isClaiming = false;
      this.wakeIn(this.options.sweepInMs ?? 5_000);
    }
  }

  private async claimOnce(): Promise<void> {
    const { gateway, tasks, maxConcurrent = 10 } = this.options;
    const closedForInMs = gateway.closedForInMs();
    if (closedForInMs > 0) {
      this.wakeIn(closedForInMs);
      return;
    }
    const free = maxConcurrent - this.busy;
    if (free <= 0) return;
    for (const task of await tasks.claim(leaseInMs, free, ledgerGroups)) {
      this.busy += 1;
      this.track(
        this.work(task).finally(() => {
          this.busy -= 1;
          this.wake();
        }),
      );
    }
  }

  private async work(task: Task): Promise<void> {
    const { tasks, log } = this.options;
    const fields = { taskId: task.id, attempts: task.attempts };
    try {
      const entry = toEntry(task);
      if (!entry) {
        log.error('A task of the ledger is not understood', fields);
        await tasks.bury(task.id, 'unknown task');
        count('switchboard.dead_letters', { where: 'dynamics' });
        return;
      }
      await withinTrace(entry.traceparent, () => this.carryOut(entry, task));
    } catch (error) {
      // The lease runs out and the task is taken again; doing it twice is fine.
      log.error('A task of the ledger could not be settled in the store', { ...fields, code: errorCode(error) });
    }
  }

  private async carryOut(entry: LedgerEntry, task: Task): Promise<void> {
    try {
      const waitedInMs = this.options.clock.now() - task.addedAt;
      const attributes = { 'switchboard.record': entry.kind, 'switchboard.attempt': task.attempts };
      await span('ledger.record', { kind: 'consumer', attributes }, () =>
        perform(entry, { ...this.options, signal: this.stopped.signal, waitedInMs }),
      );
    } catch (error) {
      await this.settleFailure(error, entry, task);
      return;
    }
    await this.options.onDone(entry);
    await this.options.tasks.complete(task.id);
  }

  private async settleFailure(error: unknown, entry: LedgerEntry, task: Task): Promise<void> {
    const { tasks, clock, log } = this.options;
    const fields = { taskId: task.id, kind: entry.kind, attempts: task.attempts };
    if (this.stopped.signal.aborted) {
      await tasks.retryIn(task.id, 0, 'stopped');
      return;
    }
    const verdict = verdictOf(error, entry, task, clock.now(), this.options.backoff);
    switch (verdict.is) {
      case 'retry':
        log.warn('A Dynamics record could not be written yet', { ...fields, code: verdict.error, retryInMs: verdict.inMs });
        count('switchboard.retries', { what: 'record' });
        await tasks.retryIn(task.id, verdict.inMs, verdict.error);
        // A moment later than due: a timer may fire a little early by the wall clock.
        this.wakeIn(verdict.inMs + 5);
        return;
      case 'bury':
        log.error('A Dynamics record was refused', { ...fields, code: verdict.error });
        await tasks.bury(task.id, verdict.error);
        count('switchboard.dead_letters', { where: 'dynamics' });
        return;
      case 'drop':
        log.info('Dynamics took no more changes to a chat that is closed', { ...fields, code: verdict.error });
        await tasks.complete(task.id);
        return;
    }
  }

  /** Wakes at that time, or earlier when that was arranged already. */
  private wakeIn(delayInMs: number): void {
    if (!this.isStarted) return;
    const { clock } = this.options;
    const atInMs = clock.monotonic() + delayInMs;
    if (this.nextWake && this.nextWake.atInMs <= atInMs) return;
    this.nextWake?.cancel();
    const cancel = clock.schedule(delayInMs, () => {
      this.nextWake = undefined;
      this.wake();
    });
    this.nextWake = { atInMs, cancel };
  }
}
