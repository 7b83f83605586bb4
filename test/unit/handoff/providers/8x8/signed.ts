import { type KeyObject, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A transmission as the vendor's guide describes it, made without any code of ours. */
export function signed(
  body: unknown,
  key: KeyObject,
  of: { sentAt: number; eventId?: string; tenant?: string; retry?: number },
): { headers: Record<string, string>; rawBody: Buffer } {
  const rawBody = Buffer.from(JSON.stringify(body));
  const [eid, tid, retry, tt] = [of.eventId ?? 'evt-1', of.tenant ?? 'acmetenant', of.retry ?? 0, of.sentAt];
  const head = Buffer.from('{"b64":false,"crit":["b64"],"kid":"key1","alg":"RS256"}').toString('base64url');
  const text = `{"checksum":${crc32(rawBody)},"cid":"acmecust","eid":"${eid}","retry":${retry},"tid":"${tid}","tt":${tt}}`;
  return {
    rawBody,
    headers: {
      'x-8x8-signature': `${head}..${sign('RSA-SHA256', Buffer.from(`${head}.${text}`), key).toString('base64url')}`,
      'x-8x8-event-id': eid,
      'x-8x8-transmission-time': String(tt),
      'x-8x8-retry': String(retry),
      'x-8x8-tenant-id': tid,
      'x-8x8-customer-id': 'acmecust',
    },
  };
}
