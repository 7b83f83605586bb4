import { parseRetryAfter } from '../../../common/backoff';
import { HandoffError, type HandoffErrorInit } from '../../errors';

export const providerName = 'live-agent';

/** A `HandoffError` of this desk. */
export function failure(init: Omit<HandoffErrorInit, 'provider'>): HandoffError {
  return new HandoffError({ provider: providerName, ...init });
}

/** The conversation cannot go on at the desk: it answered that it knows no such session. */
export function sessionEnded(detail: string): HandoffError {
  return failure({ code: 'sessionEnded', retriable: false, delivered: 'no', detail });
}

/**
 * What a status other than 2xx means inside a session, after the vendor's list of codes. 403 and 404 are final; 503 says
 * that the affinity token points to no server any more; 500 is typically a POST in the wrong state, worth a repeat with
 * the same number.
 */
export function fromStatus(response: { status: number; headers: Record<string, string> }, nowInMs: number): HandoffError {
  const detail = `HTTP ${response.status}`;
  switch (response.status) {
    case 400:
    case 405:
    case 413:
      return failure({ code: 'invalid', retriable: false, delivered: 'no', detail });
    case 401:
      return failure({ code: 'unauthorized', retriable: false, delivered: 'no', detail });
    case 403:
    case 404:
      return sessionEnded(detail);
    case 409:
      return failure({ code: 'outage', retriable: true, delivered: 'no', detail: `${detail}: number out of order` });
    case 429:
      return failure({ code: 'rateLimited', retriable: true, delivered: 'no', detail, ...retryAfter(response.headers, nowInMs) });
    case 503:
      return failure({ code: 'sessionMoved', retriable: true, delivered: 'unknown', detail });
    default:
      return response.status >= 500
        ? failure({ code: 'outage', retriable: true, delivered: 'unknown', detail })
        : failure({ code: 'rejected', retriable: false, delivered: 'no', detail });
  }
}

/**
 * What a bad answer means before a session exists. The vendor retired the product: what such an org's endpoint answers is
 * unknown, so everything that is neither JSON nor a server error means that this desk is not there (any more).
 */
export function fromOpeningStatus(response: { status: number; headers: Record<string, string> }, nowInMs: number): HandoffError {
  const detail = `HTTP ${response.status}`;
  if (response.status === 401) return failure({ code: 'unauthorized', retriable: false, delivered: 'no', detail });
  if (response.status === 429 || response.status >= 500) {
    const code = response.status === 429 ? 'rateLimited' : 'outage';
    return failure({ code, retriable: true, delivered: 'no', detail, ...retryAfter(response.headers, nowInMs) });
  }
  return failure({ code: 'unavailable', retriable: false, delivered: 'no', detail: `backend not available, ${detail}` });
}

function retryAfter(headers: Record<string, string>, nowInMs: number): { retryAfterInMs?: number } {
  const retryAfterInMs = parseRetryAfter(headers['retry-after'], nowInMs);
  return retryAfterInMs === undefined ? {} : { retryAfterInMs };
}
