/** Whether a customer's text may go to this address: plain HTTP is taken from this machine only. */
export function isTrusted(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
}

/** The origin of a host name or URL; undefined when it is neither, or not to be trusted. */
export function toOrigin(value: string): string | undefined {
  const trimmed = value.trim();
  if (trimmed === '' || /\s/.test(trimmed)) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return isTrusted(url) ? url.origin : undefined;
}

/** The same path and query on our own side of any gateway: a link of the desk's never leads us to another host. */
export function onOrigin(origin: string, link: string): string | undefined {
  if (!URL.canParse(link, origin)) return undefined;
  const url = new URL(link, origin);
  return `${origin}${url.pathname}${url.search}`;
}
