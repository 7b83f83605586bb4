import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether the header presents this user with one of the passwords; takes as long for a wrong one as for a right one. */
export function isAuthorized(header: string | undefined, user: string, passwords: readonly string[]): boolean {
  const encoded = /^Basic\s+([A-Za-z0-9+/=_-]+)\s*$/i.exec(header ?? '')?.[1] ?? '';
  const given = digest(Buffer.from(encoded, 'base64'));
  let isRight = false;
  for (const password of passwords) {
    if (timingSafeEqual(given, digest(Buffer.from(`${user}:${password}`, 'utf8')))) isRight = true;
  }
  return isRight;
}

/** Of one length, whatever was sent. */
function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
