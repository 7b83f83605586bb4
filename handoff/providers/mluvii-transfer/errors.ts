import { HandoffError, type HandoffErrorCode } from '../../errors';
import type { Outcome } from './wire';

export const PROVIDER = 'mluvii-transfer';

export function failure(code: HandoffErrorCode, detail: string): HandoffError {
  return new HandoffError({ provider: PROVIDER, code, retriable: false, delivered: 'no', detail });
}

/** The error of an outcome that is not done. Nothing was given away: whoever asks again is told if it was after all. */
export function failureOf(outcome: Exclude<Outcome<never>, { is: 'done' }>, what: string): HandoffError {
  if (outcome.is === 'lost') return failure('sessionEnded', what);
  if (outcome.is === 'noAnswer')
    return new HandoffError({ provider: PROVIDER, code: 'timedOut', retriable: true, delivered: 'no', detail: what });
  const { status, delivered, retryAfterInMs } = outcome;
  return new HandoffError({
    provider: PROVIDER,
    ...meaningOf(status),
    delivered,
    detail: `${what}: ${status ?? outcome.code}`,
    ...(retryAfterInMs !== undefined && { retryAfterInMs }),
  });
}

function meaningOf(status: number | undefined): { code: HandoffErrorCode; retriable: boolean } {
  if (status === 401 || status === 403) return { code: 'unauthorized', retriable: false };
  if (status === 429) return { code: 'rateLimited', retriable: true };
  if (status !== undefined && status < 500) return { code: 'rejected', retriable: false };
  return { code: 'outage', retriable: true };
}
