import { createHttpClient, type HttpResponse } from '../common/http';
import { errorCode, type Log } from '../common/log';
import { type DeliveryTimes, OrderedDelivery } from './orderedDelivery';

/** How long an agent's act waits for the webhook. */
const patienceInMs = 2_000;
const timeoutInMs = 10_000;

export interface WebhookEvent {
  /** What is delivered in order. */
  key: string;
  /** For the breach, when nobody takes it. */
  name: string;
  rawBody: Buffer;
  /** Headers of one attempt; those that sign it may differ from one to the next. */
  headers(retry: number): Record<string, string>;
}

/** Delivers events to the one webhook of a stand-in. */
export class SignedWebhook {
  url: string | undefined;
  private readonly http = createHttpClient();
  private readonly delivery: OrderedDelivery<WebhookEvent>;

  constructor(
    options: DeliveryTimes & { behavior: { duplicate: boolean; reverse?: boolean } },
    private readonly log: Log,
    giveUp: (reason: string) => void,
  ) {
    this.delivery = new OrderedDelivery({
      ...options,
      patienceInMs: () => (this.url === undefined ? 0 : patienceInMs),
      attempt: (event, retry, signal) => this.attempt(event, retry, signal),
      giveUp: ({ name }) => giveUp(`the webhook did not take a ${name} event`),
    });
  }

  /** Resolves once the event was taken; while the webhook is away, soon, and the event goes on waiting. */
  send(event: WebhookEvent): Promise<void> {
    return this.delivery.send(event.key, event);
  }

  /** One call outside the order. */
  post(headers: Record<string, string>, body: Buffer | string, signal?: AbortSignal): Promise<HttpResponse> {
    return this.http({ method: 'POST', url: this.url ?? '', headers, body, timeoutInMs, ...(signal && { signal }) });
  }

  async close(): Promise<void> {
    await this.delivery.close();
    await this.http.close();
  }

  private async attempt({ rawBody, headers }: WebhookEvent, retry: number, signal: AbortSignal): Promise<boolean> {
    if (this.url === undefined) return false;
    try {
      const { status } = await this.post(headers(retry), rawBody, signal);
      if (status >= 200 && status < 300) return true;
      this.log.warn('The webhook did not take an event', { status, retry });
    } catch (error) {
      this.log.debug('The webhook could not be reached', { code: errorCode(error), retry });
    }
    return false;
  }
}
