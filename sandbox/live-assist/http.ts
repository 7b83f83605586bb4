import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';

/** One request, read whole. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  header(name: string): string | undefined;
  body: Buffer;
  response: ServerResponse;
}

/** An answer in place of what a handler was about to do; `isBreach` when the contract forbids the request. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly text: string,
    readonly isBreach = true,
  ) {
    super(text);
  }
}

export async function readCall(request: IncomingMessage, response: ServerResponse): Promise<Call> {
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
    response,
  };
}

export function respond(response: ServerResponse, status: number, body?: JsonObject, headers: Record<string, string> = {}): void {
  if (response.writableEnded || response.destroyed) return;
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...(text !== '' && { 'content-type': 'application/json;charset=UTF-8' }),
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** The JSON object a POST must have, told to be JSON. */
export function jsonBody(call: Call): JsonObject {
  if (!/^application\/json\b/i.test(call.header('content-type') ?? ''))
    throw new Refusal(415, 'Content-Type has to be application/json');
  const json = parseJson(call.body.toString('utf8'));
  if (!isJsonObject(json)) throw new Refusal(400, 'The body is not a JSON object');
  return json;
}

/** The one object member of a body; other members are against the contract. */
export function onlyMember(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  if (!isJsonObject(value) || Object.keys(body).length !== 1) throw new Refusal(400, `The body has to be {"${name}": {…}}`);
  return value;
}
