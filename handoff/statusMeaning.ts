import type { HandoffErrorCode } from './errors';

/** What became of a request, as far as the answer's status tells. */
export interface StatusMeaning {
  code: HandoffErrorCode;
  retriable: boolean;
  delivered: 'no' | 'unknown';
}

/** The usual meaning of a status other than 2xx. What a desk says of its own sessions, such as 404, is the provider's to know first. */
export function meaningOfStatus(status: number): StatusMeaning {
  switch (status) {
    case 401:
    case 403:
      return finalMeaning('unauthorized');
    case 409:
    case 413:
    case 415:
    case 422:
      return finalMeaning('rejected');
    case 408:
      return { code: 'timedOut', retriable: true, delivered: 'unknown' };
    case 429:
      return { code: 'rateLimited', retriable: true, delivered: 'no' };
    case 503:
      return { code: 'outage', retriable: true, delivered: 'no' };
    default:
      // A redirect is never followed with a customer's words: the address is wrong.
      return status >= 500 ? { code: 'outage', retriable: true, delivered: 'unknown' } : finalMeaning('invalid');
  }
}

/** It had no effect, and a repeat would have none. */
export function finalMeaning(code: HandoffErrorCode): StatusMeaning {
  return { code, retriable: false, delivered: 'no' };
}
