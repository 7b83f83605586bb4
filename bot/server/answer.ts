import type { ServerResponse } from 'node:http';
import type { Request, Response } from 'restify';
import { errorCode, type Log } from '../../common/log';

/** A request that is answered with this status and reason; the reason goes to the caller, so it never quotes the request. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  constructor(
    readonly status: number,
    readonly reason: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(reason);
  }
}

/** Ends the exchange with a JSON body. Does nothing when it is already answered. */
export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  answerBytes(response, status, Buffer.from(JSON.stringify(body)), {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
  });
}

/** Ends the exchange with these bytes; without them for HEAD. Does nothing when it is already answered. */
export function answerBytes(
  response: ServerResponse,
  status: number,
  bytes: Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, hasBody ? { ...headers, 'content-length': String(bytes.length) } : { ...headers });
  response.end(hasBody && response.req?.method !== 'HEAD' ? bytes : undefined);
}

export type Handler = (request: Request, response: Response) => Promise<void>;

/**
 * Makes a restify handler of ours: it returns no value (restify would log it) and lets no error out (restify would
 * send its message to the caller).
 */
export function safely(log: Log, handler: Handler): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    try {
      await handler(request, response);
    } catch (error) {
      answerFailure(log, response, error);
    }
  };
}

function answerFailure(log: Log, response: Response, error: unknown): void {
  if (response.headersSent) {
    log.warn('an answer broke off', { code: errorCode(error) });
    response.destroy();
    return;
  }
  if (error instanceof HttpProblem) {
    answerJson(response, error.status, { error: error.reason }, error.headers);
    return;
  }
  log.error('a request failed', { code: errorCode(error) });
  answerJson(response, 500, { error: 'the server failed' });
}
