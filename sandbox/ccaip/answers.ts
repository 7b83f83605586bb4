import type { ServerResponse } from 'node:http';
import type { JsonValue } from '../../common/json';

export type Answer = { status: number; body?: JsonValue; bytes?: Buffer; headers?: Record<string, string> };

/** The documented failures; the shape of others is assumed to be the same. */
export const failures = {
  ended: () => refuse(400, 'Chat is already ended'),
  missing: (name: string) => refuse(400, `param is missing or the value is empty: ${name}`),
  refused: (message: string) => refuse(400, message),
  unauthorized: () => refuse(401, 'Unauthorized'),
  notFound: () => refuse(404, 'Not Found'),
  invalid: () => refuse(422, 'Unprocessable Entity'),
  tooFast: () => ({ ...refuse(429, 'Too Many Requests'), headers: { 'retry-after': '1' } }),
};

function refuse(status: number, message: string): Answer {
  return { status, body: { message } };
}

export function write(response: ServerResponse, { status, body, bytes, headers }: Answer): void {
  response.writeHead(status, { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers });
  response.end(bytes ?? (body === undefined ? undefined : JSON.stringify(body)));
}
