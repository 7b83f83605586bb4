import { randomBytes } from 'node:crypto';
import { backoffInMs } from '../../common/backoff';
import { sleep, systemClock } from '../../common/clock';
import { createHttpClient } from '../../common/http';
import type { JsonObject } from '../../common/json';
import { KeyedQueue } from '../../common/keyedQueue';
import { errorCode, type Log } from '../../common/log';
import type { Behavior } from './options';
import type { Signer } from './signing';

interface DeliveryOptions {
  tenant: string;
  firstRetryInMs: number;
  maxRetryInMs: number;
  retryForInMs: number;
}

/** How long an agent's act waits for the webhook. */
const PATIENCE_IN_MS = 2_000;

/**
 * Delivers events to the webhook, signed, in order within a conversation, again and again until it is answered 2xx.
 * With `reverse` set it waits for a second event and sends that one first.
 */
export class Delivery {
  url: string | undefined;
  private readonly http = createHttpClient();
  private readonly queue = new KeyedQueue();
  private readonly stopping = new AbortController();
  private readonly held = new Map<string, JsonObject>();

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
    return Promise.race([this.sendInOrder(event), patience]);
  }

  private sendInOrder(event: JsonObject): Promise<void> {
    const key = String(event['conversationId']);
    if (!this.behavior.reverse) {
      const kept = this.takeHeld(key);
      if (kept) void this.enqueue(key, kept);
      return this.enqueue(key, event);
    }
    const first = this.takeHeld(key);
    if (!first) {
      this.held.set(key, event);
      systemClock.schedule(100, () => {
        const kept = this.held.get(key) === event ? this.takeHeld(key) : undefined;
        if (kept) void this.enqueue(key, kept);
      });
      return Promise.resolve();
    }
    void this.enqueue(key, event);
    return this.enqueue(key, first);
  }

  /** The probe that is sent when a webhook is added or tested: not signed. Resolves with the answer's status. */
  async probe(): Promise<number> {
    const body = JSON.stringify({ eventType: 'WEB_HOOK_VERIFY', notificationVersion: 'Chat Gateway v1.0' });
    const headers = { 'content-type': 'application/json' };
    return (await this.http({ method: 'POST', url: this.url ?? '', headers, body, timeoutInMs: 5_000 })).status;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.queue.idle();
    await this.http.close();
  }

  private takeHeld(key: string): JsonObject | undefined {
    const kept = this.held.get(key);
    this.held.delete(key);
    return kept;
  }

  private enqueue(key: string, event: JsonObject): Promise<void> {
    return this.queue.run(key, () => this.deliver(event));
  }

  private async deliver(event: JsonObject): Promise<void> {
    const eventId = `evt-${randomBytes(9).toString('base64url')}`;
    const rawBody = Buffer.from(JSON.stringify(event), 'utf8');
    const until = systemClock.monotonic() + this.options.retryForInMs;
    for (let retry = 0; !this.stopping.signal.aborted; retry += 1) {
      if (await this.attempt(rawBody, eventId, retry)) {
        if (this.behavior.duplicate) await this.attempt(rawBody, eventId, retry + 1);
        return;
      }
      if (systemClock.monotonic() > until) {
        this.giveUp(`the webhook did not take a ${String(event['eventType'])} event`);
        return;
      }
      const { firstRetryInMs: firstInMs, maxRetryInMs: maxInMs } = this.options;
      await sleep(systemClock, backoffInMs(retry + 1, { firstInMs, maxInMs }), this.stopping.signal);
    }
  }

  private async attempt(rawBody: Buffer, eventId: string, retry: number): Promise<boolean> {
    if (this.url === undefined) return false;
    const { headers } = this.signer.sign(rawBody, { eventId, retry, sentAt: systemClock.now(), tenant: this.options.tenant });
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
