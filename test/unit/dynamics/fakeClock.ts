import type { Clock } from '../../../common/clock';

/** A clock that only moves when told to. */
export class FakeClock implements Clock {
  private timeInMs: number;
  private timers: { atInMs: number; callback: () => void }[] = [];

  constructor(start = Date.parse('2026-02-01T10:00:00Z')) {
    this.timeInMs = start;
  }

  now(): number {
    return this.timeInMs;
  }

  monotonic(): number {
    return this.timeInMs;
  }

  schedule(delayInMs: number, callback: () => void): () => void {
    const timer = { atInMs: this.timeInMs + delayInMs, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  }

  /** Lets time pass, timer by timer, with what they set off. */
  async advance(byInMs: number): Promise<void> {
    const until = this.timeInMs + byInMs;
    for (;;) {
      await settle();
      const next = this.timers.filter((one) => one.atInMs <= until).sort((a, b) => a.atInMs - b.atInMs)[0];
      if (!next) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.timeInMs = Math.max(this.timeInMs, next.atInMs);
      next.callback();
    }
    this.timeInMs = until;
    await settle();
  }
}

/** Lets everything that is ready to run do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
