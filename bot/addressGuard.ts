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
  ['168.63.129.16', 32],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  inside.addSubnet(network, prefix, 'ipv4');
}
// IPv6 that is public at all lies in 2000::/3; of that, tunnels that carry IPv4 addresses and special uses are refused.
const publicSix = new BlockList();
publicSix.addSubnet('2000::', 3, 'ipv6');
inside.addSubnet('2001::', 23, 'ipv6');
inside.addSubnet('2001:db8::', 32, 'ipv6');
inside.addSubnet('2002::', 16, 'ipv6');

/** True for an address that is not on the public internet: our own machine, our own network, the cloud's metadata service. */
export function isInside(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return inside.check(address, 'ipv4');
  return family === 0 || !publicSix.check(address, 'ipv6') || inside.check(address, 'ipv6');
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
