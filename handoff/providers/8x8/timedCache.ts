import type { Clock } from '../../../common/clock';

/** Keeps what was read for a while; callers that come meanwhile share one read. Failures are kept for a while as well. */
export class TimedCache<T> {
  private readonly entries = new Map<string, { until: number; value: Promise<T> }>();

  constructor(
    private readonly clock: Clock,
    private readonly keepInMs: number,
    private readonly keepFailureInMs: number,
  ) {}

  get(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.entries.get(key);
    if (known && this.clock.monotonic() < known.until) return known.value;
    const entry = { until: Number.POSITIVE_INFINITY, value: read() };
    this.entries.set(key, entry);
    entry.value.then(
      () => {
        entry.until = this.clock.monotonic() + this.keepInMs;
      },
      () => {
        entry.until = this.clock.monotonic() + this.keepFailureInMs;
      },
    );
    return entry.value;
  }

  /** Makes the next caller read anew, unless a read is under way. */
  forget(key: string): void {
    if (this.entries.get(key)?.until !== Number.POSITIVE_INFINITY) this.entries.delete(key);
  }
}
