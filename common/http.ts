import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { forbiddenAddress, publicLookup, reachOf } from './addressGuard';
import { type JsonValue, parseJson } from './json';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string | Buffer | FormData;
  /** The whole exchange, body included, must be over by then. */
  timeoutInMs: number;
  signal?: AbortSignal;
  /** A larger answer is an `HttpFailure` with code `tooLarge`. Default 10 MiB. */
  maxBytes?: number;
  /** The address came from outside: only a public host is asked, over https, else `HttpFailure` `forbidden`. Redirects are never followed. */
  publicOnly?: boolean;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case; a repeated header joined by commas. */
  headers: Record<string, string>;
  bytes: Buffer;
  text: string;
  /** The body as JSON, or undefined when it is not JSON. */
  json: JsonValue | undefined;
}

/** Why no answer came. After `refused`, `invalidUrl` and `forbidden` the request surely had no effect. */
export type HttpFailureCode = 'refused' | 'network' | 'timedOut' | 'aborted' | 'tooLarge' | 'invalidUrl' | 'forbidden';

export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  constructor(
    readonly code: HttpFailureCode,
    cause?: unknown,
  ) {
    super(`no answer: ${code}`, cause === undefined ? undefined : { cause });
  }
}

/** Makes one exchange. Resolves for every status; throws `HttpFailure` when no complete answer came. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

export interface HttpClientOptions {
  /** Per origin. */
  connections?: number;
  /** Sandbox and tests: addresses from outside may be on this machine. */
  allowLoopback?: boolean;
  /** How names of `publicOnly` requests are looked up. */
  lookup?: LookupFunction;
}

/** An `HttpClient` over undici with connections kept alive and at most `connections` per origin. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient & { close(): Promise<void> } {
  const { connections = 64, allowLoopback = false, lookup = publicLookup() } = options;
  // Deadlines are ours (the signal below); undici's own coarse timers are set out of the way.
  const usual = { connections, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 10_000 };
  const agent = new Agent(usual);
  // Connections of its own: one that the other agent has open to a name inside must not be used again.
  const guarded = new Agent({ ...usual, connect: { lookup } });
  const client = async (call: HttpRequest) => {
    const reach = call.publicOnly ? reachOf(call.url, { allowLoopback }) : 'loopback';
    if (reach === 'no') throw new HttpFailure('forbidden');
    return exchange(reach === 'public' ? guarded : agent, call);
  };
  return Object.assign(client, { close: async () => void (await Promise.all([agent.destroy(), guarded.destroy()])) });
}

async function exchange(agent: Dispatcher, call: HttpRequest): Promise<HttpResponse> {
  const over = new AbortController();
  // A timer that is cleared, and not a signal that lives on until its time: those outnumber everything else under load.
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    over.abort();
  }, call.timeoutInMs).unref();
  const onAbort = () => over.abort();
  if (call.signal?.aborted) onAbort();
  else call.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const response = await request(call.url, {
      dispatcher: agent,
      method: call.method,
      ...(call.headers && { headers: call.headers }),
      ...(call.body !== undefined && { body: call.body as string }),
      signal: over.signal,
    });
    const bytes = await readBody(response, call.maxBytes ?? 10 * 1024 * 1024);
    return toResponse(response.statusCode, response.headers, bytes);
  } catch (error) {
    throw toFailure(error, call.signal, isLate);
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', onAbort);
  }
}

async function readBody({ body, headers }: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const length = Number(headers['content-length'] ?? Number.NaN);
  // The parser holds the server to the length it announced.
  if (length <= maxBytes) return Buffer.from(await body.arrayBuffer());
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new HttpFailure('tooLarge');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function toResponse(status: number, raw: Record<string, string | string[] | undefined>, bytes: Buffer): HttpResponse {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  let text: string | undefined;
  return {
    status,
    headers,
    bytes,
    get text() {
      text ??= bytes.toString('utf8');
      return text;
    },
    get json() {
      return parseJson(this.text);
    },
  };
}

function toFailure(error: unknown, callerSignal: AbortSignal | undefined, isLate: boolean): HttpFailure {
  if (error instanceof HttpFailure) return error;
  if (callerSignal?.aborted) return new HttpFailure('aborted', error);
  if (isLate) return new HttpFailure('timedOut', error);
  const code = (error as { code?: unknown }).code;
  if (code === forbiddenAddress) return new HttpFailure('forbidden', error);
  if (code === 'ERR_INVALID_URL' || code === 'UND_ERR_INVALID_ARG') return new HttpFailure('invalidUrl', error);
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return new HttpFailure('refused', error);
  return new HttpFailure('network', error);
}
