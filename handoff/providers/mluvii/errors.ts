import { parseRetryAfter } from '../../../common/backoff';
import type { HttpResponse } from '../../../common/http';
import { HandoffError, type HandoffErrorCode } from '../../errors';

export const PROVIDER = 'mluvii';

/** The failure an answer other than 2xx stands for. Bodies are not documented and may quote what was sent, so none gets into it. */
export function toHandoffError(response: HttpResponse, nowInMs: number): HandoffError {
  const retryAfterInMs = parseRetryAfter(response.headers['retry-after'], nowInMs);
  return new HandoffError({
    provider: PROVIDER,
    ...meaning(response.status),
    ...(retryAfterInMs !== undefined && { retryAfterInMs }),
    detail: `HTTP ${response.status}`,
  });
}

function meaning(status: number): { code: HandoffErrorCode; retriable: boolean; delivered: 'no' | 'unknown' } {
  const final = (code: HandoffErrorCode) => ({ code, retriable: false, delivered: 'no' as const });
  // Without a token mluvii leads to its login page instead of answering 401.
  if (status >= 300 && status < 400) return final('unauthorized');
  switch (status) {
    case 401:
    case 403:
      return final('unauthorized');
    case 408:
      return { code: 'timedOut', retriable: true, delivered: 'unknown' };
    case 413:
    case 422:
      return final('rejected');
    case 429:
      return { code: 'rateLimited', retriable: true, delivered: 'no' };
    case 503:
      return { code: 'outage', retriable: true, delivered: 'no' };
    default:
      return status >= 500 ? { code: 'outage', retriable: true, delivered: 'unknown' } : final('invalid');
  }
}

export function failure(code: HandoffErrorCode, detail: string, retryAfterInMs?: number): HandoffError {
  const init = { provider: PROVIDER, code, retriable: retryAfterInMs !== undefined, delivered: 'no', detail } as const;
  return new HandoffError({ ...init, ...(retryAfterInMs !== undefined && { retryAfterInMs }) });
}
