import type { CancelTimer, Clock } from '../../common/clock';

/** A clock that only moves when a test moves it. */
export class FakeClock implements Clock {
  private timers: { at: number; order: number; callback: () => void }[] = [];
  private elapsed = 0;
  private order = 0;

  constructor(private start = Date.parse('2026-01-05T09:00:00.000Z')) {}

  now(): number {
    return this.start + this.elapsed;
  }

  monotonic(): number {
    return this.elapsed;
  }

  schedule(delayInMs: number, callback: () => void): CancelTimer {
    const timer = { at: this.elapsed + Math.max(0, delayInMs), order: this.order++, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Moves on, firing timers in order and letting what they started settle in between. */
  async advance(byInMs: number): Promise<void> {
    const end = this.elapsed + byInMs;
    for (;;) {
      await settle();
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.elapsed = Math.max(this.elapsed, next.at);
      next.callback();
    }
    this.elapsed = end;
    await settle();
  }

  /** What a process sees that was frozen: time has passed and no timer has fired; those that are due fire with `advance(0)`. */
  jump(byInMs: number): void {
    this.elapsed += byInMs;
  }

  /** Somebody sets the wall clock; the monotonic one goes on. */
  setWallClock(byInMs: number): void {
    this.start += byInMs;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.timers.length;
  }
}

/** Lets promise chains and immediate callbacks run until they rest. */
export async function settle(rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Awaits a condition that real work brings about; fails with the given words when it does not come in time. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, withinInMs = 10_000): Promise<void> {
  const end = Date.now() + withinInMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`did not happen within ${withinInMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
