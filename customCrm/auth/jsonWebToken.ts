import { constants, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { isJsonObject, type JsonObject, ownMember, parseJson } from '../../common/json';

/** A token that is taken apart and not checked yet. */
export interface JsonWebToken {
  algorithm: string;
  keyId?: string;
  claims: JsonObject;
  /** What the signature covers. */
  signed: Buffer;
  signature: Buffer;
}

const longestToken = 16 * 1024;
const digests: Record<string, string> = { '256': 'sha256', '384': 'sha384', '512': 'sha512' };
const curves: Record<string, string> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** Takes a compact token apart; undefined when it is none. */
export function readToken(text: string): JsonWebToken | undefined {
  const [head, body, signature, ...rest] = text.split('.');
  if (text.length > longestToken || !head || !body || !signature || rest.length > 0) return undefined;
  const header = parseJson(Buffer.from(head, 'base64url').toString('utf8'));
  const claims = parseJson(Buffer.from(body, 'base64url').toString('utf8'));
  if (!isJsonObject(header) || !isJsonObject(claims) || typeof header['alg'] !== 'string') return undefined;
  // An extension that must be understood is not.
  if (header['crit'] !== undefined) return undefined;
  const keyId = header['kid'];
  return {
    algorithm: header['alg'],
    ...(typeof keyId === 'string' && { keyId }),
    claims,
    signed: Buffer.from(`${head}.${body}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** Whether the key made the signature. Key pairs only: with a shared secret the public key could be taken for the secret. */
export function isSignedBy(token: JsonWebToken, jwk: JsonObject): boolean {
  const { algorithm } = token;
  if (jwk['use'] === 'enc' || (jwk['alg'] !== undefined && jwk['alg'] !== algorithm)) return false;
  const family = algorithm.slice(0, 2);
  const digest = ownMember(digests, algorithm.slice(2));
  const key = keyOf(jwk);
  if (!key) return false;
  const { signed, signature } = token;
  if (algorithm === 'EdDSA') return jwk['kty'] === 'OKP' && verify(null, signed, key, signature);
  if (digest === undefined) return false;
  if (family === 'RS' && jwk['kty'] === 'RSA') return verify(digest, signed, key, signature);
  if (family === 'PS' && jwk['kty'] === 'RSA') {
    const padding = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    return verify(digest, signed, padding, signature);
  }
  const isCurve = jwk['kty'] === 'EC' && jwk['crv'] === ownMember(curves, algorithm);
  return isCurve && verify(digest, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** Whether the claims hold now: issuer, audience and times, with a minute of difference between clocks. */
export function claimsHold(
  claims: JsonObject,
  { issuer, audience, now }: { issuer: string; audience: string; now: number },
): boolean {
  const seconds = now / 1000;
  const audiences = Array.isArray(claims['aud']) ? claims['aud'] : [claims['aud']];
  const { exp, nbf } = claims;
  return (
    claims['iss'] === issuer &&
    audiences.includes(audience) &&
    typeof exp === 'number' &&
    exp > seconds - clockDifferenceInSeconds &&
    (nbf === undefined || (typeof nbf === 'number' && nbf < seconds + clockDifferenceInSeconds))
  );
}

const clockDifferenceInSeconds = 60;

function keyOf(jwk: JsonObject): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    // A kind of key Node does not know is not the one that signed.
    return undefined;
  }
}
