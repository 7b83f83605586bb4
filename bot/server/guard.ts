import type { IncomingMessage, ServerResponse } from 'node:http';
import { busy } from './admission';
import { answerJson } from './answer';

export interface GuardOptions {
  /** Host names the server may be called by; any when absent. Keeps foreign web pages off a sandbox on the loopback. */
  hostNames?: readonly string[];
  /** Whether the outside address is https, so that browsers are told to stay with it. */
  isHttps: boolean;
  isStopping(): boolean;
  /** Whether there is no room for this request: it is answered 503 before anything is done for it. */
  isFull?(request: IncomingMessage): boolean;
}

/**
 * Stands before everything restify does with a request, and runs synchronously: a URL or Host that does not parse, or
 * junk in a content encoding, would throw outside of any handler and end the process. False means answered.
 */
export function createGuard(options: GuardOptions): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    setSecurityHeaders(response, options.isHttps);
    if (options.isStopping()) response.setHeader('connection', 'close');
    const refusal = findRefusal(request, options.hostNames);
    if (!refusal) {
      if (!options.isFull?.(request)) return true;
      // The connection stays: to make it anew would cost both sides more than this answer.
      answerJson(response, 503, { error: busy }, { 'retry-after': '2' });
      return false;
    }
    response.setHeader('connection', 'close');
    answerJson(response, refusal.status, { error: refusal.reason });
    return false;
  };
}

/** The headers every answer has; a page replaces the content policy by its own. */
export function setSecurityHeaders(response: ServerResponse, isHttps: boolean): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cache-control', 'no-store');
  if (isHttps) response.setHeader('strict-transport-security', 'max-age=31536000');
}

/** Why a request cannot be taken at all; undefined when it can. Also for upgrades, which pass no route. */
export function findRefusal(
  request: IncomingMessage,
  hostNames?: readonly string[],
): { status: number; reason: string } | undefined {
  const path = request.url ?? '';
  const host = request.headers.host;
  if (!path.startsWith('/') || path.startsWith('//')) return { status: 400, reason: 'the address is not a path' };
  if (!host) return { status: 400, reason: 'the Host header is missing' };
  // Whoever stands in front may have gone by the other one (RFC 9112, 3.2).
  if (request.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length > 1)
    return { status: 400, reason: 'there are several Host headers' };
  if (!/^[\w.:[\]-]+$/.test(host)) return { status: 400, reason: 'the Host header is not valid' };
  let parsed: URL;
  try {
    parsed = new URL(path, `http://${host}`);
    decodeURI(parsed.pathname);
  } catch {
    // That it does not parse is all there is to know.
    return { status: 400, reason: 'the address is not valid' };
  }
  if (hostNames && !hostNames.includes(parsed.hostname)) return { status: 421, reason: 'this server has another name' };
  if (request.headers['content-encoding'] !== undefined) return { status: 415, reason: 'compressed bodies are not taken' };
  return undefined;
}
