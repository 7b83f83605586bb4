import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../common/clock';
import { isJsonObject, parseJson } from '../../common/json';
import { DirectLineError } from './exchange';

/** Who may do what: the secret opens everything, a token one conversation. */
export interface Grant {
  conversationId: string;
  /** The user the token was made for; absent when the client may choose. */
  userId?: string;
  /** Web pages of other origins may not use it; absent when all may. */
  trustedOrigins?: string[];
}

/** Makes and checks the tokens of one Direct Line; they stay valid over a restart because the key is kept. */
export class Tokens {
  constructor(
    private readonly key: string,
    private readonly clock: Clock,
    readonly lifetimeInMs: number,
  ) {}

  static newKey(): string {
    return randomBytes(32).toString('base64url');
  }

  issue(grant: Grant): { conversationId: string; token: string; expires_in: number } {
    const payload = Buffer.from(
      JSON.stringify({
        c: grant.conversationId,
        u: grant.userId,
        o: grant.trustedOrigins,
        e: this.clock.now() + this.lifetimeInMs,
      }),
    ).toString('base64url');
    return {
      conversationId: grant.conversationId,
      token: `${payload}.${this.sign(payload)}`,
      expires_in: Math.floor(this.lifetimeInMs / 1000),
    };
  }

  /** What the token opens. Throws `DirectLineError`: 401 when it is none of ours, 403 when it has expired. */
  check(token: string): Grant {
    const [payload = '', signature = ''] = token.split('.', 2);
    const expected = Buffer.from(this.sign(payload));
    const given = Buffer.from(signature);
    const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
    const content = isOurs ? parseJson(Buffer.from(payload, 'base64url').toString('utf8')) : undefined;
    if (!isJsonObject(content) || typeof content['c'] !== 'string' || typeof content['e'] !== 'number')
      throw new DirectLineError(401, 'Unauthorized', 'The token is missing or not valid.');
    if (content['e'] <= this.clock.now()) throw new DirectLineError(403, 'TokenExpired', 'Token has expired');
    const origins = content['o'];
    return {
      conversationId: content['c'],
      ...(typeof content['u'] === 'string' && { userId: content['u'] }),
      ...(Array.isArray(origins) && { trustedOrigins: origins.map(String) }),
    };
  }

  private sign(payload: string): string {
    return createHmac('sha256', this.key).update(payload).digest('base64url');
  }
}
