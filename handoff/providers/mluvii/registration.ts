import type { JsonObject, JsonValue } from '../../../common/json';
import { isOnHost } from '../../../common/trustedUrl';
import { WebhookRejected } from '../../errors';
import type { Kept } from '../../kept';
import { isTrustedAddress, isUsableHeader } from './addresses';
import type { MluviiSettings } from './settings';
import { membersOf, objectOf, wordOf } from './wire';

/** Where mluvii wants customers' messages, and the headers by which it knows us. */
export interface Registration {
  url: string;
  headers: Record<string, string>;
}

const KEY = 'registration';

/** What mluvii told us once, kept for all instances; what the settings say goes before it. */
export class Registrations {
  constructor(
    private readonly settings: MluviiSettings,
    private readonly kept: Kept,
  ) {}

  get isFixed(): boolean {
    return this.settings.MLUVII_CHANNEL_URL !== undefined;
  }

  /** The present one; undefined while mluvii has not registered its channel. */
  async current(): Promise<Registration | undefined> {
    const { MLUVII_CHANNEL_URL: url, MLUVII_CHANNEL_HEADERS: headers = {} } = this.settings;
    if (url !== undefined) return { url, headers };
    const stored = await this.kept.read(KEY);
    return stored && this.check(stored);
  }

  /** Replaces the earlier one; throws `WebhookRejected` for an address that is not mluvii's. */
  async replace(body: JsonValue | undefined): Promise<void> {
    const { url, headers } = this.check(body);
    await this.kept.write(KEY, { url, headers });
  }

  /** Also what comes from the store: settings may have changed since. */
  private check(body: JsonValue | undefined): Registration {
    const members = membersOf(body);
    const url = wordOf(members?.['url']);
    if (url === undefined) throw new WebhookRejected(400, 'the registration has no url');
    if (!isTrustedAddress(url)) throw new WebhookRejected(400, 'the url of the registration is not https');
    if (!isOnHost(new URL(url), this.settings.MLUVII_CHANNEL_HOSTS))
      throw new WebhookRejected(403, 'the url of the registration is on no host of MLUVII_CHANNEL_HOSTS');
    const given: JsonObject = objectOf(members?.['headers']) ?? {};
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(given)) {
      if (!isUsableHeader(name, value)) throw new WebhookRejected(400, 'the registration has a header that cannot be sent');
      headers[name] = value;
    }
    return { url, headers };
  }
}
