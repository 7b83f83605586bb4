import { backoffInMs } from '../../common/backoff';
import { sleep, systemClock } from '../../common/clock';
import { createHttpClient } from '../../common/http';
import type { JsonObject } from '../../common/json';
import { KeyedQueue } from '../../common/keyedQueue';
import { errorCode, type Log } from '../../common/log';
import type { Behavior } from './options';
import type { Signer } from './signing';

interface DeliveryOptions {
  firstRetryInMs: number;
  maxRetryInMs: number;
  retryForInMs: number;
}

/** How long an agent's act waits for the webhook. */
const PATIENCE_IN_MS = 2_000;

/** Delivers events to the one webhook, signed, in order within a chat, again and again until it is answered 2xx. */
export class Delivery {
  url: string | undefined;
  private readonly http = createHttpClient();
  private readonly queue = new KeyedQueue();
  private readonly stopping = new AbortController();

  constructor(
    private readonly signer: Signer,
    private readonly options: DeliveryOptions,
    private readonly behavior: Behavior,
    private readonly log: Log,
    private readonly giveUp: (reason: string) => void,
  ) {}

  /** Resolves once the event was taken; while the webhook is away, soon, and the event goes on waiting. */
  send(event: JsonObject): Promise<void> {
    const patience = new Promise<void>((resolve) => {
      systemClock.schedule(this.url === undefined ? 0 : PATIENCE_IN_MS, resolve);
    });
    return Promise.race([this.queue.run(String(event['chat_id']), () => this.deliver(event)), patience]);
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.queue.idle();
    await this.http.close();
  }

  private async deliver(event: JsonObject): Promise<void> {
    const rawBody = Buffer.from(JSON.stringify(event), 'utf8');
    const firstAt = systemClock.now();
    const until = systemClock.monotonic() + this.options.retryForInMs;
    for (let retry = 0; !this.stopping.signal.aborted; retry += 1) {
      if (await this.attempt(rawBody, firstAt, retry)) {
        if (this.behavior.duplicate) await this.attempt(rawBody, firstAt, retry + 1);
        return;
      }
      if (systemClock.monotonic() > until) {
        this.giveUp(`the webhook did not take a ${String(event['event_type'])} event`);
        return;
      }
      const { firstRetryInMs: firstInMs, maxRetryInMs: maxInMs } = this.options;
      await sleep(systemClock, backoffInMs(retry + 1, { firstInMs, maxInMs }), this.stopping.signal);
    }
  }

  private async attempt(rawBody: Buffer, firstAt: number, retry: number): Promise<boolean> {
    if (this.url === undefined) return false;
    const sentAt = this.behavior.signsAnew ? systemClock.now() : firstAt;
    const headers = this.signer.headers(rawBody, sentAt, this.behavior.timestamp);
    try {
      const call = { method: 'POST', url: this.url, headers, body: rawBody, timeoutInMs: 10_000 } as const;
      const { status } = await this.http({ ...call, signal: this.stopping.signal });
      if (status >= 200 && status < 300) return true;
      this.log.warn('The webhook did not take an event', { status, retry });
    } catch (error) {
      this.log.debug('The webhook could not be reached', { code: errorCode(error), retry });
    }
    return false;
  }
}
