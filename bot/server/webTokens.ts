import type { Request, Response } from 'restify';
import { type Clock, systemClock } from '../../common/clock';
import type { HttpClient } from '../../common/http';
import { isJsonObject } from '../../common/json';
import type { SignedLinks } from '../signedLinks';
import type { AddRoute } from './addRoute';
import { answerBytes, answerJson, type Handler, HttpProblem } from './answer';
import { clientAddress } from './clientAddress';
import { CustomerTickets, type DirectLineAccess } from './customerTicket';
import { RateLimit } from './rateLimit';
import { readJsonBody } from './readBody';
import type { WebOrigins } from './webOrigins';

export interface WebTokenOptions {
  directLine: DirectLineAccess;
  links: SignedLinks;
  http: HttpClient;
  origins: WebOrigins;
  /** How many proxies in front of this server add to `X-Forwarded-For`. */
  trustedProxies: number;
  /** Tokens for one address in a minute. */
  ratePerMinute: number;
  clock?: Clock;
}

const path = '/directline/token';
const methods = 'POST, OPTIONS';

/**
 * Adds the endpoint that pages get their Direct Line token from (`POST /directline/token`, answered with a `CustomerTicket`). Only
 * allowed sites may call it, an address only so often: 403 and 429 with `Retry-After`.
 */
export function addWebTokens(add: AddRoute, options: WebTokenOptions): void {
  const { origins, clock = systemClock } = options;
  const tickets = new CustomerTickets(options.directLine, options.links, options.http, () => clock.now());
  const rate = new RateLimit(options.ratePerMinute, clock);
  add(
    'post',
    path,
    forSites(origins, async (request, response, origin) => {
      const wait = rate.take(clientAddress(request, options.trustedProxies));
      if (wait !== undefined) throw new HttpProblem(429, 'too many chats from this address', { 'retry-after': String(wait) });
      const body = await readJsonBody(request, 8 * 1024);
      const resume = isJsonObject(body) ? body['resume'] : undefined;
      answerJson(response, 200, await tickets.make(resume, origins.trusted(origin)), share(origins, origin));
    }),
  );
  add(
    'opts',
    path,
    forSites(origins, async (_request, response, origin) => {
      answerBytes(response, 204, Buffer.alloc(0), {
        ...share(origins, origin),
        'access-control-allow-methods': methods,
        'access-control-allow-headers': 'content-type',
        'access-control-max-age': '600',
      });
    }),
  );
}

/** Lets allowed sites in; a refusal after that is told them in a way their page may read. */
function forSites(
  origins: WebOrigins,
  handle: (request: Request, response: Response, origin: string | undefined) => Promise<void>,
): Handler {
  return async (request, response) => {
    const origin = origins.check(request);
    if (origin === false) throw new HttpProblem(403, 'this site may not use the chat', { vary: 'origin' });
    try {
      await handle(request, response, origin);
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      throw new HttpProblem(error.status, error.reason, { ...error.headers, ...share(origins, origin) });
    }
  };
}

/** What tells a browser that the page of another site may read the answer. No credentials are ever taken. */
function share(origins: WebOrigins, origin: string | undefined): Record<string, string> {
  if (origin === undefined || !origins.isOther(origin)) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'retry-after',
    'cross-origin-resource-policy': 'cross-origin',
  };
}
