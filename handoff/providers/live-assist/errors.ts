import { parseRetryAfter } from '../../../common/backoff';
import type { HttpResponse } from '../../../common/http';
import { HandoffError, type HandoffErrorInit } from '../../errors';

export const providerName = 'live-assist';

/** The service's own advice for 429. */
const shortestPauseInMs = 1_000;

/** A `HandoffError` of this desk. */
export function failure(init: Omit<HandoffErrorInit, 'provider'>): HandoffError {
  return new HandoffError({ provider: providerName, ...init });
}

/** The chat is over at the desk, or unknown there. */
export function sessionEnded(detail: string): HandoffError {
  return failure({ code: 'sessionEnded', retriable: false, delivered: 'no', detail });
}

/** Whether the status says that the desk knows the chat no more. */
export function isGone({ status }: { status: number }): boolean {
  return status === 404 || status === 410;
}

/** What a status other than 2xx means, after the vendor's general advice: 4xx never again, 429 and 5xx later. */
export function fromStatus({ status, headers }: Pick<HttpResponse, 'status' | 'headers'>, nowInMs: number): HandoffError {
  const detail = `HTTP ${status}`;
  if (status === 401 || status === 403) return failure({ code: 'unauthorized', retriable: false, delivered: 'no', detail });
  if (status === 429) {
    const retryAfterInMs = Math.max(shortestPauseInMs, parseRetryAfter(headers['retry-after'], nowInMs) ?? 0);
    return failure({ code: 'rateLimited', retriable: true, delivered: 'no', detail, retryAfterInMs });
  }
  if (status >= 500) {
    const retryAfterInMs = parseRetryAfter(headers['retry-after'], nowInMs);
    const wait = retryAfterInMs === undefined ? {} : { retryAfterInMs };
    return failure({ code: 'outage', retriable: true, delivered: 'unknown', detail, ...wait });
  }
  if (status < 300) return unreadable(detail);
  const code = status === 400 || status === 404 || status === 405 || status === 413 || status === 415 ? 'invalid' : 'rejected';
  return failure({ code, retriable: false, delivered: 'no', detail });
}

/** An answer in a form that is not the vendor's, as a gateway's page. */
export function unreadable(detail: string): HandoffError {
  return failure({ code: 'outage', retriable: true, delivered: 'unknown', detail: `unreadable answer, ${detail}` });
}
