import type { ServerResponse } from 'node:http';
import type { JsonValue } from '../../common/json';

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  json?: JsonValue;
  bytes?: Buffer;
}

export function write(response: ServerResponse, answer: Answer): void {
  const body = answer.bytes ?? Buffer.from(answer.json === undefined ? '' : JSON.stringify(answer.json));
  const type = answer.json === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(answer.status, { ...type, 'content-length': String(body.length), ...answer.headers });
  response.end(body);
}
