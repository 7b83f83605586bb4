import { type KeyObject, sign } from 'node:crypto';
import type { JsonObject } from '../../../common/json';

/** What one signed context says. */
export interface ContextClaims {
  /** The chat's session at the desk. */
  contextId: string;
  contextData: JsonObject;
  /** Both in seconds since 1970; left out unless the account wants them, because no sample of the vendor has them. */
  iat?: number;
  exp?: number;
}

/**
 * The claims as a compact JWS signed with RS256, the vendor's only algorithm. It holds personal data in clear and must
 * not be logged.
 */
export function signContext(claims: ContextClaims, key: KeyObject): string {
  const head = encode({ alg: 'RS256', typ: 'JWT' });
  const content = `${head}.${encode(claims)}`;
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
}
