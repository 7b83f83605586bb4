import { type HttpClient, HttpFailure, type HttpResponse } from '../../common/http';
import { isJsonObject, type JsonObject } from '../../common/json';
import { CrmProblem } from '../problem';
import { claimsHold, isSignedBy, type JsonWebToken, readToken } from './jsonWebToken';

export interface OAuthTokensOptions {
  issuer: string;
  audience: string;
  keysUrl: string;
  /** A scope or role that tokens must have. */
  scope?: string;
  http: HttpClient;
  now(): number;
}

const keysLastForInMs = 60 * 60_000;
const pauseBetweenFetchesInMs = 30_000;
const fetchTimeoutInMs = 2_000;

/** Checks access tokens that an identity service gave the contact center, by the service's published keys. */
export class OAuthTokens {
  private keys: JsonObject[] | undefined;
  private triedAt = Number.NEGATIVE_INFINITY;
  private fetching: Promise<JsonObject[] | undefined> | undefined;

  constructor(private readonly options: OAuthTokensOptions) {}

  /** Throws `CrmProblem`: `unauthorized` for a token that does not hold, `forbidden` without the scope, `tryAgain` without keys. */
  async check(text: string): Promise<void> {
    const { issuer, audience, scope, now } = this.options;
    const token = readToken(text);
    if (!token || !claimsHold(token.claims, { issuer, audience, now: now() })) throw refused();
    const isOld = now() - this.triedAt > keysLastForInMs;
    let keys = this.keys && !isOld ? this.keys : await this.fetchKeys();
    // The issuer may have a new key; anybody can make up a key's name, so it is asked now and then only.
    if (keys && !has(keys, token) && now() - this.triedAt > pauseBetweenFetchesInMs) keys = await this.fetchKeys();
    if (!keys) throw new CrmProblem('tryAgain', 'callers cannot be checked now', 'noKeys');
    const fitting = keys.filter((key) => token.keyId === undefined || key['kid'] === token.keyId);
    if (!fitting.some((key) => isSignedBy(token, key))) throw refused();
    if (scope !== undefined && !scopesOf(token.claims).includes(scope))
      throw new CrmProblem('forbidden', 'the token lacks the scope');
  }

  private fetchKeys(): Promise<JsonObject[] | undefined> {
    this.fetching ??= this.fetchOnce().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  /** Known keys are better than none while the issuer cannot be reached. */
  private async fetchOnce(): Promise<JsonObject[] | undefined> {
    const { http, keysUrl, now } = this.options;
    this.triedAt = now();
    let response: HttpResponse;
    try {
      response = await http({ method: 'GET', url: keysUrl, timeoutInMs: fetchTimeoutInMs, maxBytes: 256 * 1024 });
    } catch (error) {
      if (error instanceof HttpFailure) return this.keys;
      throw error;
    }
    const { status, json } = response;
    if (status === 200 && isJsonObject(json) && Array.isArray(json['keys'])) this.keys = json['keys'].filter(isJsonObject);
    return this.keys;
  }
}

function has(keys: JsonObject[], { keyId }: JsonWebToken): boolean {
  return keyId === undefined || keys.some((key) => key['kid'] === keyId);
}

function scopesOf(claims: JsonObject): string[] {
  return [claims['scp'], claims['scope'], claims['roles']].flatMap((value) =>
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value.map(String) : [],
  );
}

function refused(): CrmProblem {
  return new CrmProblem('unauthorized', 'the token does not hold');
}
