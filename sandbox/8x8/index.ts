import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject, JsonValue } from '../../common/json';
import { type Log, silentLog } from '../../common/log';
import type { StandInDesk } from '../desk';
import { Faults } from '../faults';
import { type ReadRequest, readRequest } from '../request';
import { serve } from '../serve';
import { type Answer, failures, write } from './answers';
import { ChatGateway, contentOf } from './chatGateway';
import { Delivery } from './delivery';
import { createDesk } from './desk';
import { Happenings } from './happenings';
import { type Behavior, defaultBehavior, type EightByEightStandInOptions } from './options';
import { Siblings } from './siblings';
import { type Signed, Signer } from './signing';
import { State } from './state';

export type { Behavior, EightByEightStandInOptions } from './options';

/** The words a bot needs in its settings to use the stand-in. */
export interface EightByEightCredentials {
  apiKey: string;
  tenant: string;
  channelId: string;
  analyticsKey: string;
  analyticsSecret: string;
}

export interface EightByEightStandIn {
  /** Origin of all its interfaces. */
  url: string;
  credentials: EightByEightCredentials;
  /** The settings with which the bot finds it. */
  env: Record<string, string>;
  faults: Faults;
  /** Breaches of the contract by the client. */
  violations: string[];
  behavior: Behavior;
  desk: StandInDesk;
  /** Where events go from now on; waiting ones follow at once. */
  connectWebhook(url: string): void;
  /** Sends the unsigned probe of "Test Connection"; resolves with the status it got. */
  testConnection(): Promise<number>;
  /** Sends an event of any kind about a conversation. */
  emit(conversationId: string, eventType: string, data?: JsonValue): Promise<void>;
  setScheduleStatus(status: number | string): void;
  /** A signed transmission that is not sent, for tests of the receiver. */
  sign(body: JsonObject | Buffer, options?: SignOptions): Promise<Signed>;
  rotateKey(): Promise<void>;
  close(): Promise<void>;
}

export interface SignOptions {
  eventId?: string;
  tenant?: string;
  sentAt?: number;
  retry?: number;
  /** Sign with a key nobody published. */
  isImpostor?: boolean;
}

