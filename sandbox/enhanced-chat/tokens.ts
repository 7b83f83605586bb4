import { createHmac, randomBytes, randomUUID, verify } from 'node:crypto';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import { type Call, Refusal } from '../http';
import type { Identity, Settled } from './options';

export interface Token {
  text: string;
  subject: string;
  expiresAt: number;
}

/** Issues access tokens and knows whose they are. */
export class Tokens {
  private readonly secret = randomBytes(32);
  private readonly known = new Map<string, Token>();

  constructor(
    private readonly options: Settled,
    private readonly violation: (text: string) => void,
  ) {}

  /** Every guest is somebody new. */
  guest(): Token {
    return this.issue(`v2/iamessage/ANON/${this.options.organizationId}/uid:${randomUUID()}`, this.options.guestTokenLifeInMs);
  }

  /** The same user is always the same; who cannot be believed is a guest, without being told. */
  user(proof: string): Token {
    const { identity } = this.options;
    const user = identity && believed(proof, identity);
    return user === undefined
      ? this.guest()
      : this.issue(`v2/iamessage/AUTH/keys/uid:${user}`, this.options.verifiedTokenLifeInMs);
  }

  /** Whose request it is. 401 once the token is over. */
  authorize(call: Call): Token {
    const [, text] = /^Bearer (.+)$/.exec(call.header('authorization') ?? '') ?? [];
    const token = text === undefined ? undefined : this.known.get(text);
    if (!token) {
      this.violation(`${call.method} ${call.path}: no token, or one that was never given out`);
      throw new Refusal(401, 'Unauthorized');
    }
    if (Date.now() >= token.expiresAt) throw new Refusal(401, 'Jwt is expired');
    return token;
  }

  /** Ends all tokens at once. */
  expireAll(): void {
    for (const token of this.known.values()) token.expiresAt = 0;
  }

  private issue(subject: string, lifeInMs: number): Token {
    const expiresAt = Math.floor((Date.now() + lifeInMs) / 1000) * 1000;
    const claims = { sub: subject, exp: expiresAt / 1000, jti: randomUUID() };
    const part = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
    const text = `${signed}.${createHmac('sha256', this.secret).update(signed).digest('base64url')}`;
    const token = { text, subject, expiresAt };
    this.known.set(text, token);
    return token;
  }
}

/** The user a proof names, if its signature and claims are right. */
function believed(proof: string, identity: Identity): string | undefined {
  const [head = '', body = '', signature = ''] = proof.split('.');
  const header = partOf(head);
  const claims = partOf(body);
  const now = Date.now() / 1000;
  const isSigned = verify('sha256', Buffer.from(`${head}.${body}`), identity.publicKey, Buffer.from(signature, 'base64url'));
  const isMeant =
    header['alg'] === 'RS256' &&
    header['kid'] === identity.keyId &&
    claims['iss'] === identity.issuer &&
    claims['aud'] === identity.audience &&
    typeof claims['iat'] === 'number' &&
    claims['iat'] <= now + 60 &&
    typeof claims['exp'] === 'number' &&
    claims['exp'] > now;
  return isSigned && isMeant && typeof claims['sub'] === 'string' ? claims['sub'] : undefined;
}

function partOf(text: string): JsonObject {
  const json = parseJson(Buffer.from(text, 'base64url').toString('utf8'));
  return isJsonObject(json) ? json : {};
}
