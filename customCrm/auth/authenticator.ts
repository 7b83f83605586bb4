import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpClient } from '../../common/http';
import { CrmProblem } from '../problem';
import type { CustomCrmSettings } from '../settings';
import { OAuthTokens } from './oauthTokens';

/** Headers of a call, names in lower case. */
export type CallHeaders = Readonly<Record<string, string | undefined>>;

/** Lets a call pass, or throws `CrmProblem`: `unauthorized`, `forbidden`, or `tryAgain` when the issuer's keys cannot be had. */
export type Authenticator = (headers: CallHeaders) => Promise<void>;

/** Any of the configured ways to sign in will do: Basic, a custom header, an OAuth access token. */
export function createAuthenticator(settings: CustomCrmSettings, http: HttpClient, now: () => number): Authenticator {
  const { CUSTOM_CRM_USER: user, CUSTOM_CRM_PASSWORD: password, CUSTOM_CRM_HEADER_VALUES: values = [] } = settings;
  const header = settings.CUSTOM_CRM_HEADER_NAME.toLowerCase();
  const basic = user !== undefined && password !== undefined ? isBasic(user, password) : undefined;
  const tokens = oauthOf(settings, http, now);
  return async (headers) => {
    const authorization = headers['authorization'];
    if (basic?.(authorization)) return;
    const given = headers[header];
    if (given !== undefined && isOneOf(given, values)) return;
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined || !tokens) throw new CrmProblem('unauthorized', 'the caller is not authenticated');
    await tokens.check(token);
  };
}

/** Whether an Authorization header holds this user and password. Compares digests, so that neither time nor length tells anything. */
export function isBasic(user: string, password: string): (authorization: string | undefined) => boolean {
  const expected = digest(`${user}:${password}`);
  return (authorization) => {
    const encoded = /^Basic +([A-Za-z0-9+/_=-]+)$/i.exec(authorization ?? '')?.[1];
    return encoded !== undefined && timingSafeEqual(digest(Buffer.from(encoded, 'base64').toString('utf8')), expected);
  };
}

function isOneOf(given: string, values: readonly string[]): boolean {
  // All are compared, so that time does not tell which one it was.
  return values.map((value) => timingSafeEqual(digest(given), digest(value))).includes(true);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function oauthOf(settings: CustomCrmSettings, http: HttpClient, now: () => number): OAuthTokens | undefined {
  const { CUSTOM_CRM_OAUTH_ISSUER: issuer, CUSTOM_CRM_OAUTH_KEYS_URL: keysUrl, CUSTOM_CRM_OAUTH_AUDIENCE: audience } = settings;
  if (issuer === undefined || keysUrl === undefined || audience === undefined) return undefined;
  const { CUSTOM_CRM_OAUTH_SCOPE: scope } = settings;
  return new OAuthTokens({ issuer, keysUrl, audience, ...(scope !== undefined && { scope }), http, now });
}
