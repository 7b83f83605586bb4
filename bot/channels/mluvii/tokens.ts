import { parseRetryAfter } from '../../../common/backoff';
import type { Clock } from '../../../common/clock';
import { type HttpClient, HttpFailure } from '../../../common/http';
import { isJsonObject } from '../../../common/json';
import { ConnectorError } from '../../adapter/leanConnector';

const timeoutInMs = 8_000;
const marginInMs = 30_000;
/** The documented life of a token, for an answer that does not say. */
const usualLifeInMs = 3_600_000;

export interface TokenOptions {
  http: HttpClient;
  clock: Clock;
  /** Host of the application; the login is a path of it. */
  url: string;
  clientId: string;
  clientSecret: string;
  scope?: string;
}

/** Tokens by client credentials: kept until half a minute before their end, fetched once for all who wait. */
export class Tokens {
  private known: { token: string; until: number } | undefined;
  private fetching: Promise<string> | undefined;

  constructor(private readonly options: TokenOptions) {}

  /** A token that is good for now. Throws `ConnectorError` with `delivered: 'no'`. */
  get(): Promise<string> {
    if (this.known && this.known.until > this.options.clock.monotonic()) return Promise.resolve(this.known.token);
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  /** The server did not accept this token: the next caller gets another one. */
  refuse(token: string): void {
    if (this.known?.token === token) this.known = undefined;
  }

  private async fetch(): Promise<string> {
    const { http, clock, url, clientId, clientSecret, scope } = this.options;
    const form = new URLSearchParams({
      response_type: 'token',
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      ...(scope !== undefined && { scope }),
    });
    const answer = await http({
      method: 'POST',
      url: `${url}/login/connect/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      timeoutInMs,
      maxBytes: 64 * 1024,
    }).catch((error: unknown) => {
      throw error instanceof HttpFailure ? new ConnectorError(undefined, `token: ${error.code}`, 'no') : error;
    });
    // The login being away or busy says nothing about the keys: what waits is sent a moment later.
    if (answer.status >= 500 || answer.status === 429) {
      const retryAfterInMs = parseRetryAfter(answer.headers['retry-after'], clock.now());
      throw new ConnectorError(undefined, `token: HTTP ${answer.status}`, 'no', retryAfterInMs);
    }
    const { json } = answer;
    const token = isJsonObject(json) ? json['access_token'] : undefined;
    // Wrong keys are answered with a client error; they may be put right, so what waits may be sent later.
    if (answer.status !== 200 || typeof token !== 'string' || token === '') throw new ConnectorError(401, 'tokenRefused', 'no');
    const lifeInMs = isJsonObject(json) && typeof json['expires_in'] === 'number' ? json['expires_in'] * 1000 : usualLifeInMs;
    this.known = { token, until: clock.monotonic() + Math.max(0, lifeInMs - marginInMs) };
    return token;
  }
}
