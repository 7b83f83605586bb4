export interface BackoffOptions {
  /** Delay before the first retry. */
  firstInMs: number;
  /** No delay is longer than this, but for a `Retry-After` that asks for more. */
  maxInMs: number;
}

/**
 * How long to wait before retry number `attempt` (1 = first retry): doubling, with half of it random so that
 * many callers that failed together do not come back together. A longer `retryAfterInMs` of the other side wins.
 */
export function backoffInMs(
  attempt: number,
  options: BackoffOptions,
  retryAfterInMs = 0,
  random: () => number = Math.random,
): number {
  const full = Math.min(options.maxInMs, options.firstInMs * 2 ** Math.min(attempt - 1, 30));
  const jittered = full / 2 + (full / 2) * random();
  return Math.max(Math.round(jittered), retryAfterInMs);
}

/** A pause that somebody asks for is not believed beyond this. */
const longestPauseInMs = 24 * 60 * 60_000;

/** Reads a `Retry-After` header (seconds or HTTP date) as milliseconds from now, at most a day; undefined when absent or unreadable. */
export function parseRetryAfter(value: string | undefined, nowInMs: number): number | undefined {
  if (value === undefined) return undefined;
  const trimmed = value.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.min(longestPauseInMs, Math.round(Number(trimmed) * 1000));
  const date = Date.parse(trimmed);
  return Number.isNaN(date) ? undefined : Math.min(longestPauseInMs, Math.max(0, date - nowInMs));
}
