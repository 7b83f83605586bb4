/** Stops a timer; calling it twice, or after it fired, is fine. */
export type CancelTimer = () => void;

/** Time as everything in the product sees it, so that tests can drive it. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970; may jump. */
  now(): number;
  /** Time in milliseconds that only ever grows; for measuring durations and leases. */
  monotonic(): number;
  /** Calls back once after `delayInMs`. The timer does not keep the process alive. */
  schedule(delayInMs: number, callback: () => void): CancelTimer;
}

/** What a timer of Node can wait, somewhat less than 25 days. */
const longestDelayInMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: (delayInMs, callback) => {
    // A timer that is set for later than this fires at once.
    const timer = setTimeout(callback, Math.min(delayInMs, longestDelayInMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayInMs`, or at once with false when the signal aborts. True when the time passed in full. */
export function sleep(clock: Clock, delayInMs: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onAbort = () => {
      cancel();
      resolve(false);
    };
    const cancel = clock.schedule(delayInMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve(true);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The ISO text of a time in milliseconds. */
export function isoTime(timeInMs: number): string {
  return new Date(timeInMs).toISOString();
}
