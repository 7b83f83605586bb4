import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { type JsonObject, type JsonValue, parseJson } from '../../common/json';

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

/** An answer in place of what a handler was about to do. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly text: string,
    /** Whether a correct client could have known better. */
    readonly isBreach = status === 400 || status === 404 || status === 405,
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
    request,
    response,
  };
}

export function respond(response: ServerResponse, status: number, body?: JsonObject): void {
  if (response.writableEnded || response.destroyed) return;
  if (body === undefined) {
    response.writeHead(status, status === 204 ? {} : { 'content-length': 0 });
    response.end();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** The body by a strict schema: a property nobody knows is a 400 at this desk. */
export function bodyOf<T>(call: Call, schema: z.ZodType<T>): T {
  if (!/^application\/json\b/i.test(call.header('content-type') ?? ''))
    throw new Refusal(400, 'Content-Type has to be application/json');
  return checked(parseJson(call.body.toString('utf8')), schema);
}

export function checked<T>(json: JsonValue | undefined, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal(400, `${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'is wrong'}`);
}
