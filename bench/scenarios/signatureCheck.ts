import { generateKeyPairSync, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isSignedBy, readTransmission } from '../../handoff/providers/8x8/signature';
import type { Finding } from '../run/report';

const rounds = 2_000;

/** What checking a webhook's signature adds to an agent's message, with the costliest one there is: 8x8's RS256. */
export function signatureCheck(): Finding {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const body = Buffer.from(JSON.stringify({ eventType: 'TEXT', text: 'x'.repeat(600) }));
  const head = Buffer.from('{"alg":"RS256","b64":false,"crit":["b64"],"kid":"key"}').toString('base64url');
  const text = `{"checksum":${crc32(body)},"cid":"c","eid":"e","retry":0,"tid":"t","tt":1}`;
  const tail = sign('RSA-SHA256', Buffer.from(`${head}.${text}`), privateKey).toString('base64url');
  const headers = {
    'x-8x8-signature': `${head}..${tail}`,
    'x-8x8-event-id': 'e',
    'x-8x8-customer-id': 'c',
    'x-8x8-tenant-id': 't',
    'x-8x8-transmission-time': '1',
    'x-8x8-retry': '0',
  };
  const check = () => {
    for (let round = 0; round < rounds; round++)
      if (!isSignedBy(publicKey, readTransmission(headers, body))) throw new Error('a good signature was refused');
  };
  check();
  const before = process.cpuUsage();
  check();
  const { user, system } = process.cpuUsage(before);
  return {
    scenario: 'throughput',
    what: 'checking a webhook signature (RS256), on top of an agent’s message: CPU',
    unit: 'µs',
    value: (user + system) / rounds,
  };
}
