import { createHmac, timingSafeEqual } from 'node:crypto';
import { WebhookRejected } from '../../errors';
import { timeOf } from './wire';

/** A signed call as its headers describe it. */
export interface Transmission {
  /** As it was sent: these very characters are signed. */
  timestamp: string;
  signatures: string[];
}

const FUTURE_IN_MS = 60_000;

/** Throws `WebhookRejected` with 400 when a header is missing or no signature is in it. */
export function readTransmission(headers: Record<string, string | undefined>): Transmission {
  const header = headers['x-signature'];
  const timestamp = headers['x-signature-timestamp'];
  if (!header?.trim() || header.length > 1_024) throw new WebhookRejected(400, 'the header X-Signature is missing');
  if (!timestamp?.trim() || timestamp.length > 100) throw new WebhookRejected(400, 'the header X-Signature-Timestamp is missing');
  const found = [...header.matchAll(/(?:^|[\s,])(?:primary|secondary)=([A-Za-z0-9+/]+={0,2})(?=$|[\s,])/g)];
  const signatures = found.flatMap((match) => match[1] ?? []);
  if (signatures.length === 0) throw new WebhookRejected(400, 'the header X-Signature names no signature');
  return { timestamp, signatures };
}

/** Whether any of the signatures was made with any of our secrets; while one is changed, both sides may have two. */
export function isSigned({ timestamp, signatures }: Transmission, rawBody: Buffer, secrets: readonly string[]): boolean {
  let isEqual = false;
  for (const secret of secrets) {
    const wanted = createHmac('sha256', secret).update(timestamp).update(rawBody).digest();
    for (const signature of signatures) {
      const given = Buffer.from(signature, 'base64');
      // No short cut: how long it takes shall not tell which one it was.
      if (given.length === wanted.length && timingSafeEqual(given, wanted)) isEqual = true;
    }
  }
  return isEqual;
}

/** Throws `WebhookRejected` when the call was signed too long ago, or in the future. Its format is not documented: see `timeOf`. */
export function checkAge({ timestamp }: Transmission, nowInMs: number, maxAgeInMs: number): void {
  const sentAt = timeOf(timestamp.trim());
  if (sentAt === undefined) throw new WebhookRejected(400, 'the header X-Signature-Timestamp is not a time');
  const age = nowInMs - sentAt;
  if (age > maxAgeInMs || age < -FUTURE_IN_MS) throw new WebhookRejected(401, 'the call is stale');
}
