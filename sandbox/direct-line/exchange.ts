import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';

/** A refusal in the shape Direct Line gives it. */
export class DirectLineError extends Error {
  override readonly name = 'DirectLineError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** One request on its way through the routes. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  path: string[];
  query: URLSearchParams;
}

export function answer(response: ServerResponse, status: number, body?: unknown): void {
  if (response.headersSent) return;
  if (body === undefined) {
    response.writeHead(status);
    response.end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

export function answerError(response: ServerResponse, error: DirectLineError): void {
  answer(response, error.status, { error: { code: error.code, message: error.message } });
}

export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new DirectLineError(413, 'MessageSizeTooBig', `More than ${maxBytes} bytes were sent.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Reads a JSON object; an absent body counts as an empty one when `optional` is set. */
export async function readObject(request: IncomingMessage, options: { optional?: boolean } = {}): Promise<JsonObject> {
  const bytes = await readBytes(request, 256 * 1024);
  if (bytes.length === 0 && options.optional) return {};
  // Other media types can be sent by any web page without asking first.
  if (!(request.headers['content-type'] ?? '').toLowerCase().startsWith('application/json'))
    throw new DirectLineError(415, 'BadArgument', 'The body is not application/json.');
  const body = parseJson(bytes.toString('utf8'));
  if (!isJsonObject(body)) throw new DirectLineError(400, 'BadArgument', 'The body is not a JSON object.');
  return body;
}
