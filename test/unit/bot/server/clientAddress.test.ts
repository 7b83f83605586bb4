import type { IncomingMessage } from 'node:http';
import { clientAddress } from '../../../../bot/server/clientAddress';

function from(remoteAddress: string, forwarded?: string | string[]): Pick<IncomingMessage, 'headers' | 'socket'> {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('the address of a client', () => {
  it('is that of the connection when no proxy is trusted, whatever the header claims', () => {
    expect(clientAddress(from('203.0.113.9', '198.51.100.1'), 0)).toBe('203.0.113.9');
    expect(clientAddress(from('::ffff:203.0.113.9'), 0)).toBe('203.0.113.9');
  });

  it.each([
    ['what App Service writes, with a port', '198.51.100.7:51234', 1, '198.51.100.7'],
    ['the last entry, not what the caller put before it', '10.9.9.9, 1.1.1.1, 198.51.100.7', 1, '198.51.100.7'],
    ['the one before the gateway, for two proxies', '6.6.6.6, 198.51.100.7, 203.0.113.80:443', 2, '198.51.100.7'],
    ['an IPv6 address in brackets, as its network', '[2001:db8:1:2:3:4:5:6]:51234', 1, '2001:db8:1:2::/64'],
    ['a short IPv6 address', '2001:db8::1', 1, '2001:db8:0:0::/64'],
  ])('is %s', (_name, header, proxies, expected) => {
    expect(clientAddress(from('10.0.0.1', header), proxies)).toBe(expected);
  });

  it.each([
    ['no header', undefined, 1],
    ['fewer entries than proxies', '198.51.100.7', 2],
    ['an entry that is no address', 'unknown', 1],
    ['an empty header', '', 1],
  ])('is that of the connection when there is %s', (_name, header, proxies) => {
    expect(clientAddress(from('10.0.0.1', header), proxies)).toBe('10.0.0.1');
  });

  it('reads a header that was sent twice as one', () => {
    expect(clientAddress(from('10.0.0.1', ['1.1.1.1', '198.51.100.7']), 1)).toBe('198.51.100.7');
  });

  it('is the same for two addresses of one household', () => {
    expect(clientAddress(from('2001:db8:1:2::1'), 0)).toBe(clientAddress(from('2001:db8:1:2:ffff:1:2:3'), 0));
    expect(clientAddress(from('2001:db8:1:3::1'), 0)).not.toBe(clientAddress(from('2001:db8:1:2::1'), 0));
  });
});
