import type { ServerResponse } from 'node:http';
import type { JsonValue } from '../../common/json';

const REFERENCE = '0f3c8a52-1b';

/** The documented shapes of failures; they differ from operation to operation. */
export const failures = {
  general: (code: string, message: string) => ({ status: 400, body: { message, errors: [{ code, message }] } }),
  message: (code: string, message: string) => ({
    status: 400,
    body: { message, errors: { code, message }, referenceId: REFERENCE },
  }),
  indicator: (message: string) => ({
    status: 400,
    body: { message, errors: [{ code: 'invalid_parameter', message }], referenceId: REFERENCE },
  }),
  unauthorized: () => ({
    status: 401,
    body: { message: 'Access Denied', errors: [{ code: 'access_denied', message: 'Access Denied' }], referenceId: REFERENCE },
  }),
  frontDoor: () => ({ status: 401, body: { message: 'Invalid Credentials', code: 'KA:0003' } }),
  forbidden: () => ({
    status: 403,
    body: { message: 'Forbidden', errors: ['The tenant does not belong to the customer of the key'] },
  }),
  notFound: () => ({ status: 404, body: { message: 'Not found', errors: ['The resource does not exist'] } }),
  resourceNotFound: () => ({
    status: 404,
    body: { message: 'Not found', errors: [{ code: 'resource_not_found', message: 'The resource does not exist' }] },
  }),
  unsupported: () => ({ status: 415, body: { message: 'Unsupported Media Type' } }),
} satisfies Record<string, (...words: string[]) => { status: number; body: JsonValue }>;

export type Answer = { status: number; body?: JsonValue; bytes?: Buffer; headers?: Record<string, string> };

export function write(response: ServerResponse, { status, body, bytes, headers }: Answer): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/hal+json';
  response.writeHead(status, { ...(body !== undefined && { 'content-type': type }), ...headers });
  response.end(bytes ?? (body === undefined ? undefined : JSON.stringify(body)));
}
