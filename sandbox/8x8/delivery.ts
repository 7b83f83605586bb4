import { randomBytes } from 'node:crypto';
import { systemClock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import type { Log } from '../../common/log';
import type { DeliveryTimes } from '../orderedDelivery';
import { SignedWebhook } from '../signedWebhook';
import type { Behavior } from './options';
import type { Signer } from './signing';

/** Delivers events to the webhook, signed anew at each attempt under the event's own id, in order within a conversation. */
export class Delivery {
  private readonly webhook: SignedWebhook;

  constructor(
    private readonly signer: Signer,
    private readonly options: DeliveryTimes & { tenant: string },
    behavior: Behavior,
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
    const { tenant } = this.options;
    const eventId = `evt-${randomBytes(9).toString('base64url')}`;
    const rawBody = Buffer.from(JSON.stringify(event), 'utf8');
    return this.webhook.send({
      key: String(event['conversationId']),
      name: String(event['eventType']),
      rawBody,
      headers: (retry) => this.signer.sign(rawBody, { eventId, retry, sentAt: systemClock.now(), tenant }).headers,
    });
  }

  /** The probe that is sent when a webhook is added or tested: not signed. Resolves with the answer's status. */
  async probe(): Promise<number> {
    const body = JSON.stringify({ eventType: 'WEB_HOOK_VERIFY', notificationVersion: 'Chat Gateway v1.0' });
    return (await this.webhook.post({ 'content-type': 'application/json' }, body)).status;
  }

  close(): Promise<void> {
    return this.webhook.close();
  }
}
