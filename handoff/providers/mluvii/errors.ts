import { parseRetryAfter } from '../../../common/backoff';
import type { HttpResponse } from '../../../common/http';
import { HandoffError, type HandoffErrorCode } from '../../errors';
import { finalMeaning, meaningOfStatus, type StatusMeaning } from '../../statusMeaning';

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

function meaning(status: number): StatusMeaning {
  // Without a token mluvii leads to its login page instead of answering 401.
  return status >= 300 && status < 400 ? finalMeaning('unauthorized') : meaningOfStatus(status);
}

export function failure(code: HandoffErrorCode, detail: string, retryAfterInMs?: number): HandoffError {
  const init = { provider: PROVIDER, code, retriable: retryAfterInMs !== undefined, delivered: 'no', detail } as const;
  return new HandoffError({ ...init, ...(retryAfterInMs !== undefined && { retryAfterInMs }) });
}
