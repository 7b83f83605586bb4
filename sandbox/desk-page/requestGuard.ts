import type { IncomingMessage } from 'node:http';
import { Problem } from './problem';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** True for an address on this machine. */
export function isLoopback(url: URL): boolean {
  return loopbackNames.has(url.hostname);
}

/**
 * Refuses what another web site could send through the browser: a foreign name that resolves to this machine
 * (DNS rebinding) is told by `Host`, a page of another origin by `Origin` and `Sec-Fetch-Site`.
 */
export function guard(request: IncomingMessage): void {
  const host = request.headers.host;
  const own = host === undefined ? undefined : URL.parse(`http://${host}`);
  if (!own || !isLoopback(own)) throw new Problem(403, 'foreignHost', 'The desk page answers only on this machine.');
  const { origin } = request.headers;
  if (origin !== undefined && origin !== own.origin) {
    throw new Problem(403, 'foreignOrigin', 'Only the desk page itself may use its address.');
  }
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const site = request.headers['sec-fetch-site'];
  if (!isRead && site !== undefined && site !== 'same-origin') {
    throw new Problem(403, 'foreignOrigin', 'Only the desk page itself may act as an agent.');
  }
}
