import { systemClock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import type { Log } from '../../common/log';
import type { DeliveryTimes } from '../orderedDelivery';
import { SignedWebhook } from '../signedWebhook';
import type { Behavior } from './options';
import type { Signer } from './signing';

/** Delivers events to the one webhook, signed, in order within a chat. */
export class Delivery {
  private readonly webhook: SignedWebhook;

  constructor(
    private readonly signer: Signer,
    options: DeliveryTimes,
    private readonly behavior: Behavior,
    log: Log,
    giveUp: (reason: string) => void,
  ) {
    this.webhook = new SignedWebhook({ ...options, behavior }, log, giveUp);
  }

  set url(url: string | undefined) {
    this.webhook.url = url;
  }

  /** Resolves once the event was taken; while the webhook is away, soon, and the event goes on waiting. */
  send(event: JsonObject): Promise<void> {
    const rawBody = Buffer.from(JSON.stringify(event), 'utf8');
    let firstAt: number | undefined;
    const headers = () => {
      firstAt ??= systemClock.now();
      const sentAt = this.behavior.signsAnew ? systemClock.now() : firstAt;
      return this.signer.headers(rawBody, sentAt, this.behavior.timestamp);
    };
    return this.webhook.send({ key: String(event['chat_id']), name: String(event['event_type']), rawBody, headers });
  }

  close(): Promise<void> {
    return this.webhook.close();
  }
}
