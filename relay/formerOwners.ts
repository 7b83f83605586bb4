import { sleep } from '../common/clock';
import { errorCode } from '../common/log';
import type { RelayDependencies } from './actor';

const lookEveryInMs = 1_000;
/** For the way to the desk, and clocks that do not run at quite the same speed. */
const marginInMs = 2_000;

/** Who had a link before, and whose process may still be there with a request open at the desk. */
export interface FormerOwner {
  owner: string;
  /** Monotonic time of its last sign of life. */
  seenAt: number;
}

/** Waits for former owners, one look at the database for all links of the same one. */
export class FormerOwners {
  private readonly watched = new Map<string, { waiting: number; gone: Promise<void> }>();

  constructor(private readonly deps: Pick<RelayDependencies, 'store' | 'clock' | 'log' | 'options'>) {}

  /**
   * Resolves when nothing that the former owner asked of a desk can be open there any more, because it let go or is gone, or
   * because a request it made while it still reported has been held for as long as the desk does; or when the signal aborts.
   */
  async letGo({ owner, seenAt }: FormerOwner, heldForInMs: number, signal: AbortSignal): Promise<void> {
    const { clock, options } = this.deps;
    const restInMs = seenAt + options.heartbeatInMs + heldForInMs + marginInMs - clock.monotonic();
    if (restInMs <= 0 || signal.aborted) return;
    const over = new AbortController();
    const watch = this.watch(owner);
    try {
      await Promise.race([watch.gone, sleep(clock, restInMs, AbortSignal.any([signal, over.signal]))]);
    } finally {
      over.abort();
      watch.waiting -= 1;
    }
  }

  private watch(owner: string): { waiting: number; gone: Promise<void> } {
    const known = this.watched.get(owner);
    if (known) {
      known.waiting += 1;
      return known;
    }
    const watch = { waiting: 1, gone: Promise.resolve() };
    this.watched.set(owner, watch);
    watch.gone = this.untilGone(owner, watch);
    return watch;
  }

  private async untilGone(owner: string, watch: { waiting: number }): Promise<void> {
    const { store, clock, log } = this.deps;
    while (watch.waiting > 0) {
      await sleep(clock, lookEveryInMs);
      try {
        if (!(await store.lingers(owner))) break;
      } catch (error) {
        // The next look may be answered; the time limit holds in any case.
        log.debug('former owner not looked for', { code: errorCode(error) });
      }
    }
    // In the same breath as the last look at who waits: whoever comes now begins a watch of its own.
    this.watched.delete(owner);
  }
}
