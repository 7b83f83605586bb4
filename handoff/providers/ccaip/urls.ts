/** Whether keys and customers' words may go to this address: encrypted, or on this machine. */
export function isTrusted(url: URL): boolean {
  const isLoopback = url.hostname === '127.0.0.1' || url.hostname === 'localhost' || url.hostname === '[::1]';
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
}
