import http from 'node:http';
import https from 'node:https';
import type { CancelTimer, Clock } from '../../../common/clock';
import { HttpFailure } from '../../../common/http';
import { EventParser, type ServerEvent } from './eventParser';

export interface StreamRequest {
  url: string;
  headers: Record<string, string>;
  /** The answer's head must be there by then. */
  connectTimeoutInMs: number;
  /** A stream that brings nothing at all for this long is dead. */
  silenceInMs: number;
  signal: AbortSignal;
}

/** A stream that was opened. Read it once, to its end, or close it. */
export interface EventStream {
  isOpen: true;
  status: 200;
  /** Events as they come, those that came together in one batch; finishes with the stream, throws `HttpFailure` when it breaks. */
  batches(): AsyncGenerator<ServerEvent[], void>;
  close(): void;
}

/** The server's answer when it opens no stream. */
export interface Refused {
  isOpen: false;
  status: number;
  headers: Record<string, string>;
  text: string;
}

const maxRefusalBytes = 64 * 1024;

/**
 * Held event streams, one socket each. Not the shared HTTP client: its pool looks through all its connections at every call,
 * which stalls with thousands of held ones.
 */
export class EventStreams {
  private readonly plain = new http.Agent({ keepAlive: false });
  private readonly secure = new https.Agent({ keepAlive: false });

  constructor(private readonly clock: Clock) {}

  /** Resolves when the server has answered; throws `HttpFailure` when it does not. */
  open(call: StreamRequest): Promise<EventStream | Refused> {
    return new Promise((resolve, reject) => {
      if (call.signal.aborted) {
        reject(new HttpFailure('aborted'));
        return;
      }
      const isSecure = call.url.startsWith('https:');
      const request = start(call.url, { headers: call.headers, agent: isSecure ? this.secure : this.plain });
      if (request instanceof HttpFailure) {
        reject(request);
        return;
      }
      const stop = (reason: HttpFailure) => request.destroy(reason);
      const onAbort = () => stop(new HttpFailure('aborted'));
      const cancelDeadline = this.clock.schedule(call.connectTimeoutInMs, () => stop(new HttpFailure('timedOut')));
      call.signal.addEventListener('abort', onAbort, { once: true });
      const settle = () => {
        cancelDeadline();
        call.signal.removeEventListener('abort', onAbort);
      };
      request.on('error', (error) => {
        settle();
        reject(toFailure(error));
      });
      request.on('response', (response) => {
        if (isStream(response)) {
          settle();
          resolve(new OpenStream(response, request, this.clock, call));
          return;
        }
        readRefusal(response).then(
          (refused) => {
            settle();
            resolve(refused);
          },
          (error: unknown) => {
            settle();
            reject(toFailure(error));
          },
        );
      });
    });
  }
}

class OpenStream implements EventStream {
  readonly isOpen = true;
  readonly status = 200;
  private failure: HttpFailure | undefined;

  constructor(
    private readonly response: http.IncomingMessage,
    private readonly request: http.ClientRequest,
    private readonly clock: Clock,
    private readonly call: StreamRequest,
  ) {
    // Until it is read nobody listens to it; how it broke is told then.
    response.on('error', (error) => {
      this.failure ??= toFailure(error);
    });
  }

  async *batches(): AsyncGenerator<ServerEvent[], void> {
    const { signal, silenceInMs } = this.call;
    const onAbort = () => this.stop(new HttpFailure('aborted'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    let cancelSilence: CancelTimer = () => undefined;
    const watch = () => {
      cancelSilence = this.clock.schedule(silenceInMs, () => this.stop(new HttpFailure('timedOut')));
    };
    const parser = new EventParser();
    try {
      watch();
      for await (const chunk of this.response as AsyncIterable<Buffer>) {
        cancelSilence();
        const events = parse(parser, chunk);
        // While the batch is being written down the stream is not read, so its silence says nothing.
        if (events.length > 0) yield events;
        watch();
      }
      if (this.failure) throw this.failure;
    } catch (error) {
      throw this.failure ?? toFailure(error);
    } finally {
      cancelSilence();
      signal.removeEventListener('abort', onAbort);
      this.close();
    }
  }

  close(): void {
    this.request.destroy();
  }

  private stop(reason: HttpFailure): void {
    this.failure ??= reason;
    this.response.destroy();
  }
}

function parse(parser: EventParser, chunk: Buffer): ServerEvent[] {
  try {
    return parser.push(chunk);
  } catch (error) {
    throw new HttpFailure('tooLarge', error);
  }
}

function isStream(response: http.IncomingMessage): boolean {
  return response.statusCode === 200 && /^text\/event-stream\b/i.test(response.headers['content-type'] ?? '');
}

async function readRefusal(response: http.IncomingMessage): Promise<Refused> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxRefusalBytes) break;
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { isOpen: false, status: response.statusCode ?? 0, headers, text: Buffer.concat(chunks).toString('utf8') };
}

/** Begins the request; what cannot even be sent (an address or header with forbidden characters) is told at once. */
function start(url: string, options: https.RequestOptions): http.ClientRequest | HttpFailure {
  try {
    return (url.startsWith('https:') ? https : http).get(url, options);
  } catch (error) {
    return new HttpFailure('invalidUrl', error);
  }
}

function toFailure(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = (error as { code?: unknown }).code;
  return new HttpFailure(code === 'ECONNREFUSED' || code === 'ENOTFOUND' ? 'refused' : 'network', error);
}
