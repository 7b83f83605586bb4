import { createHash } from 'node:crypto';

/** The 15-character form of a record ID; the longer form adds 3 check characters. */
export function toShortId(id: string): string {
  return id.slice(0, 15);
}

/**
 * A UUID that is always the same for the same words. It is marked as version 4, because the desk refuses every other one,
 * and in lower case, as the desk compares.
 */
export function idFrom(...words: string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(words)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A few characters that stand for an entry's identifier in the list of those handled. */
export function markOf(identifier: string): string {
  return createHash('sha256').update(identifier).digest('base64url').slice(0, 12);
}
