import type { Clock } from '../common/clock';
import type { HttpClient, HttpResponse } from '../common/http';
import { failureOfAnswer, failureOfTransport } from './answerFailure';
import { DataverseError } from './dataverseError';
import type { TokenSource } from './tokens';
import type { XhrAnswer, XhrTransport } from './xhr';

export interface CallOptions {
  signal?: AbortSignal;
  /** The whole call, waiting for its turn, a token request and a repetition after 401 included, must be over by then. */
  timeoutInMs?: number;
}

export interface TransportOptions {
  http: HttpClient;
  tokens: TokenSource;
  clock: Clock;
  /** The call with this id. */
  callOf(callId: string | undefined): CallUnderWay;
}

export interface CallUnderWay {
  /** The caller's signal and the call's deadline. */
  signal: AbortSignal;
  /** Address to use instead of the one the library was given. */
  url?: string;
}

/** The HTTP client's own limit, for a call whose deadline is not known; the signal ends all others before. */
const longestInMs = 120_000;

/** Adds the token, sends, renews the token once after a 401, and turns whatever is not a proper answer into an error. */
export function createTransport({ http, tokens, clock, callOf }: TransportOptions): XhrTransport {
  return async (request, callId) => {
    const { signal, url = request.url } = callOf(callId);
    const send = (token: string) => {
      const headers = { ...request.headers, authorization: `Bearer ${token}` };
      return http({ ...request, url, headers, timeoutInMs: longestInMs, signal });
    };
    try {
      const token = await untilAborted(tokens.get(), signal);
      let response = await send(token);
      if (response.status === 401) response = await send(await untilAborted(tokens.get(token), signal));
      return digestible(response, clock.now());
    } catch (error) {
      throw new DataverseError(failureOfTransport(error));
    }
  };
}

/** A token request is shared by many calls, so a call that ends stops waiting for it but does not stop it. */
function untilAborted<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new DataverseError({ status: 0, code: 'aborted', retriable: true, delivered: 'no' }));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function digestible(response: HttpResponse, nowInMs: number): XhrAnswer {
  const { status, headers, text } = response;
  const isProper = status === 204 || ((status === 200 || status === 201) && response.json !== undefined);
  if (!isProper) throw new DataverseError(failureOfAnswer(response, nowInMs));
  return { status, headers, text };
}
