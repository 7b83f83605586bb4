import { generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import type { JsonObject } from '../../common/json';

interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

export interface SigningKey extends KeyPair {
  id: string;
}

export interface Signed {
  headers: Record<string, string>;
  rawBody: Buffer;
}

const generate = (): Promise<KeyPair> => promisify(generateKeyPair)('rsa', { modulusLength: 2_048 });
let firstPair: Promise<KeyPair> | undefined;

/** The keys events are signed with; older ones stay readable, as they would while events signed with them are under way. */
export class Signer {
  private readonly keys: SigningKey[];

  private constructor(
    first: SigningKey,
    private readonly customerId: string,
  ) {
    this.keys = [first];
  }

  /** Making a key takes a while, so a process makes its first one once. */
  static async create(customerId: string): Promise<Signer> {
    firstPair ??= generate();
    return new Signer({ ...(await firstPair), id: newKeyId() }, customerId);
  }

  async rotate(): Promise<void> {
    this.keys.push({ ...(await generate()), id: newKeyId() });
  }

  publicJwk(keyId: string): JsonObject | undefined {
    const key = this.keys.find(({ id }) => id === keyId);
    return key && { ...(key.publicKey.export({ format: 'jwk' }) as JsonObject), kid: key.id };
  }

  /** Headers and body of one transmission. */
  sign(rawBody: Buffer, of: { eventId: string; retry: number; sentAt: number; tenant: string; key?: SigningKey }): Signed {
    const key = of.key ?? (this.keys.at(-1) as SigningKey);
    const protectedHeader = JSON.stringify({ b64: false, crit: ['b64'], kid: key.id, alg: 'RS256' });
    const head = Buffer.from(protectedHeader).toString('base64url');
    const payload = JSON.stringify({
      checksum: crc32(rawBody),
      cid: this.customerId,
      eid: of.eventId,
      retry: of.retry,
      tid: of.tenant,
      tt: of.sentAt,
    });
    const signature = sign('RSA-SHA256', Buffer.from(`${head}.${payload}`), key.privateKey).toString('base64url');
    return {
      rawBody,
      headers: {
        'content-type': 'application/json',
        'x-8x8-signature': `${head}..${signature}`,
        'x-8x8-event-id': of.eventId,
        'x-8x8-transmission-time': String(of.sentAt),
        'x-8x8-retry': String(of.retry),
        'x-8x8-tenant-id': of.tenant,
        'x-8x8-customer-id': this.customerId,
      },
    };
  }

  /** A key nobody published under an id that everybody can read. */
  async impostor(): Promise<SigningKey> {
    return { ...(await generate()), id: (this.keys.at(-1) as SigningKey).id };
  }
}

function newKeyId(): string {
  return `key_${randomBytes(6).toString('base64url')}`;
}
