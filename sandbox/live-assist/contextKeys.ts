import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';

let pair: { privateKey: string; publicKey: string } | undefined;

/** A key pair of this process, as an administrator would make one; made once, because it takes a while. */
export function keyPair(): { privateKey: string; publicKey: string } {
  pair ??= newKeyPair();
  return pair;
}

export function newKeyPair(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** The page "Context keys" of the admin portal: public keys, any of which may verify. */
export class ContextKeys {
  private keys: KeyObject[] = [];

  register(publicKey: string): void {
    this.keys.push(createPublicKey(publicKey));
  }

  removeAll(): void {
    this.keys = [];
  }

  /** The claims of a compact JWS that one of the keys signed with RS256; undefined for anything else. */
  claimsOf(token: string): JsonObject | undefined {
    const match = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token);
    const [head = '', payload = '', signature = ''] = match?.slice(1) ?? [];
    const header = decode(head);
    // The algorithm is ours to choose and not the caller's.
    if (header?.['alg'] !== 'RS256' || header['crit'] !== undefined) return undefined;
    const content = Buffer.from(`${head}.${payload}`);
    const bytes = Buffer.from(signature, 'base64url');
    return this.keys.some((key) => verify('RSA-SHA256', content, key, bytes)) ? decode(payload) : undefined;
  }
}

function decode(part: string): JsonObject | undefined {
  const json = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
  return isJsonObject(json) ? json : undefined;
}
