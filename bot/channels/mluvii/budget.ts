import type { Clock } from '../../../common/clock';

/** More than this many requests in a minute are rejected per session. */
const mostPerMinute = 120;
const minuteInMs = 60_000;
const sweepAbove = 1_000;

/** How fast a session may be written to, as far as this process knows: another instance has a count of its own. */
export class Budget {
  private readonly sent = new Map<string, number[]>();

  constructor(private readonly clock: Clock) {}

  /** Takes the next place; how long to wait for it, in milliseconds. */
  take(sessionId: string): number {
    const now = this.clock.monotonic();
    if (this.sent.size > sweepAbove) this.sweep(now);
    const times = (this.sent.get(sessionId) ?? []).filter((time) => time > now - minuteInMs);
    // The place becomes free when the one that many before it is a minute old.
    const before = times[times.length - mostPerMinute];
    const at = before === undefined ? now : Math.max(now, before + minuteInMs);
    times.push(at);
    this.sent.set(sessionId, times);
    return at - now;
  }

  private sweep(now: number): void {
    for (const [sessionId, times] of this.sent) {
      if ((times.at(-1) ?? 0) <= now - minuteInMs) this.sent.delete(sessionId);
    }
  }
}
