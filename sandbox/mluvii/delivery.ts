import { systemClock } from '../../common/clock';
import { createHttpClient, HttpFailure, type HttpResponse } from '../../common/http';
import type { JsonObject } from '../../common/json';
import { errorCode, type Log } from '../../common/log';
import { type DeliveryTimes, OrderedDelivery } from '../orderedDelivery';
import type { Behavior } from './options';

export interface DeliveryOptions extends DeliveryTimes {
  /** What it is, for the log and the breaches. */
  name: string;
  headers: () => Record<string, string>;
  /** How long the other side may take. */
  deadlineInMs: number;
  /** What is wrong with an answer of 2xx; undefined when nothing is. */
  check?: (response: HttpResponse, body: JsonObject) => string | undefined;
}

/** One attempt and how it went. */
export interface Attempt {
  body: JsonObject;
  /** Undefined when no answer came. */
  status: number | undefined;
  tookInMs: number;
}

/** A sandbox may run for days. */
const REMEMBERED = 2_000;
/** How long an act waits for the other side before it goes on without. */
const PATIENCE_IN_MS = 2_500;

/**
 * Posts activities to one address, in order within a session, each again and again until it is answered 2xx. Nobody knows
 * whether the vendor repeats; a sandbox whose bot is started anew has to.
 */
export class Delivery {
  url: string | undefined;
  readonly attempts: Attempt[] = [];
  private readonly http = createHttpClient();
  private readonly delivery: OrderedDelivery<JsonObject>;

  constructor(
    private readonly options: DeliveryOptions,
    behavior: Behavior,
    private readonly log: Log,
    private readonly violate: (violation: string) => void,
  ) {
    this.delivery = new OrderedDelivery({
      ...options,
      behavior,
      patienceInMs: () => (this.url === undefined ? 0 : PATIENCE_IN_MS),
      attempt: async (body) => {
        const status = await this.post(body);
        return status !== undefined && status >= 200 && status < 300;
      },
      giveUp: () => this.violate(`${options.name}: an activity was not taken for ${options.retryForInMs} ms`),
    });
  }

  /** Resolves once the activity was taken; while the other side is away, soon, and the activity goes on waiting. */
  send(key: string, body: JsonObject): Promise<void> {
    return this.delivery.send(key, body);
  }

  /** One attempt outside the order; resolves with the status, undefined when no answer came. */
  async post(body: JsonObject, url = this.url): Promise<number | undefined> {
    if (url === undefined) return undefined;
    const started = systemClock.monotonic();
    const attempt: Attempt = { body, status: undefined, tookInMs: 0 };
    this.attempts.push(attempt);
    if (this.attempts.length > REMEMBERED) this.attempts.shift();
    try {
      const headers = { 'content-type': 'application/json', ...this.options.headers() };
      const timeoutInMs = this.options.deadlineInMs;
      const call = { method: 'POST', url, headers, body: JSON.stringify(body), timeoutInMs } as const;
      const response = await this.http({ ...call, signal: this.delivery.signal });
      attempt.status = response.status;
      if (response.status < 200 || response.status > 299) {
        this.log.warn('An activity was not taken', { to: this.options.name, status: response.status });
        return response.status;
      }
      const wrong = this.options.check?.(response, body);
      if (wrong !== undefined) this.violate(`${this.options.name}: ${wrong}`);
      return response.status;
    } catch (error) {
      // A bot that is away is no breach; one that takes the call and does not answer in time is.
      if (error instanceof HttpFailure && error.code === 'timedOut')
        this.violate(`${this.options.name}: no answer within ${this.options.deadlineInMs} ms`);
      this.log.debug('An activity had no answer', { to: this.options.name, code: errorCode(error) });
      return undefined;
    } finally {
      attempt.tookInMs = systemClock.monotonic() - started;
    }
  }

  async close(): Promise<void> {
    await this.delivery.close();
    await this.http.close();
  }
}
