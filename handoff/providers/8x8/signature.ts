import { type KeyObject, verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isJsonObject, parseJson } from '../../../common/json';
import { WebhookRejected } from '../../errors';

/** The headers of one transmission, as the vendor sets them. */
export interface Transmission {
  eventId: string;
  /** When this attempt was made, epoch milliseconds. */
  sentAt: number;
  tenantId: string;
  keyId: string;
  /** The bytes that were signed. */
  signed: Buffer;
  signature: Buffer;
}

type Headers = Record<string, string | undefined>;

/**
 * Reads the headers of a signed transmission; nothing of it is proven yet. Throws `WebhookRejected` with 401 when one
 * is missing or not of its form. The signature is a compact JWS with a detached, unencoded payload: a small JSON text
 * over the headers and a CRC-32 of the raw body (chat gateway guide, webhook security; RFC 7797).
 */
export function readTransmission(headers: Headers, rawBody: Buffer): Transmission {
  const signature = header(headers, 'x-8x8-signature');
  const eventId = header(headers, 'x-8x8-event-id');
  const customerId = header(headers, 'x-8x8-customer-id');
  const tenantId = header(headers, 'x-8x8-tenant-id');
  const sentAt = numeral(headers, 'x-8x8-transmission-time');
  const retry = numeral(headers, 'x-8x8-retry');
  const parts = signature.split('.');
  const [head = '', payload, tail = ''] = parts;
  if (parts.length !== 3 || payload !== '' || !/^[\w-]+$/.test(tail)) throw refused('the signature is not a detached one');
  const checksum = crc32(rawBody);
  const cid = JSON.stringify(customerId);
  const eid = JSON.stringify(eventId);
  const tid = JSON.stringify(tenantId);
  const text = `{"checksum":${checksum},"cid":${cid},"eid":${eid},"retry":${retry},"tid":${tid},"tt":${sentAt}}`;
  return {
    eventId,
    sentAt: Number(sentAt),
    tenantId,
    keyId: readKeyId(head),
    signed: Buffer.from(`${head}.${text}`, 'utf8'),
    signature: Buffer.from(tail, 'base64url'),
  };
}

/** Whether the key made the signature (RSASSA-PKCS1-v1_5 with SHA-256). */
export function isSignedBy(key: KeyObject, { signed, signature }: Transmission): boolean {
  return verify('RSA-SHA256', signed, key, signature);
}

/** Only the one form the vendor documents: a key id chosen by a stranger must not steer the algorithm or a URL. */
function readKeyId(head: string): string {
  const decoded = /^[\w-]+$/.test(head) ? parseJson(Buffer.from(head, 'base64url').toString('utf8')) : undefined;
  if (!isJsonObject(decoded)) throw refused('the protected header is not JSON');
  const { alg, b64, crit, kid } = decoded;
  if (alg !== 'RS256' || b64 !== false) throw refused('the signature is of another kind');
  if (!Array.isArray(crit) || crit.length !== 1 || crit[0] !== 'b64') throw refused('the signature has other critical members');
  if (typeof kid !== 'string' || !/^[A-Za-z0-9_-]{1,128}$/.test(kid)) throw refused('the key id is not a plain word');
  return kid;
}

function header(headers: Headers, name: string): string {
  const value = headers[name]?.trim();
  if (value === undefined || value === '' || value.length > 4_096) throw refused(`the header ${name} is missing`);
  return value;
}

/** A number as it stands in the signed text, digit for digit. */
function numeral(headers: Headers, name: string): string {
  const value = header(headers, name);
  if (!/^(0|[1-9]\d{0,15})$/.test(value)) throw refused(`the header ${name} is not a number`);
  return value;
}

export function refused(reason: string): WebhookRejected {
  return new WebhookRejected(401, reason);
}
