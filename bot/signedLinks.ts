import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../common/clock';
import { isJsonObject, type JsonObject, parseJson } from '../common/json';

/** What a link is for; a token of one purpose does not open as another. */
export type LinkPurpose = 'article' | 'file' | 'resume';

/** Makes and opens tokens that carry a small object unreadably: neither ids nor names of a customer show in an address. */
export interface SignedLinks {
  /** A token for an address. `expiresAt` in milliseconds since 1970; never expires without. Two calls give two tokens. */
  seal(purpose: LinkPurpose, data: JsonObject, expiresAt?: number): string;
  /** What was sealed, or undefined when the token is forged, damaged, for something else, expired, or of a retired key. */
  open(purpose: LinkPurpose, token: string): JsonObject | undefined;
}

interface Key {
  id: Buffer;
  bytes: Buffer;
}

const idLength = 4;
const ivLength = 12;
const tagLength = 16;
/** Longer ones are never opened. The download address of a file in Teams alone can have 3,000 characters. */
export const maxTokenLength = 8192;

/**
 * AES-256-GCM tokens. `keys`: newest first; the first seals, all open, so that a key can be replaced while its links
 * are in use. Each needs 32 characters or more.
 */
export function createSignedLinks(keys: readonly string[], clock: Clock = systemClock): SignedLinks {
  const known = keys.map(deriveKey);
  const newest = known[0];
  if (!newest) throw new Error('Signed links need at least one key.');

  return {
    seal(purpose, data, expiresAt) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv('aes-256-gcm', newest.bytes, iv);
      cipher.setAAD(Buffer.from(purpose));
      const plain = JSON.stringify(expiresAt === undefined ? { d: data } : { d: data, e: expiresAt });
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([newest.id, iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },

    open(purpose, token) {
      if (token.length > maxTokenLength || !/^[\w-]+$/.test(token)) return undefined;
      const bytes = Buffer.from(token, 'base64url');
      // Each token is written in one way only.
      if (bytes.length <= idLength + ivLength + tagLength || bytes.toString('base64url') !== token) return undefined;
      const key = known.find((candidate) => candidate.id.equals(bytes.subarray(0, idLength)));
      const plain = key && decrypt(key, purpose, bytes);
      const content = plain === undefined ? undefined : parseJson(plain);
      if (!isJsonObject(content) || !isJsonObject(content['d'])) return undefined;
      if (typeof content['e'] === 'number' && content['e'] <= clock.now()) return undefined;
      return content['d'];
    },
  };
}

/** The address of a signed article link. */
export function articleAddress(publicUrl: string, links: SignedLinks, reference: JsonObject, expiresAt?: number): string {
  return `${publicUrl}/a/${links.seal('article', reference, expiresAt)}`;
}

/** The address of a signed file link; the name is only for the reader, the token decides what is served. */
export function fileAddress(
  publicUrl: string,
  links: SignedLinks,
  reference: JsonObject,
  name: string,
  expiresAt?: number,
): string {
  return `${publicUrl}/files/${links.seal('file', reference, expiresAt)}/${encodeURIComponent(name.toWellFormed() || 'file')}`;
}

function deriveKey(text: string): Key {
  if (text.length < 32) throw new Error('A key for signed links needs 32 characters or more.');
  return {
    id: createHash('sha256').update(`switchboard link key id ${text}`).digest().subarray(0, idLength),
    bytes: Buffer.from(hkdfSync('sha256', text, '', 'switchboard signed links', 32)),
  };
}

function decrypt(key: Key, purpose: LinkPurpose, bytes: Buffer): string | undefined {
  const ivEnd = idLength + ivLength;
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(idLength, ivEnd));
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(ivEnd, ivEnd + tagLength));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(ivEnd + tagLength)), decipher.final()]).toString('utf8');
  } catch {
    // A tag that does not fit is how a forged token shows; there is nothing more to know about it.
    return undefined;
  }
}
