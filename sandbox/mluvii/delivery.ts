import { backoffInMs } from '../../common/backoff';
import { sleep, systemClock } from '../../common/clock';
import { createHttpClient, HttpFailure, type HttpResponse } from '../../common/http';
import type { JsonObject } from '../../common/json';
import { KeyedQueue } from '../../common/keyedQueue';
import { errorCode, type Log } from '../../common/log';
import type { Behavior } from './options';

export interface DeliveryOptions {
  /** What it is, for the log and the breaches. */
  name: string;
  headers: () => Record<string, string>;
  firstRetryInMs: number;
  maxRetryInMs: number;
  retryForInMs: number;
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
  private readonly queue = new KeyedQueue();
  private readonly stopping = new AbortController();
  private readonly held = new Map<string, JsonObject>();

  constructor(
    private readonly options: DeliveryOptions,
    private readonly behavior: Behavior,
    private readonly log: Log,
    private readonly violate: (violation: string) => void,
  ) {}

  /** Resolves once the activity was taken; while the other side is away, soon, and the activity goes on waiting. */
  send(key: string, body: JsonObject): Promise<void> {
    const patience = new Promise<void>((resolve) => {
      systemClock.schedule(this.url === undefined ? 0 : PATIENCE_IN_MS, resolve);
    });
    return Promise.race([this.sendInOrder(key, body), patience]);
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
      const response = await this.http({ ...call, signal: this.stopping.signal });
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
    this.stopping.abort();
    await this.queue.idle();
    await this.http.close();
  }

  private sendInOrder(key: string, body: JsonObject): Promise<void> {
    const first = this.held.get(key);
    this.held.delete(key);
    if (!this.behavior.reverse) {
      if (first) void this.enqueue(key, first);
      return this.enqueue(key, body);
    }
    if (first) {
      void this.enqueue(key, body);
      return this.enqueue(key, first);
    }
    this.held.set(key, body);
    systemClock.schedule(100, () => {
      if (this.held.get(key) !== body) return;
      this.held.delete(key);
      void this.enqueue(key, body);
    });
    return Promise.resolve();
  }

  private enqueue(key: string, body: JsonObject): Promise<void> {
    return this.queue.run(key, () => this.deliver(body));
  }

  private async deliver(body: JsonObject): Promise<void> {
    const until = systemClock.monotonic() + this.options.retryForInMs;
    for (let retry = 0; !this.stopping.signal.aborted; retry += 1) {
      const status = await this.post(body);
      if (status !== undefined && status >= 200 && status < 300) {
        if (this.behavior.duplicate) await this.post(body);
        return;
      }
      if (systemClock.monotonic() > until) {
        this.violate(`${this.options.name}: an activity was not taken for ${this.options.retryForInMs} ms`);
        return;
      }
      const { firstRetryInMs: firstInMs, maxRetryInMs: maxInMs } = this.options;
      await sleep(systemClock, backoffInMs(retry + 1, { firstInMs, maxInMs }), this.stopping.signal);
    }
  }
}
