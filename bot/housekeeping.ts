import type { CancelTimer, Clock } from '../common/clock';
import { errorCode, type Log } from '../common/log';
import type { Store } from '../store/store';

const everyInMs = 3_600_000;

/** Deletes what need not be kept any longer: transcripts, conversation state, finished links. */
export class Housekeeping {
  private cancel: CancelTimer = () => undefined;
  private isStopped = false;

  constructor(private readonly options: { store: Store; clock: Clock; log: Log; keepForInMs: number; keepActsForInMs: number }) {}

  /** Begins now and goes on every hour. */
  start(): void {
    void this.run();
  }

  /** Twice is fine. */
  stop(): void {
    this.isStopped = true;
    this.cancel();
  }

  private async run(): Promise<void> {
    const { store, clock, log, keepForInMs, keepActsForInMs } = this.options;
    const before = clock.now() - keepForInMs;
    try {
      const acts = await store.operations.purge(clock.now() - keepActsForInMs);
      const rows = acts + (await store.links.purge(before)) + (await store.purge(before));
      if (rows > 0) log.info('old records deleted', { rows });
    } catch (error) {
      log.error('old records not deleted', { code: errorCode(error) });
    }
    if (!this.isStopped) this.cancel = clock.schedule(everyInMs, () => void this.run());
  }
}
