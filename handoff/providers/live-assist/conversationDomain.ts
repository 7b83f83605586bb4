import type { Clock } from '../../../common/clock';
import type { HttpClient } from '../../../common/http';
import { isLoopback, toTrustedOrigin } from '../../../common/trustedUrl';
import { fromTransport } from '../../transportError';
import { failure, fromStatus, providerName } from './errors';
import type { LiveAssistSettings } from './settings';
import { readBaseUri } from './wire';

const timeoutInMs = 5_000;
const keptForInMs = 3_600_000;
/** Whoever answers the look-up must not be able to send customers' texts elsewhere. */
const vendorDomain = '.liveperson.net';

/** Finds the host that serves the account's chats. */
export class ConversationDomain {
  private known: { origin: string; until: number } | undefined;
  private asking: Promise<string> | undefined;

  constructor(
    private readonly settings: LiveAssistSettings,
    private readonly http: HttpClient,
    private readonly clock: Clock,
  ) {}

  /** The origin of new chats: the configured one, or the one looked up within the last hour. Throws `HandoffError`. */
  async find(): Promise<string> {
    const configured = this.settings.LIVE_ASSIST_CONVERSATION_DOMAIN;
    if (configured !== undefined) return configured;
    if (this.known && this.known.until > this.clock.monotonic()) return this.known.origin;
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    try {
      return await this.asking;
    } catch (error) {
      // It changes hardly ever: yesterday's host is better than none.
      if (this.known) return this.known.origin;
      throw error;
    }
  }

  private async ask(): Promise<string> {
    const { LIVE_ASSIST_ACCOUNT: account, LIVE_ASSIST_DOMAIN_LOOKUP_URL: lookup } = this.settings;
    const url = `${lookup}/api/account/${account}/service/conversationVep/baseURI.json?version=1.0`;
    // Without a caller's signal, because several may wait for the one answer.
    const response = await this.http({ method: 'GET', url, headers: { Accept: 'application/json' }, timeoutInMs }).catch(
      (error: unknown) => {
        throw fromTransport(providerName, error);
      },
    );
    if (response.status !== 200) throw withoutEffect(fromStatus(response, this.clock.now()));
    const host = readBaseUri(response.json) ?? '';
    // The answer names a host; one on this machine speaks what the look-up speaks.
    const origin = toTrustedOrigin(isLoopback(new URL(lookup)) && host !== '' ? `${new URL(lookup).protocol}//${host}` : host);
    if (origin === undefined || !this.isExpected(new URL(origin))) {
      throw failure({ code: 'outage', retriable: true, delivered: 'no', detail: 'conversation domain not understood' });
    }
    this.known = { origin, until: this.clock.monotonic() + keptForInMs };
    return origin;
  }

  private isExpected(url: URL): boolean {
    return (
      url.hostname.endsWith(vendorDomain) || (isLoopback(url) && isLoopback(new URL(this.settings.LIVE_ASSIST_DOMAIN_LOOKUP_URL)))
    );
  }
}

/** A look-up has no effect at the desk, whatever became of it. */
function withoutEffect(error: ReturnType<typeof failure>): ReturnType<typeof failure> {
  const { code, retriable, retryAfterInMs, detail } = error;
  return failure({
    code,
    retriable,
    delivered: 'no',
    cause: error,
    ...(detail !== undefined && { detail }),
    ...(retryAfterInMs !== undefined && { retryAfterInMs }),
  });
}
