import { parseRetryAfter } from '../../../common/backoff';
import type { HttpResponse } from '../../../common/http';
import { isJsonObject, type JsonValue } from '../../../common/json';
import { textOf } from '../../../common/jsonMembers';
import { HandoffError, type HandoffErrorCode } from '../../errors';
import { finalMeaning, meaningOfStatus, type StatusMeaning } from '../../statusMeaning';

export const PROVIDER = '8x8';

/** What was asked for decides what "not found" means. */
export type Resource = 'conversation' | 'other';

/** The failure an answer other than 2xx stands for. Its body never gets into it, but for codes and the reference id. */
export function toHandoffError(response: HttpResponse, resource: Resource, nowInMs: number): HandoffError {
  const retryAfterInMs = parseRetryAfter(response.headers['retry-after'], nowInMs);
  return new HandoffError({
    provider: PROVIDER,
    ...meaning(response.status, resource),
    ...(retryAfterInMs !== undefined && { retryAfterInMs }),
    detail: describe(response),
  });
}

function meaning(status: number, resource: Resource): StatusMeaning {
  return status === 404 && resource === 'conversation' ? finalMeaning('sessionEnded') : meaningOfStatus(status);
}

/** An answer of 2xx without what it has to hold: the request took effect, we just cannot say which. */
export function unreadable(detail: string): HandoffError {
  return new HandoffError({ provider: PROVIDER, code: 'outage', retriable: true, delivered: 'unknown', detail });
}

export function failure(code: HandoffErrorCode, detail: string): HandoffError {
  return new HandoffError({ provider: PROVIDER, code, retriable: false, delivered: 'no', detail });
}

/** For the log: status, the vendor's codes, and the reference that its support asks for. */
function describe(response: HttpResponse): string {
  const body = isJsonObject(response.json) ? response.json : {};
  const codes = [...codesOf(body['errors']), token(body['code']), ...codesOf(body['validations']), token(body['ErrorCode'])];
  const reference = token(body['referenceId']);
  const parts = [`HTTP ${response.status}`, ...codes, reference && `reference ${reference}`];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** `errors` is an object, a list of objects, a list of sentences, or absent. */
function codesOf(errors: JsonValue | undefined): (string | undefined)[] {
  const entries = Array.isArray(errors) ? errors : [errors];
  return entries.slice(0, 5).map((entry) => (isJsonObject(entry) ? token(entry['code']) : undefined));
}

/** Only what looks like a code: sentences may quote what a customer wrote. */
function token(value: JsonValue | undefined): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[\w:.-]{1,80}$/.test(text) ? text : undefined;
}
