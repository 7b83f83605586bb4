import type { Activity, ConversationParameters, ResourceResponse } from 'botbuilder';
import { parseRetryAfter } from '../../common/backoff';
import { type Clock, sleep } from '../../common/clock';
import { type HttpClient, HttpFailure, type HttpRequest, type HttpResponse } from '../../common/http';
import { isJsonObject, type JsonValue } from '../../common/json';
import { span } from '../../common/telemetry';
import { timed } from '../../common/telemetryTimer';

/** The channel did not take an activity. Nothing was retried inside. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  /** For callers that know the SDK's own errors. */
  readonly statusCode: number | undefined;
  constructor(
    /** The HTTP status, or undefined when no answer came. */
    readonly status: number | undefined,
    /** The channel's error code or why no answer came; safe to log. */
    readonly code: string,
    /** `no`: it surely had no effect. `unknown`: it may have. */
    readonly delivered: 'no' | 'unknown',
    readonly retryAfterInMs?: number,
    cause?: unknown,
  ) {
    super(`the channel did not take the activity: ${status ?? ''} ${code}`, cause === undefined ? undefined : { cause });
    this.statusCode = status;
  }
}

export interface ConnectorOptions {
  http: HttpClient;
  clock: Clock;
  /** The whole exchange must be over by then. */
  timeoutInMs: number;
  /** Gets the bearer token to send with; absent when authentication is off. */
  token?: () => Promise<string>;
}

/**
 * The part of the Connector API that the product uses, over one HTTP exchange each: a deadline of our own and no
 * retry inside, because the relay decides about both. It stands in for the SDK's `ConnectorClient`.
 */
export class LeanConnector {
  readonly conversations: LeanConversations;
  constructor(
    readonly baseUri: string,
    options: ConnectorOptions,
  ) {
    this.conversations = new LeanConversations(baseUri, options);
  }
}

/** Operations on conversations, named as in the SDK. */
export class LeanConversations {
  private readonly root: string;
  constructor(
    serviceUrl: string,
    private readonly options: ConnectorOptions,
  ) {
    this.root = `${serviceUrl.replace(/\/+$/, '')}/v3/conversations`;
  }

  sendToConversation(conversationId: string, activity: Partial<Activity>): Promise<ResourceResponse> {
    return this.resource('POST', `/${part(conversationId)}/activities`, activity);
  }

  replyToActivity(conversationId: string, activityId: string, activity: Partial<Activity>): Promise<ResourceResponse> {
    return this.resource('POST', `/${part(conversationId)}/activities/${part(activityId)}`, activity);
  }

  updateActivity(conversationId: string, activityId: string, activity: Partial<Activity>): Promise<ResourceResponse> {
    return this.resource('PUT', `/${part(conversationId)}/activities/${part(activityId)}`, activity);
  }

  async deleteActivity(conversationId: string, activityId: string): Promise<void> {
    await this.call('DELETE', `/${part(conversationId)}/activities/${part(activityId)}`);
  }

  createConversation(parameters: Partial<ConversationParameters>): Promise<JsonValue | undefined> {
    return this.call('POST', '', parameters);
  }

  getConversationMembers(conversationId: string): Promise<JsonValue | undefined> {
    return this.call('GET', `/${part(conversationId)}/members`);
  }

  getConversationMember(conversationId: string, memberId: string): Promise<JsonValue | undefined> {
    return this.call('GET', `/${part(conversationId)}/members/${part(memberId)}`);
  }

  getActivityMembers(conversationId: string, activityId: string): Promise<JsonValue | undefined> {
    return this.call('GET', `/${part(conversationId)}/activities/${part(activityId)}/members`);
  }

  private async resource(method: 'POST' | 'PUT', path: string, activity: Partial<Activity>): Promise<ResourceResponse> {
    const answer = await this.call(method, path, activity);
    return { id: isJsonObject(answer) && typeof answer['id'] === 'string' ? answer['id'] : '' };
  }

  private call(method: HttpRequest['method'], path: string, body?: object): Promise<JsonValue | undefined> {
    const operation = operations[method];
    return span(`channel.${operation}`, { kind: 'client', onlyWithin: true }, () =>
      timed('switchboard.channel.call.duration', { operation }, () => this.exchange(method, path, body), outcomeOf),
    );
  }

  private async exchange(method: HttpRequest['method'], path: string, body?: object): Promise<JsonValue | undefined> {
    const token = await this.token();
    const headers: Record<string, string> = { accept: 'application/json' };
    if (body) headers['content-type'] = 'application/json; charset=utf-8';
    if (token) headers['authorization'] = `Bearer ${token}`;
    let response: HttpResponse;
    try {
      response = await this.options.http({
        method,
        url: this.root + path,
        headers,
        ...(body && { body: JSON.stringify(body) }),
        timeoutInMs: this.options.timeoutInMs,
      });
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      const hadNoEffect = error.code === 'refused' || error.code === 'invalidUrl' || error.code === 'forbidden';
      throw new ConnectorError(undefined, error.code, hadNoEffect ? 'no' : 'unknown');
    }
    if (response.status >= 200 && response.status < 300) return response.json;
    throw refusal(response, this.options.clock);
  }

  /** Without a token nothing was sent: it may be tried again, and must not wait for the issuer forever. */
  private async token(): Promise<string | undefined> {
    const { clock, timeoutInMs, token } = this.options;
    if (!token) return undefined;
    const over = new AbortController();
    const deadline = sleep(clock, timeoutInMs, over.signal).then(() => {
      throw new ConnectorError(undefined, 'tokenTimedOut', 'no');
    });
    try {
      return await Promise.race([token(), deadline]);
    } catch (error) {
      throw error instanceof ConnectorError ? error : new ConnectorError(undefined, 'tokenRefused', 'no', undefined, error);
    } finally {
      over.abort();
    }
  }
}

const operations = { GET: 'read', POST: 'send', PUT: 'update', PATCH: 'update', DELETE: 'delete' } as const;

/** Few values: a channel has codes of its own. */
function outcomeOf(error: unknown): string {
  if (!(error instanceof ConnectorError)) return 'fault';
  return error.status === undefined ? error.code : `${Math.trunc(error.status / 100)}xx`;
}

function part(id: string): string {
  return encodeURIComponent(id.toWellFormed());
}

function refusal(response: HttpResponse, clock: Clock): ConnectorError {
  const error = isJsonObject(response.json) && isJsonObject(response.json['error']) ? response.json['error'] : {};
  // The code is an identifier of the channel; its message may quote the activity and is left out.
  const code = typeof error['code'] === 'string' && /^[\w.-]{1,64}$/.test(error['code']) ? error['code'] : 'refused';
  const retryAfterInMs = parseRetryAfter(response.headers['retry-after'], clock.now());
  // A server's failure may have come after the effect; a client error came in its place.
  return new ConnectorError(response.status, code, response.status >= 500 ? 'unknown' : 'no', retryAfterInMs);
}
