import { type Clock, sleep } from '../../common/clock';

export interface UntilCreatedOptions {
  isCreated(): Promise<boolean>;
  limitInMs: number;
  clock: Clock;
  /** Calls back when this instance created it; returns the function that stops it. */
  onChange(listener: () => void): () => void;
  signal?: AbortSignal;
}

/** How often to look whether another instance created it. */
const lookAgainInMs = 250;

/** Waits until the chat activity is in Dynamics: true then, false when the limit is over or the signal aborts. */
export async function untilCreated(options: UntilCreatedOptions): Promise<boolean> {
  const { isCreated, limitInMs, clock, onChange, signal } = options;
  const endsAt = clock.monotonic() + limitInMs;
  for (;;) {
    // Listening begins before looking, so that nothing falls between the two.
    const woken = new AbortController();
    const stopListening = onChange(() => woken.abort());
    try {
      if (await isCreated()) return true;
      const leftInMs = endsAt - clock.monotonic();
      if (leftInMs <= 0 || signal?.aborted) return false;
      const either = signal ? AbortSignal.any([signal, woken.signal]) : woken.signal;
      await sleep(clock, Math.min(leftInMs, lookAgainInMs), either);
    } finally {
      stopListening();
    }
  }
}
