import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenIssuer {
  /** What the adapter is configured with instead of Microsoft's addresses. */
  options: Record<string, string | boolean>;
  name: string;
  token(claims?: Record<string, unknown>, change?: { alg?: string; key?: KeyObject; kid?: string }): string;
  /** How often the keys were asked for. */
  asked(): number;
  stop(): Promise<void>;
}

export const appId = '11111111-2222-3333-4444-555555555555';
export const serviceUrl = 'https://smba.example/emea/';

/** An issuer of Bot Framework tokens of our own, with its keys at an OpenID address. */
export async function startIssuer({ endorsements }: { endorsements?: string[] } = {}): Promise<TokenIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let asked = 0;
  const server: Server = createServer((request, response) => {
    asked += 1;
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', ...(endorsements && { endorsements }) };
    const body = request.url === '/keys' ? { keys: [jwk] } : { issuer: name, jwks_uri: `${base}/keys` };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  });
  const name = 'https://api.botframework.com';
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    name,
    options: {
      ToChannelFromBotLoginUrl: `${base}/login`,
      ToChannelFromBotOAuthScope: 'https://api.botframework.com',
      ToBotFromChannelTokenIssuer: name,
      OAuthUrl: `${base}/oauth`,
      ToBotFromChannelOpenIdMetadataUrl: `${base}/openid`,
      ToBotFromEmulatorOpenIdMetadataUrl: `${base}/openid`,
      CallerId: 'urn:botframework:azure',
      ValidateAuthority: true,
    },
    token: (claims = {}, { alg = 'RS256', key = privateKey, kid = 'k1' } = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const payload = { iss: name, aud: appId, serviceurl: serviceUrl, nbf: now - 10, iat: now - 10, exp: now + 3600, ...claims };
      const text = [{ alg, kid, typ: 'JWT' }, payload]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const signature = alg === 'none' ? '' : createSign('RSA-SHA256').update(text).sign(key).toString('base64url');
      return `${text}.${signature}`;
    },
    asked: () => asked,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
