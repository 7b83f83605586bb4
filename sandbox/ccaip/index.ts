import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../../common/clock';
import { isJsonObject, type JsonObject } from '../../common/json';
import { type Log, silentLog } from '../../common/log';
import type { StandInDesk } from '../desk';
import { Faults } from '../faults';
import { type ReadRequest, readRequest } from '../request';
import { serve } from '../serve';
import { type Answer, failures, write } from './answers';
import { AppsApi } from './appsApi';
import { ChatLife } from './chatLife';
import { Delivery } from './delivery';
import { createDesk } from './desk';
import { Happenings } from './happenings';
import { MediaStore } from './media';
import { type Behavior, type CcaipStandInOptions, CREDENTIALS, defaultBehavior, FIRST_SECRET, LANGUAGES } from './options';
import { Signer } from './signing';
import { State } from './state';

export type { Behavior, CcaipStandInOptions } from './options';

export interface SignOptions {
  sentAt?: number;
  /** In place of the present secrets; at most two. */
  secrets?: string[];
  format?: Behavior['timestamp'];
}

export interface CcaipStandIn {
  url: string;
  /** The settings with which the bot finds it. */
  env: Record<string, string>;
  faults: Faults;
  /** Breaches of the contract by the client. */
  violations: string[];
  behavior: Behavior;
  desk: StandInDesk;
  /** Where events go from now on; waiting ones follow at once. */
  connectWebhook(url: string): void;
  /** Sends an event of any kind about a chat. */
  emit(chatId: string, eventType: string, body?: JsonObject): Promise<void>;
  /** An event as it would be sent. */
  event(chatId: string, eventType: string, body?: JsonObject): JsonObject;
  /** Headers and body of a signed call that is not sent, for tests of the receiver. */
  sign(body: JsonObject | Buffer, options?: SignOptions): { headers: Record<string, string>; rawBody: Buffer };
  /** A new primary secret; the present one becomes the secondary. */
  rotateSecret(next: string): void;
  /** The platform's own time-out ends a dismissed chat for good. */
  expire(chatId: string): Promise<void>;
  close(): Promise<void>;
}

/** Documented: ten requests a second. A little more is let through, because what was sent evenly may arrive less so. */
const REQUESTS_AT_ONCE = 10;
const WINDOW_IN_MS = 900;

/** Starts the chat part of the Apps API, its media store, its webhooks and its agents, all in memory, on the loopback. */
export async function startCcaipStandIn(options: CcaipStandInOptions = {}): Promise<CcaipStandIn> {
  const log: Log = options.log ?? silentLog;
  const violations: string[] = [];
  const violate = (violation: string) => {
    violations.push(violation);
    log.error('The CCAIP contract was broken', { violation });
  };
  const behavior: Behavior = { ...defaultBehavior };
  const signer = new Signer(FIRST_SECRET);
  const state = new State();
  const faults = new Faults();
  let url = '';
  const { firstRetryInMs = 1_000, maxRetryInMs = 2_000, retryForInMs = 120_000 } = options;
  const delivery = new Delivery(signer, { firstRetryInMs, maxRetryInMs, retryForInMs }, behavior, log, violate);
  delivery.url = options.webhookUrl;
  const happenings = new Happenings(delivery, state, behavior);
  const life = new ChatLife(state, happenings, behavior);
  const media = new MediaStore(state, () => url, violate);
  const api = new AppsApi(state, life, media, behavior, violate);
  const budget = new Budget();

  const route = (request: ReadRequest): Answer | Promise<Answer> => {
    const [area, second, third, ...rest] = request.segments;
    if (area === 'files') return media.open(request);
    if (area === 'store') return media.store(request);
    if (area === 'behavior') return change(behavior, request);
    if (`${area}/${second}/${third}` !== 'apps/api/v1') return failures.notFound();
    const expected = `Basic ${Buffer.from(`${CREDENTIALS.subdomain}:${CREDENTIALS.token}`).toString('base64')}`;
    if (request.headers.authorization === undefined) violate(`${request.method} ${request.path}: no Basic authorization`);
    if (request.headers.authorization !== expected) return failures.unauthorized();
    return budget.take() ? api.handle(request, rest) : failures.tooFast();
  };
  const handle = async (incoming: IncomingMessage, response: ServerResponse) =>
    write(response, await route(await readRequest(incoming)));

  const served = await serve({
    port: options.port ?? 0,
    faults,
    log,
    handle,
    failed: (response) => write(response, { status: 500, body: { message: 'Internal Server Error' } }),
  });
  url = served.url;

  return {
    url,
    env: {
      CCAIP_URL: url,
      CCAIP_SUBDOMAIN: CREDENTIALS.subdomain,
      CCAIP_API_TOKEN: CREDENTIALS.token,
      CCAIP_WEBHOOK_SECRET: FIRST_SECRET,
      CCAIP_LANGUAGES: LANGUAGES.join(','),
    },
    faults,
    violations,
    behavior,
    desk: createDesk(state, life, media, behavior),
    connectWebhook: (webhookUrl) => {
      delivery.url = webhookUrl;
    },
    emit: (chatId, eventType, body) => happenings.raw(state.find(chatId).id, eventType, body),
    event: (chatId, eventType, body) => happenings.envelope(Number(chatId), eventType, body),
    sign(body, { sentAt = systemClock.now(), secrets, format = behavior.timestamp } = {}) {
      const rawBody = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body), 'utf8');
      return { rawBody, headers: signer.headers(rawBody, sentAt, format, secrets) };
    },
    rotateSecret: (next) => signer.rotate(next),
    expire: (chatId) => life.end(state.find(chatId), 'finished', 'system'),
    async close() {
      await delivery.close();
      await served.close();
    },
  };
}

class Budget {
  private times: number[] = [];

  take(): boolean {
    const now = systemClock.monotonic();
    this.times = this.times.filter((time) => now - time < WINDOW_IN_MS);
    if (this.times.length >= REQUESTS_AT_ONCE) return false;
    this.times.push(now);
    return true;
  }
}

/** Lets somebody at the keyboard switch a behavior of a running stand-in; not part of the vendor's interface. */
function change(behavior: Behavior, request: ReadRequest): Answer {
  if (request.headers.origin !== undefined || !isJsonObject(request.json)) return failures.notFound();
  for (const [key, value] of Object.entries(request.json)) {
    if (!(key in behavior) || typeof value !== typeof behavior[key as keyof Behavior]) return failures.invalid();
  }
  Object.assign(behavior, request.json);
  return { status: 200, body: { ...behavior } };
}
