import { parseRetryAfter } from '../../../common/backoff';
import type { HttpResponse } from '../../../common/http';
import { HandoffError, type HandoffErrorCode } from '../../errors';
import { objectOf, textOf } from './wire';

export const PROVIDER = 'ccaip';

/** What was asked for decides what "not found" means. */
export type Resource = 'chat' | 'other';

interface Meaning {
  code: HandoffErrorCode;
  retriable: boolean;
  delivered: 'no' | 'unknown';
}

/**
 * The documented sentences of `{message}` answers and what they mean. Only these get into a log: others may quote a customer.
 * They are documented for one call; that the others say the same is assumed.
 */
const SENTENCES: { pattern: RegExp; name: string; meaning: Meaning }[] = [
  { pattern: /already ended/i, name: 'already ended', meaning: final('sessionEnded') },
  {
    pattern: /duplicate request|wait for the interval/i,
    name: 'duplicate request',
    meaning: { code: 'rateLimited', retriable: true, delivered: 'no' },
  },
  { pattern: /param is missing/i, name: 'parameter missing', meaning: final('invalid') },
  { pattern: /unsupported crm/i, name: 'unsupported CRM request', meaning: final('invalid') },
];

/** The failure an answer other than 2xx stands for. */
export function toHandoffError(response: HttpResponse, resource: Resource, nowInMs: number): HandoffError {
  const retryAfterInMs = parseRetryAfter(response.headers['retry-after'], nowInMs);
  const said = textOf(objectOf(response.json)['message']) ?? '';
  const sentence = response.status === 400 ? SENTENCES.find(({ pattern }) => pattern.test(said)) : undefined;
  return new HandoffError({
    provider: PROVIDER,
    ...(sentence?.meaning ?? byStatus(response.status, resource)),
    ...(retryAfterInMs !== undefined && { retryAfterInMs }),
    detail: sentence ? `HTTP ${response.status}, ${sentence.name}` : `HTTP ${response.status}`,
  });
}

function byStatus(status: number, resource: Resource): Meaning {
  switch (status) {
    case 401:
    case 403:
      return final('unauthorized');
    case 404:
      return final(resource === 'chat' ? 'sessionEnded' : 'invalid');
    case 409:
    case 413:
    case 415:
    case 422:
      return final('rejected');
    case 408:
      return { code: 'timedOut', retriable: true, delivered: 'unknown' };
    case 429:
      return { code: 'rateLimited', retriable: true, delivered: 'no' };
    case 503:
      return { code: 'outage', retriable: true, delivered: 'no' };
    default:
      // A redirect is never followed with a customer's words: the address is wrong.
      return status >= 500 ? { code: 'outage', retriable: true, delivered: 'unknown' } : final('invalid');
  }
}

function final(code: HandoffErrorCode): Meaning {
  return { code, retriable: false, delivered: 'no' };
}

/** An answer of 2xx without what it has to hold: the request took effect, we just cannot say which. */
export function unreadable(detail: string): HandoffError {
  return new HandoffError({ provider: PROVIDER, code: 'outage', retriable: true, delivered: 'unknown', detail });
}

export function failure(code: HandoffErrorCode, detail: string): HandoffError {
  return new HandoffError({ provider: PROVIDER, code, retriable: false, delivered: 'no', detail });
}

/** The same failure of a step nobody can have seen anything of: what was to be done surely did not happen. */
export function unseen(error: unknown): unknown {
  if (!(error instanceof HandoffError) || error.provider !== PROVIDER) return error;
  return new HandoffError({
    provider: PROVIDER,
    code: error.code,
    retriable: error.retriable,
    delivered: 'no',
    ...(error.retryAfterInMs !== undefined && { retryAfterInMs: error.retryAfterInMs }),
    ...(error.detail !== undefined && { detail: error.detail }),
    cause: error,
  });
}
