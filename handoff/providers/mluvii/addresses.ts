/** Whether keys and customers' words may go to this address: encrypted, or on this machine; without credentials in it. */
export function isTrusted(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const isPrivate = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
  return isPrivate && url.username === '' && url.password === '';
}

/** Whether the address is on one of the hosts or below it. */
export function isOnHost(address: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}

/** Headers that say how the message is carried are not the desk's to set. */
const OURS = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

/** Whether a header can be added to our calls as it is. */
export function isUsableHeader(name: string, value: unknown): value is string {
  return (
    /^[!#$%&'*+.^_`|~\w-]{1,100}$/.test(name) &&
    !OURS.has(name.toLowerCase()) &&
    typeof value === 'string' &&
    /^[\t\x20-\x7e\x80-\xff]{0,4000}$/.test(value)
  );
}
