import type { Clock } from '../../common/clock';

interface Bucket {
  left: number;
  at: number;
}

/** More callers than this at the same time are not told apart by anything one process could remember. */
const mostCallers = 20_000;
/** Fractions of a token that are nothing but rounding. */
const tolerance = 1e-6;

/**
 * A token bucket for each caller: a minute's worth at once, then as many as come back with time. In memory and per instance: it
 * keeps one caller from using up what is there for all, and is no bill.
 */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly perMinute: number,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  /** Takes one for this caller: undefined when there was one, else the whole seconds after which there is. */
  take(caller: string): number | undefined {
    const now = this.clock.monotonic();
    const known = this.buckets.get(caller);
    const left = Math.min(
      this.perMinute,
      (known?.left ?? this.perMinute) + ((now - (known?.at ?? now)) * this.perMinute) / 60_000,
    );
    // The most recent callers stand last.
    this.buckets.delete(caller);
    const isOne = left > 1 - tolerance;
    this.buckets.set(caller, { left: isOne ? left - 1 : left, at: now });
    if (this.buckets.size > mostCallers) this.forget(now);
    return isOne ? undefined : Math.max(1, Math.ceil(((1 - left) * 60) / this.perMinute - tolerance));
  }

  /** Whoever was not heard of for a minute has a full bucket again; beyond those the longest silent go. */
  private forget(now: number): void {
    for (const [caller, { at }] of this.buckets) {
      if (now - at < 60_000 && this.buckets.size <= mostCallers) return;
      this.buckets.delete(caller);
    }
  }
}
