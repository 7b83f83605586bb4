import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

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
  ['192.88.99.0', 24],
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
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  inside.addSubnet(network, prefix, 'ipv6');
}

/** True for an address that is not on the public internet: our own machine, our own network, the cloud's metadata service. */
export function isInside(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return inside.check(address, 'ipv4');
  return family === 0 || !publicSix.check(address, 'ipv6') || inside.check(address, 'ipv6');
}

/** Whether a name may be called that stands for these addresses: one of them inside is enough to refuse it. */
export function addressesAllowed(addresses: readonly string[]): boolean {
  return addresses.length > 0 && addresses.every((address) => !isInside(address));
}

/** How an address from outside may be reached: `loopback` is our own machine (sandbox), `public` needs a look at what its name stands for. */
export function reachOf(url: string, { allowLoopback }: { allowLoopback: boolean }): 'no' | 'public' | 'loopback' {
  if (!URL.canParse(url)) return 'no';
  const { protocol, hostname, username, password, port } = new URL(url);
  if (username || password) return 'no';
  // The parser has made an IPv4 address of whatever stands for one: decimal, octal, with a dot at its end.
  const host = hostname.replace(/^\[|\]$/g, '');
  const isLoopback = host === 'localhost' || host === '127.0.0.1' || host === '::1';
  if (allowLoopback && isLoopback) return /^https?:$/.test(protocol) ? 'loopback' : 'no';
  // Whoever answers on another port of a public host may be anything but a file store.
  if (protocol !== 'https:' || port !== '') return 'no';
  return isIP(host) !== 0 && isInside(host) ? 'no' : 'public';
}

/** What a connection fails with whose name stands for an address inside. */
export const forbiddenAddress = 'EADDRESSINSIDE';

type Resolve = (hostname: string, done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

const system: Resolve = (hostname, done) => lookup(hostname, { all: true }, done);

/**
 * A look-up for connections that gives public addresses only. What it gives is what is connected to, so that a name which changes its
 * address after a check gains nothing.
 */
export function publicLookup(resolve: Resolve = system): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, (error, addresses) => {
      if (error) return done(error, '', 0);
      const [first] = addresses;
      if (!first || !addressesAllowed(addresses.map(({ address }) => address)))
        return done(Object.assign(new Error('the name stands for an address inside'), { code: forbiddenAddress }), '', 0);
      if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

/**
 * Whether an address that came from outside may be fetched, as far as can be told beforehand; the connection itself is made by
 * `publicLookup`.
 */
export function mayFetch(url: string, options: { allowLoopback: boolean }): Promise<boolean> {
  const reach = reachOf(url, options);
  if (reach !== 'public') return Promise.resolve(reach === 'loopback');
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    // A name that cannot be resolved cannot be fetched either.
    system(host, (error, addresses) => resolve(!error && addressesAllowed(addresses.map(({ address }) => address))));
  });
}
