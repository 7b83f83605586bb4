import type { Clock } from '../../../common/clock';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../common/http';
import { isJsonObject, type JsonObject } from '../../../common/json';
import { HandoffError } from '../../errors';
import { fromTransport } from '../../transportError';
import { PROVIDER, toHandoffError } from './errors';
import type { MluviiSettings } from './settings';
import { membersOf, wordOf } from './wire';

const TIMEOUT_IN_MS = 4_000;
const REFRESH_EARLIER_IN_MS = 30_000;

/** The tenant's public API: asked only whether operators are at work. Fails with a `HandoffError`. */
export class PublicApi {
  private token: { value: string; until: number } | undefined;
  private asking: Promise<string> | undefined;

  constructor(
    private readonly settings: MluviiSettings,
    private readonly http: HttpClient,
    private readonly clock: Clock,
  ) {}

  /** Numbers of the operators who are online. */
  async listOnlineOperators(signal: AbortSignal): Promise<number[]> {
    const response = await this.get('/api/v1/Users/operatorStates', signal);
    // A bare list, or in newer versions a page with the list in it.
    const list = Array.isArray(response.json) ? response.json : membersOf(response.json)?.['data'];
    if (!Array.isArray(list)) throw unreadable('the operators’ states are no list');
    return list.filter(isJsonObject).flatMap(toOnline);
  }

  private async get(path: string, signal: AbortSignal): Promise<HttpResponse> {
    const call = async () =>
      this.exchange({
        method: 'GET',
        url: `${this.settings.MLUVII_BASE_URL}${path}`,
        headers: { accept: 'application/json', authorization: `Bearer ${await this.accessToken()}` },
        signal,
      });
    let response = await call();
    if (isUnauthenticated(response)) {
      // The token was withdrawn before its time; a fresh one settles whether the key is.
      this.token = undefined;
      response = await call();
    }
    if (response.status !== 200) throw toHandoffError(response, this.clock.now());
    return response;
  }

  /** One request for a token however many calls wait for it. */
  private accessToken(): Promise<string> {
    if (this.token && this.clock.monotonic() < this.token.until) return Promise.resolve(this.token.value);
    this.asking ??= this.askForToken().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async askForToken(): Promise<string> {
    const { MLUVII_API_CLIENT_ID: id = '', MLUVII_API_CLIENT_SECRET: secret = '', MLUVII_API_SCOPE: scope } = this.settings;
    const form = new URLSearchParams({
      response_type: 'token',
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: secret,
      ...(scope !== undefined && { scope }),
    });
    const response = await this.exchange({
      method: 'POST',
      url: `${this.settings.MLUVII_BASE_URL}/login/connect/token`,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    // Wrong keys are answered 400, as OAuth has it.
    if (response.status === 400) throw refused('HTTP 400 at the login');
    if (response.status !== 200) throw toHandoffError(response, this.clock.now());
    const answer = membersOf(response.json);
    const value = wordOf(answer?.['access_token']);
    if (value === undefined) throw unreadable('the login gave no token');
    const lifeInSeconds = Number(answer?.['expires_in'] ?? 3_600);
    this.token = { value, until: this.clock.monotonic() + lifeInSeconds * 1000 - REFRESH_EARLIER_IN_MS };
    return value;
  }

  private exchange(call: Omit<HttpRequest, 'timeoutInMs'>): Promise<HttpResponse> {
    return this.http({ ...call, timeoutInMs: TIMEOUT_IN_MS }).catch((error: unknown) => {
      throw fromTransport(PROVIDER, error);
    });
  }
}

function toOnline(operator: JsonObject): number[] {
  const members = membersOf(operator);
  const id = members?.['userid'];
  return typeof id === 'number' && wordOf(members?.['statekind'])?.toUpperCase() === 'ONLINE' ? [id] : [];
}

function isUnauthenticated({ status }: HttpResponse): boolean {
  return status === 401 || (status >= 300 && status < 400);
}

function refused(detail: string): HandoffError {
  return new HandoffError({ provider: PROVIDER, code: 'unauthorized', retriable: false, delivered: 'no', detail });
}

function unreadable(detail: string): HandoffError {
  return new HandoffError({ provider: PROVIDER, code: 'outage', retriable: true, delivered: 'no', detail });
}
