import { systemClock } from '../../../common/clock';
import { createHttpClient } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import type { Log, LogFields } from '../../../common/log';
import type { HandoffCapabilities } from '../../../handoff/capabilities';
import { HandoffError } from '../../../handoff/errors';
import type { FetchedFile, HandoffProvider, ProviderDependencies, WebhookRequest } from '../../../handoff/provider';
import type { StandInDesk } from '../../../sandbox/desk';
import type { Fault, Faults } from '../../../sandbox/faults';
import type { WebhookReceiver } from './webhookReceiver';

/** Known before the harness exists, so that a suite lists only the tests that make sense for the provider. */
export interface ProviderShape {
  inbound: 'webhook' | 'listen';
  capabilities: HandoffCapabilities;
  /**
   * What the desk's protocol has no word for; nothing when absent. The suite then asks that the provider claims nothing it cannot
   * know: `end` and `transfer` are both told as the agent's leaving, a `refusal` not at all, and a `redelivery` looks like a second event.
   * A `lateMessage`, which crosses the end on its way, is taken by the desk as the beginning of something new.
   */
  untold?: readonly ('end' | 'refusal' | 'transfer' | 'redelivery' | 'lateMessage')[];
}

/** What the suite needs of a provider that gets webhooks. Requests are whole and ready for `receive`. */
export interface WebhookProbe {
  /** The server the stand-in delivers to. */
  receiver: WebhookReceiver;
  /** A well-signed event of this chat that has not been delivered before. */
  valid(chatId: string): Promise<WebhookRequest>;
  /** Well-signed (where the vendor signs), yet not an event: each must be refused with 400. */
  malformed(): Promise<Record<string, WebhookRequest>>;
  /** Missing, wrong and stale signatures of an otherwise good event: each must be refused with 401. */
  forged(chatId: string): Promise<Record<string, WebhookRequest>>;
  /** A good event sent to a path that is not ours: refused with 404. */
  misdirected(chatId: string): Promise<WebhookRequest>;
  /** The vendor changes its keys or we change the secret; events are signed with the new one from then on. */
  rotate(): Promise<void>;
}

/** One provider, wired to its stand-in, for one test. */
export interface ProviderHarness {
  provider: HandoffProvider;
  desk: StandInDesk;
  faults: Faults;
  /** Breaches of the vendor's contract the stand-in saw; must stay empty. */
  violations: readonly string[];
  dependencies: TestDependencies;
  /** A good route target, and ones that `parseTarget` must refuse. */
  target: JsonObject;
  badTargets: JsonObject[];
  /** A file of the customer's that the desk takes as an upload, where it does not take all; a PNG picture when absent. */
  customerFile?: { name: string; contentType: string };
  /** A card the desk can send, and its content as it arrives (matchers allowed), where it does not carry cards as they are. */
  card?: { sent: JsonObject; arrives: JsonObject };
  /** Texts for `Fault.match` that pick these requests (`METHOD path`, or a part of it). */
  requests: { open: string; send: string };
  /** Answers in the vendor's own words for a wrong key, for going too fast and for a broken desk. */
  answers: { unauthorized: Fault; rateLimited: Fault; outage: Fault };
  /** The desk's chat of a session; the same id when absent. */
  chatIdOf?(sessionKey: string): string;
  /** Sends something of an unknown kind about this chat over the vendor's protocol. */
  sendUnknownEvent(chatId: string): Promise<void>;
  /** Present exactly when the provider gets webhooks. */
  webhook?: WebhookProbe;
  /** Stops the stand-in and what belongs to it; a test may call it before the suite does. */
  close(): Promise<void>;
}

export type CreateHarness = () => Promise<ProviderHarness>;

/** Dependencies for a provider under test, with what they recorded. */
export interface TestDependencies extends ProviderDependencies {
  /** What `readFile` answers, by URL; other URLs are refused. */
  files: Map<string, FetchedFile>;
  /** Every log line as one text. */
  lines: string[];
  close(): Promise<void>;
}

export function createTestDependencies(overrides: Partial<ProviderDependencies> = {}): TestDependencies {
  const files = new Map<string, FetchedFile>();
  const lines: string[] = [];
  const http = createHttpClient({ allowLoopback: true });
  return {
    http,
    clock: systemClock,
    log: recordingLog(lines),
    readFile: (file) => {
      const found = files.get(file.url);
      return found
        ? Promise.resolve(found)
        : Promise.reject(new HandoffError({ provider: 'test', code: 'rejected', retriable: false, delivered: 'no' }));
    },
    linkFile: (file) => `https://bot.example/files/${encodeURIComponent(file.name)}`,
    ...overrides,
    files,
    lines,
    close: () => http.close(),
  };
}

function recordingLog(lines: string[]): Log {
  const write = (level: string) => (message: string, fields?: LogFields) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  };
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => log,
  };
  return log;
}
