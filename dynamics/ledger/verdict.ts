import { type BackoffOptions, backoffInMs } from '../../common/backoff';
import { errorCode } from '../../common/log';
import type { Task } from '../../store/tasks';
import { DataverseError } from '../dataverseError';
import type { LedgerEntry } from './operations';

/** What becomes of a task that failed. `error` is for the operator and quotes nothing of the record. */
export type Verdict =
  | { is: 'retry'; inMs: number; error: string }
  | { is: 'bury'; error: string }
  /** Given up without a dead letter, because the refusal was to be expected. */
  | { is: 'drop'; error: string };

export const usualBackoff: BackoffOptions = { firstInMs: 1_000, maxInMs: 120_000 };
/** A record that was just created may not be found at once. */
const notFoundGraceInMs = 60_000;
/** A fault inside Dynamics that stays a day long is about this record, not about Dynamics. */
const serverFaultLimitInMs = 24 * 60 * 60_000;

/** Decides by status and code. While Dynamics is down, throttling or refusing the token, a record waits without a limit. */
export function verdictOf(
  error: unknown,
  entry: LedgerEntry,
  task: Task,
  nowInMs: number,
  backoff: BackoffOptions = usualBackoff,
): Verdict {
  if (!(error instanceof DataverseError)) return { is: 'bury', error: errorCode(error) };
  const retry: Verdict = {
    is: 'retry',
    inMs: backoffInMs(Math.max(1, task.attempts), backoff, error.retryAfterInMs),
    error: error.summary,
  };
  const ageInMs = nowInMs - task.addedAt;
  if (error.retriable) {
    return error.status === 500 && ageInMs > serverFaultLimitInMs ? { is: 'bury', error: error.summary } : retry;
  }
  if (entry.isLate) return { is: 'drop', error: error.summary };
  if (error.status === 404 && entry.kind === 'markRead' && ageInMs < notFoundGraceInMs) return retry;
  return { is: 'bury', error: error.summary };
}
