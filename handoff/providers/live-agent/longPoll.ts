import http from 'node:http';
import https from 'node:https';
import type { CancelTimer, Clock } from '../../../common/clock';
import { HttpFailure, type HttpResponse } from '../../../common/http';
import { parseJson } from '../../../common/json';

export interface LongPollRequest {
  url: string;
  headers: Record<string, string>;
  /** The whole exchange must be over by then. */
  deadlineInMs: number;
  signal: AbortSignal;
}

const maxBytes = 10 * 1024 * 1024;
/** A connection that was closed before we used it breaks at once; one that breaks later was held, and others may poll by now. */
const staleWithinInMs = 1_000;

/**
 * GETs that the server holds for half a minute, one socket each, kept alive between polls. Not the shared HTTP client:
 * its pool looks through all its connections at every call, which stalls with thousands of held ones.
 */
export class LongPoller {
  private readonly plain = new http.Agent({ keepAlive: true });
  private readonly secure = new https.Agent({ keepAlive: true });

  constructor(private readonly clock: Clock) {}

  /** Resolves for every status; throws `HttpFailure` like the shared client. */
  async get(call: LongPollRequest): Promise<HttpResponse> {
    try {
      return await this.exchange(call);
    } catch (error) {
      // The server may close a kept-alive connection just as we reuse it: then nothing was asked and once more is safe.
      if (error instanceof StaleConnection) return this.exchange(call);
      throw error;
    }
  }

  private exchange(call: LongPollRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      if (call.signal.aborted) {
        reject(new HttpFailure('aborted'));
        return;
      }
      const begunAt = this.clock.monotonic();
      const isSecure = call.url.startsWith('https:');
      let failure: HttpFailure | undefined;
      let gotResponse = false;
      let cancelDeadline: CancelTimer = () => undefined;
      const request = start(call.url, { headers: call.headers, agent: isSecure ? this.secure : this.plain });
      if (request instanceof HttpFailure) {
        reject(request);
        return;
      }
      const stop = (reason: HttpFailure) => {
        failure ??= reason;
        request.destroy();
      };
      const onAbort = () => stop(new HttpFailure('aborted'));
      const finish = () => {
        cancelDeadline();
        call.signal.removeEventListener('abort', onAbort);
      };
      const fail = (error: unknown) => {
        finish();
        if (failure) reject(failure);
        else if (request.reusedSocket && !gotResponse && isReset(error) && this.clock.monotonic() - begunAt < staleWithinInMs)
          reject(new StaleConnection());
        else reject(toFailure(error));
      };
      call.signal.addEventListener('abort', onAbort, { once: true });
      cancelDeadline = this.clock.schedule(call.deadlineInMs, () => stop(new HttpFailure('timedOut')));
      request.on('error', fail);
      request.on('response', (response) => {
        gotResponse = true;
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > maxBytes) stop(new HttpFailure('tooLarge'));
        });
        response.on('error', fail);
        response.on('end', () => {
          finish();
          resolve(toResponse(response, Buffer.concat(chunks, size)));
        });
      });
    });
  }
}

/** Begins the request; what cannot even be sent (an address or header with forbidden characters) is told at once. */
function start(url: string, options: https.RequestOptions): http.ClientRequest | HttpFailure {
  try {
    return (url.startsWith('https:') ? https : http).get(url, options);
  } catch (error) {
    return new HttpFailure('invalidUrl', error);
  }
}

class StaleConnection extends Error {}

function toResponse(response: http.IncomingMessage, bytes: Buffer): HttpResponse {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const text = bytes.toString('utf8');
  return { status: response.statusCode ?? 0, headers, bytes, text, json: parseJson(text) };
}

function toFailure(error: unknown): HttpFailure {
  const code = codeOf(error);
  return new HttpFailure(code === 'ECONNREFUSED' || code === 'ENOTFOUND' ? 'refused' : 'network', error);
}

function isReset(error: unknown): boolean {
  return codeOf(error) === 'ECONNRESET';
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
