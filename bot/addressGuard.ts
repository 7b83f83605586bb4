import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  inside.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  inside.addSubnet(network, prefix, 'ipv6');
}

/** True for an address that is not on the public internet: our own machine, our own network, the cloud's metadata service. */
export function isInside(address: string): boolean {
  const family = isIP(address);
  return family === 0 || inside.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Whether an address that came from outside (a customer's file) may be fetched: https to a public host. The host's
 * addresses are looked up here, so a name that points inside is refused. In the sandbox loopback is allowed, too.
 */
export async function mayFetch(url: string, options: { allowLoopback: boolean }): Promise<boolean> {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username || password) return false;
  const host = hostname.replace(/^\[|\]$/g, '');
  if (options.allowLoopback && (host === 'localhost' || host === '127.0.0.1' || host === '::1'))
    return /^https?:$/.test(protocol);
  if (protocol !== 'https:') return false;
  if (isIP(host)) return !isInside(host);
  try {
    const addresses = await lookup(host, { all: true });
    return addresses.length > 0 && addresses.every(({ address }) => !isInside(address));
  } catch {
    // A name that cannot be resolved cannot be fetched either.
    return false;
  }
}
