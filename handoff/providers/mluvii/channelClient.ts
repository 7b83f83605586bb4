import type { Clock } from '../../../common/clock';
import type { HttpClient } from '../../../common/http';
import { WebhookRejected } from '../../errors';
import { fromTransport } from '../../transportError';
import { failure, PROVIDER, toHandoffError } from './errors';
import type { Registrations } from './registration';
import type { IncomingActivity } from './wire';

const TIMEOUT_IN_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Posts what the guest did to the registered address. Fails with a `HandoffError`, after one attempt. */
export class ChannelClient {
  constructor(
    private readonly registrations: Registrations,
    private readonly http: HttpClient,
    private readonly clock: Clock,
  ) {}

  async post(activities: IncomingActivity[], signal: AbortSignal): Promise<void> {
    const { url, headers } = await this.registration();
    try {
      const response = await this.http({
        method: 'POST',
        url,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ activities }),
        timeoutInMs: TIMEOUT_IN_MS,
        maxBytes: MAX_ANSWER_BYTES,
        // Registered by a call, unless the settings name it: then it may be anywhere.
        publicOnly: !this.registrations.isFixed,
        signal,
      });
      if (response.status < 200 || response.status > 299) throw toHandoffError(response, this.clock.now());
    } catch (error) {
      throw fromTransport(PROVIDER, error);
    }
  }

  private async registration() {
    try {
      const current = await this.registrations.current();
      if (current) return current;
    } catch (error) {
      // It was good when it was kept: the settings say otherwise by now.
      if (error instanceof WebhookRejected) throw failure('unauthorized', 'the registration is not allowed by the settings');
      throw error;
    }
    throw failure('unavailable', 'mluvii has not registered its channel yet');
  }
}
