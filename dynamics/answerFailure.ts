import { parseRetryAfter } from '../common/backoff';
import type { HttpResponse } from '../common/http';
import { HttpFailure } from '../common/http';
import { isJsonObject, type JsonObject } from '../common/json';
import { DataverseError, type DataverseErrorInit } from './dataverseError';

const repeatable = new Set([429, 500, 502, 503, 504]);

/** The failure an HTTP answer stands for. Gateways in front of Dataverse answer with HTML or nothing at all. */
export function failureOfAnswer(response: HttpResponse, nowInMs: number): DataverseErrorInit {
  const { status } = response;
  const error = errorObject(response);
  const code = typeof error?.['code'] === 'string' && error['code'] !== '' ? error['code'] : undefined;
  const message = typeof error?.['message'] === 'string' ? error['message'] : '';
  const privilege = /\bprv[A-Za-z_]+/.exec(message)?.[0];
  return {
    status,
    code: code ?? (status < 400 ? 'invalidAnswer' : `http${status}`),
    // A token that is refused again after renewal says nothing about the record: it can be written later.
    retriable: repeatable.has(status) || status === 401 || status === 408 || status < 400,
    delivered: status >= 400 && status < 500 ? 'no' : 'unknown',
    retryAfterInMs: parseRetryAfter(response.headers['retry-after'], nowInMs),
    privilege,
  };
}

/** The failure to get any answer. */
export function failureOfTransport(error: unknown): DataverseErrorInit {
  if (error instanceof DataverseError) return error;
  if (!(error instanceof HttpFailure)) return { status: 0, code: 'network', retriable: true, delivered: 'unknown', cause: error };
  const sure = error.code === 'refused' || error.code === 'invalidUrl';
  return {
    status: 0,
    code: error.code,
    retriable: error.code !== 'invalidUrl',
    delivered: sure ? 'no' : 'unknown',
    cause: error,
  };
}

function errorObject(response: HttpResponse): JsonObject | undefined {
  const body = response.json;
  if (!isJsonObject(body)) return undefined;
  const error = body['error'];
  return isJsonObject(error) ? error : undefined;
}