/** Starts the Chat Gateway, its signing keys, schedule, statistics and agents, with all it knows in memory, on the loopback. */
export async function startEightByEightStandIn(options: EightByEightStandInOptions = {}): Promise<EightByEightStandIn> {
  const log: Log = options.log ?? silentLog;
  const credentials: EightByEightCredentials = {
    apiKey: options.apiKey ?? 'eght_sandbox',
    tenant: options.tenant ?? 'sandboxtenant',
    channelId: options.channelId ?? 'ch_sandbox',
    analyticsKey: options.analyticsKey ?? 'eght_analytics',
    analyticsSecret: options.analyticsSecret ?? 'analytics-secret',
  };
  const violations: string[] = [];
  const violate = (violation: string) => {
    violations.push(violation);
    log.error('The 8x8 contract was broken', { violation });
  };
  const behavior: Behavior = { ...defaultBehavior };
  const signer = await Signer.create('sandboxcustomer');
  const state = new State();
  const faults = new Faults();
  let url = '';
  const delivery = new Delivery(
    signer,
    {
      tenant: credentials.tenant,
      firstRetryInMs: options.firstRetryInMs ?? 1_000,
      maxRetryInMs: options.maxRetryInMs ?? 2_000,
      retryForInMs: options.retryForInMs ?? 120_000,
    },
    behavior,
    log,
    violate,
  );
  delivery.url = options.webhookUrl;
  const happenings = new Happenings(delivery, state, behavior, () => url);
  const { analyticsKey: key, analyticsSecret: secret, tenant } = credentials;
  const siblings = new Siblings(state, { key, secret, tenant }, violate);
  const gateway = new ChatGateway(state, happenings, credentials.channelId, behavior, violate);

  const route = (request: ReadRequest): Answer | Promise<Answer> => {
    const [area, version, family, ...rest] = request.segments;
    if (area === 'files') return publicFile(state, request);
    if (area === 'oauth') return siblings.token(request);
    const metrics = request.segments.indexOf('realtime-metrics');
    if (metrics >= 0) return siblings.metrics(request, request.segments.slice(metrics + 1));
    if (area === 'chat-gateway' && version === 'v1' && family === 'jwk') return signingKey(request, signer, behavior, violate);
    const refusal = authenticate(request, credentials, violate);
    if (refusal) return refusal;
    if (area === 'chat-gateway' && version === 'v1' && family === 'conversations') return gateway.handle(request, rest);
    if (area === 'cc' && version === 'v1') return siblings.gatewayStyle(request, request.segments.slice(2));
    violate(`no such operation: ${request.method} ${request.path}`);
    return failures.notFound();
  };
  const handle = async (incoming: IncomingMessage, response: ServerResponse) =>
    write(response, await route(await readRequest(incoming)));

  const served = await serve({
    port: options.port ?? 0,
    faults,
    log,
    handle,
    failed: (response) => write(response, { status: 500, body: { message: 'Internal error', errors: [] } }),
  });
  url = served.url;

  return {
    url,
    credentials,
    env: {
      EIGHT_BY_EIGHT_BASE_URL: url,
      EIGHT_BY_EIGHT_API_KEY: credentials.apiKey,
      EIGHT_BY_EIGHT_TENANT: credentials.tenant,
      EIGHT_BY_EIGHT_CHANNEL_ID: credentials.channelId,
      EIGHT_BY_EIGHT_AVAILABILITY: 'fail-open',
      EIGHT_BY_EIGHT_SCHEDULE_ID: '122',
      EIGHT_BY_EIGHT_STATISTICS: 'gateway',
      EIGHT_BY_EIGHT_ANALYTICS_KEY: credentials.analyticsKey,
      EIGHT_BY_EIGHT_ANALYTICS_SECRET: credentials.analyticsSecret,
    },
    faults,
    violations,
    behavior,
    desk: createDesk(state, happenings, siblings, behavior),
    connectWebhook: (webhookUrl) => {
      delivery.url = webhookUrl;
    },
    testConnection: () => delivery.probe(),
    emit: (conversationId, eventType, data) => happenings.raw(state.find(conversationId), eventType, data),
    setScheduleStatus: (status) => {
      siblings.scheduleStatus = status;
    },
    async sign(body, of = {}) {
      const rawBody = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body), 'utf8');
      const eventId = of.eventId ?? `evt-${randomBytes(9).toString('base64url')}`;
      const common = { eventId, retry: of.retry ?? 0, sentAt: of.sentAt ?? Date.now(), tenant: of.tenant ?? tenant };
      return signer.sign(rawBody, of.isImpostor ? { ...common, key: await signer.impostor() } : common);
    },
    rotateKey: () => signer.rotate(),
    async close() {
      await delivery.close();
      await served.close();
    },
  };
}

function authenticate(
  request: ReadRequest,
  credentials: EightByEightCredentials,
  violate: (text: string) => void,
): Answer | undefined {
  const key = request.headers['x-api-key'];
  if (key === undefined) violate(`${request.method} ${request.path}: the header x-api-key is missing`);
  if (key !== credentials.apiKey) return key === undefined ? failures.frontDoor() : failures.unauthorized();
  const tenant = request.headers['x-8x8-tenant'];
  return tenant === undefined || tenant === credentials.tenant ? undefined : failures.forbidden();
}

function signingKey(request: ReadRequest, signer: Signer, behavior: Behavior, violate: (text: string) => void): Answer {
  if (request.headers['x-api-key'] !== undefined) violate('the API key was sent to the endpoint of the signing keys');
  const [, , , keyId, last] = request.segments;
  const jwk = last === 'public' && request.method === 'GET' ? signer.publicJwk(keyId ?? '') : undefined;
  if (!jwk) return failures.notFound();
  return { status: 200, body: behavior.keyAsText ? JSON.stringify(jwk) : jwk };
}

function publicFile(state: State, request: ReadRequest): Answer {
  const id = request.segments[1] ?? '';
  const found = [...state.conversations.values()].map(({ attachments }) => attachments.get(id)).find(Boolean);
  if (!found || found.signature !== request.query.get('sig')) return failures.notFound();
  const answer = contentOf(found);
  return { ...answer, headers: { ...answer.headers, 'content-type': found.contentType } };
}
