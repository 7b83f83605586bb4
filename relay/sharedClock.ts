import type { CancelTimer, Clock } from '../common/clock';

/**
 * The clock of the database as this process knows it: read with every heartbeat, carried on by the monotonic clock in
 * between. Deadlines and times that are stored are in it, so that instances whose own clocks differ, or jump, judge them alike.
 */
export class SharedClock implements Clock {
  private offsetInMs: number | undefined;

  constructor(
    private readonly own: Clock,
    /** Whether the database's clock is another one than ours. Our own is read once: if it jumps, what waits is not to jump. */
    private readonly isForeign: boolean,
  ) {}

  now(): number {
    return this.offsetInMs === undefined ? this.own.now() : Math.round(this.own.monotonic() + this.offsetInMs);
  }

  monotonic(): number {
    return this.own.monotonic();
  }

  schedule(delayInMs: number, callback: () => void): CancelTimer {
    return this.own.schedule(delayInMs, callback);
  }

  /** The database's clock showed this time at some moment between then and now (monotonic): the least correction is made. */
  read(time: number, begunAt: number): void {
    const latest = time - begunAt;
    const earliest = time - this.own.monotonic();
    if (this.offsetInMs === undefined) this.offsetInMs = (earliest + latest) / 2;
    else if (this.isForeign) this.offsetInMs = Math.min(latest, Math.max(earliest, this.offsetInMs));
  }
}
