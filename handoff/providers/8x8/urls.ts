import { isIP } from 'node:net';

/** Whether keys and customers' words may go to this address: encrypted, or on this machine. */
export function isTrusted(url: URL): boolean {
  const isLoopback = url.hostname === '127.0.0.1' || url.hostname === 'localhost' || url.hostname === '[::1]';
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
}

/**
 * Whether a link that came in an event may be read by us. Its signature covers little more than a checksum of the
 * body, so only named hosts count: never an address, another port or one with credentials.
 */
export function isReadable(link: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(link)) return false;
  const url = new URL(link);
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return false;
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return false;
  return hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
}
