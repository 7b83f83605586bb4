import type { IncomingMessage, ServerResponse } from 'node:http';
import { type JsonValue, parseJson } from '../../common/json';

/** One request, read to its end. */
export interface ReadRequest {
  method: string;
  path: string;
  /** Decoded, without the query. */
  segments: string[];
  headers: IncomingMessage['headers'];
  text: string;
  json: JsonValue | undefined;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  json?: JsonValue;
  bytes?: Buffer;
}

const MAX_BYTES = 1024 * 1024;

export async function readRequest(incoming: IncomingMessage): Promise<ReadRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > MAX_BYTES) throw new Error('the request is too large');
    chunks.push(chunk as Buffer);
  }
  const url = new URL(incoming.url ?? '/', 'http://stand-in');
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    segments: url.pathname.split('/').filter(Boolean).map(decodeURIComponent),
    headers: incoming.headers,
    text,
    json: parseJson(text),
  };
}

export function write(response: ServerResponse, answer: Answer): void {
  const body = answer.bytes ?? Buffer.from(answer.json === undefined ? '' : JSON.stringify(answer.json));
  const type = answer.json === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(answer.status, { ...type, 'content-length': String(body.length), ...answer.headers });
  response.end(body);
}
