import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject, parseJson } from '../common/json';

/** One request, read whole. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  header(name: string): string | undefined;
  body: Buffer;
  request: IncomingMessage;
  response: ServerResponse;
}

/** Statuses that a client which keeps to the contract does not get, unless the refusal says otherwise. */
const breaches = new Set([400, 404, 405, 406]);

/** An answer in place of what a handler was about to do. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly text: string,
    /** Whether a correct client could have known better. */
    readonly isBreach = breaches.has(status),
  ) {
    super(text);
  }
}

async function readCall(request: IncomingMessage, response: ServerResponse): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://stand-in');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: Buffer.concat(chunks),
    request,
    response,
  };
}

/** Answers with JSON, a text, or nothing but the status. Does nothing when the other side is gone or was answered. */
export function respond(
  response: ServerResponse,
  status: number,
  body?: JsonObject | string,
  headers: Record<string, string> = {},
): void {
  if (response.writableEnded || response.destroyed) return;
  const isJson = typeof body === 'object';
  const text = isJson ? JSON.stringify(body) : (body ?? '');
  response.writeHead(status, {
    ...headers,
    ...(text !== '' && { 'content-type': isJson ? 'application/json;charset=UTF-8' : 'text/plain;charset=UTF-8' }),
    ...(status !== 204 && { 'content-length': Buffer.byteLength(text) }),
  });
  response.end(text);
}

/** The JSON object a request must have, told to be JSON. Throws `Refusal`; `wrongType` is the status for another type. */
export function jsonBody(call: Call, wrongType = 400): JsonObject {
  expectJson(call, wrongType);
  const json = parseJson(call.body.toString('utf8'));
  if (!isJsonObject(json)) throw new Refusal(400, 'The body is not a JSON object');
  return json;
}

/** Throws `Refusal` with this status unless the body is said to be JSON. */
export function expectJson(call: Call, status: number): void {
  if (!/^application\/json\b/i.test(call.header('content-type') ?? ''))
    throw new Refusal(status, 'Content-Type has to be application/json', true);
}

/** Handles one request, and answers what it refuses; a refusal that a correct client would not have got is a breach. */
export async function answering(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (call: Call) => void | Promise<void>,
  refused: { violation(text: string): void; body(text: string): JsonObject | string },
): Promise<void> {
  const call = await readCall(request, response);
  try {
    await handle(call);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.isBreach) refused.violation(`${call.method} ${call.path}: ${error.text}`);
    respond(response, error.status, refused.body(error.text));
  }
}
