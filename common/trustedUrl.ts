import { isIP } from 'node:net';

export function isLoopback({ hostname }: URL): boolean {
  return hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
}

/** Whether keys and customers' words may go to this address: encrypted, or on this machine. */
export function isTrusted(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** The origin of a host name or URL; undefined when it is neither, or not to be trusted. */
export function toTrustedOrigin(value: string): string | undefined {
  const trimmed = value.trim();
  if (trimmed === '' || /\s/.test(trimmed)) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return isTrusted(url) ? url.origin : undefined;
}

/** Whether it is one of the hosts, or below one. */
export function isOnHost({ hostname }: URL, hosts: readonly string[]): boolean {
  return hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}

/** Whether a link that somebody else wrote may be read by us: on a named host only, never an address, another port or one with credentials. */
export function isReadableLink(link: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(link)) return false;
  const url = new URL(link);
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return false;
  return isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 && isOnHost(url, hosts);
}
