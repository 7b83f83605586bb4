import type { IncomingMessage } from 'node:http';
import { type JsonValue, parseJson } from '../common/json';

/** One request, read to its end. */
export interface ReadRequest {
  method: string;
  /** Decoded, without the query. */
  segments: string[];
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
  json: JsonValue | undefined;
}

const MAX_BYTES = 30 * 1024 * 1024;

export async function readRequest(incoming: IncomingMessage): Promise<ReadRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > MAX_BYTES) throw new Error('the request is too large');
    chunks.push(chunk as Buffer);
  }
  const url = new URL(incoming.url ?? '/', 'http://stand-in');
  const body = Buffer.concat(chunks);
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    segments: url.pathname.split('/').filter(Boolean).map(decodeURIComponent),
    query: url.searchParams,
    headers: incoming.headers,
    body,
    json: parseJson(body.toString('utf8')),
  };
}

/** The parts of a `multipart/form-data` body; undefined when it is none. */
export async function readForm(request: ReadRequest): Promise<FormData | undefined> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return undefined;
  return new Response(new Uint8Array(request.body), { headers: { 'content-type': type } }).formData();
}
