import { createHash } from 'node:crypto';

/** Our own namespace for ids of records in Dynamics. */
const namespace = Buffer.from('6f2c1d0a5b9e4c1f8a7d3e2b1c0f9a85', 'hex');

/**
 * The name-based GUID (version 5) of these parts: the same for the same parts on every instance and after every restart, so
 * that a record can be created twice without there being two.
 */
export function nameBasedId(...parts: string[]): string {
  const name = JSON.stringify(parts);
  const bytes = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
