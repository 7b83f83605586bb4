import { parseRetryAfter } from '../../../common/backoff';
import type { HttpResponse } from '../../../common/http';
import { objectOf, textOf } from '../../../common/jsonMembers';
import { HandoffError, type HandoffErrorCode } from '../../errors';
import { finalMeaning, meaningOfStatus, type StatusMeaning } from '../../statusMeaning';

export const PROVIDER = 'ccaip';

/** What was asked for decides what "not found" means. */
export type Resource = 'chat' | 'other';

/**
 * The documented sentences of `{message}` answers and what they mean. Only these get into a log: others may quote a customer.
 * They are documented for one call; that the others say the same is assumed.
 */
const SENTENCES: { pattern: RegExp; name: string; meaning: StatusMeaning }[] = [
  { pattern: /already ended/i, name: 'already ended', meaning: finalMeaning('sessionEnded') },
  {
    pattern: /duplicate request|wait for the interval/i,
    name: 'duplicate request',
    meaning: { code: 'rateLimited', retriable: true, delivered: 'no' },
  },
  { pattern: /param is missing/i, name: 'parameter missing', meaning: finalMeaning('invalid') },
  { pattern: /unsupported crm/i, name: 'unsupported CRM request', meaning: finalMeaning('invalid') },
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

function byStatus(status: number, resource: Resource): StatusMeaning {
  return status === 404 && resource === 'chat' ? finalMeaning('sessionEnded') : meaningOfStatus(status);
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
