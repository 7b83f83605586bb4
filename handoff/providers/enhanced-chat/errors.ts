import { parseRetryAfter } from '../../../common/backoff';
import type { HttpResponse } from '../../../common/http';
import { HandoffError, type HandoffErrorInit } from '../../errors';

export const providerName = 'enhanced-chat';

/** A `HandoffError` of this desk. */
export function failure(init: Omit<HandoffErrorInit, 'provider'>): HandoffError {
  return new HandoffError({ provider: providerName, ...init });
}

/** The conversation cannot go on: it is closed, not ours, or its token is used up. */
export function sessionEnded(detail: string): HandoffError {
  return failure({ code: 'sessionEnded', retriable: false, delivered: 'no', detail });
}

/**
 * What a status other than 2xx means inside a conversation, after the vendor's list. 403 says that the token's owner does
 * not own the conversation, 404 that there is none: both are final. 417 and 409 are dealt with before this.
 */
export function fromStatus(response: Pick<HttpResponse, 'status' | 'headers'>, nowInMs: number): HandoffError {
  const detail = `HTTP ${response.status}`;
  switch (response.status) {
    case 400:
    case 405:
      return failure({ code: 'invalid', retriable: false, delivered: 'no', detail });
    case 401:
      return failure({ code: 'unauthorized', retriable: false, delivered: 'no', detail });
    case 403:
    case 404:
      return sessionEnded(detail);
    case 412:
      // The org is not ready; the vendor's word is to try again.
      return failure({ code: 'outage', retriable: true, delivered: 'no', detail });
    case 429:
      return failure({ code: 'rateLimited', retriable: true, delivered: 'no', detail, ...retryAfter(response, nowInMs) });
    default:
      return response.status >= 500
        ? failure({ code: 'outage', retriable: true, delivered: 'unknown', detail, ...retryAfter(response, nowInMs) })
        : failure({ code: 'rejected', retriable: false, delivered: 'no', detail });
  }
}

/** The same before there is a conversation: 403 and 404 then say that the set-up is wrong, not that a chat is over. */
export function fromOpeningStatus(response: Pick<HttpResponse, 'status' | 'headers'>, nowInMs: number): HandoffError {
  const detail = `HTTP ${response.status}`;
  if (response.status === 403) return failure({ code: 'unauthorized', retriable: false, delivered: 'no', detail });
  if (response.status === 404) return failure({ code: 'invalid', retriable: false, delivered: 'no', detail });
  return fromStatus(response, nowInMs);
}

export function isSuccess({ status }: { status: number }): boolean {
  return status >= 200 && status <= 299;
}

function retryAfter({ headers }: Pick<HttpResponse, 'headers'>, nowInMs: number): { retryAfterInMs?: number } {
  const retryAfterInMs = parseRetryAfter(headers['retry-after'], nowInMs);
  return retryAfterInMs === undefined ? {} : { retryAfterInMs };
}
