import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseRetryAfter } from '../../common/backoff';
import type { HttpRequest } from '../../common/http';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import type { HandoffCapabilities } from '../../handoff/capabilities';
import { HandoffError, WebhookRejected } from '../../handoff/errors';
import type { HandoffEvent } from '../../handoff/events';
import type { HandoffProvider, ProviderDependencies, WebhookRequest, WebhookResult } from '../../handoff/provider';
import type { HandoffRequest, TranscriptEntry } from '../../handoff/request';
import { fromTransport } from '../../handoff/transportError';

const provider = 'tin-can';

/** What the desk can do. Claim nothing that the suite has not seen. */
export const capabilities: HandoffCapabilities = {
  mode: 'relay',
  typingToAgent: false,
  typingToCustomer: false,
  filesToAgent: 'link',
  filesToCustomer: false,
  cardsToCustomer: false,
  queuePosition: false,
  estimatedWait: false,
  availability: false,
  transcript: 'history',
  acceptsWhileQueued: true,
  deduplicatesMessages: true,
  agentLeftGraceInMs: 0,
};

export interface TinCanSettings {
  url: string;
  key: string;
  /** Newest first; events signed with any of them are taken. */
  webhookSecrets: string[];
}

/** Everything a call about this chat needs, as plain JSON: it is stored, and another process goes on with it. */
export type TinCanSession = { chatId: string };

export function createTinCanProvider(settings: TinCanSettings, deps: ProviderDependencies): HandoffProvider<TinCanSession> {
  /** One exchange. Every failure becomes one `HandoffError` that says whether it may have had an effect. */
  async function call(
    method: HttpRequest['method'],
    path: string,
    body: JsonObject | undefined,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const headers = { authorization: `Bearer ${settings.key}`, 'content-type': 'application/json' };
    const exchange = {
      method,
      url: settings.url + path,
      headers,
      ...(body && { body: JSON.stringify(body) }),
      timeoutInMs: 10_000,
      signal,
    };
    const response = await deps.http(exchange).catch((error: unknown) => {
      throw fromTransport(provider, error);
    });
    if (response.status < 300) return isJsonObject(response.json) ? response.json : {};
    throw failureOf(response.status, parseRetryAfter(response.headers['retry-after'], deps.clock.now()));
  }

  return {
    name: provider,
    capabilities,
    inbound: { kind: 'webhook', receive: async (request) => receive(request, settings.webhookSecrets, deps.clock.now()) },

    parseTarget(target) {
      const { queue, ...unknown } = target;
      if (typeof queue !== 'string' || queue.trim() === '') throw new Error('target.queue must be the name of a queue');
      if (Object.keys(unknown).length > 0) throw new Error(`target has no ${Object.keys(unknown).join(', ')}`);
      return { queue: queue.trim() };
    },

    async open(request, signal) {
      const { id: chatId } = await call('POST', '/chats', chatOf(request), signal);
      if (typeof chatId !== 'string')
        throw new HandoffError({ provider, code: 'outage', retriable: true, delivered: 'unknown', detail: 'no id' });
      return { session: { chatId }, sessionKey: chatId };
    },

    async send({ chatId }, message, _reservation, signal) {
      // The desk takes no uploads: a link of ours is opened without our keys.
      const links = message.files.map((file) => `${file.name}: ${deps.linkFile(file)}`);
      const text = [message.text, ...links].filter((part) => part !== '').join('\n');
      // The desk drops a second message with the same id: a repeat after a crash does no harm.
      await call('POST', `/chats/${chatId}/messages`, { id: message.id, text }, signal);
      return {};
    },

    async close({ chatId }, _reason, signal) {
      await call('DELETE', `/chats/${chatId}`, undefined, signal).catch((error: unknown) => {
        // Over is what we want.
        if (!(error instanceof HandoffError) || error.code !== 'sessionEnded') throw error;
      });
    },
  };
}

function failureOf(status: number, retryAfterInMs: number | undefined): HandoffError {
  const detail = `HTTP ${status}`;
  const wait = retryAfterInMs === undefined ? {} : { retryAfterInMs };
  if (status === 401) return new HandoffError({ provider, code: 'unauthorized', retriable: false, delivered: 'no', detail });
  if (status === 410) return new HandoffError({ provider, code: 'sessionEnded', retriable: false, delivered: 'no', detail });
  if (status === 429)
    return new HandoffError({ provider, code: 'rateLimited', retriable: true, delivered: 'no', detail, ...wait });
  if (status >= 500) return new HandoffError({ provider, code: 'outage', retriable: true, delivered: 'unknown', detail });
  return new HandoffError({ provider, code: 'invalid', retriable: false, delivered: 'no', detail });
}

function chatOf({ id, target, topic, customer, fields, chatActivityId, transcript }: HandoffRequest): JsonObject {
  const { name = '', email = '', phone = '' } = customer;
  const details: Record<string, string> = { email, phone, ...fields, ...(chatActivityId && { chatActivityId }) };
  return { correlation: id, queue: target['queue'] ?? '', topic, customer: name, details, past: transcript.map(wordsOf) };
}

function wordsOf({ from, text, at, articles = [], files = [] }: TranscriptEntry): JsonObject {
  const lines = [text, ...articles.map(({ number, title }) => `[${number}] ${title}`), ...files.map(({ name }) => name)];
  return { from, at, text: lines.filter((line) => line !== '').join('\n') };
}

/** Verifies the raw bytes, then reads them. What is thrown tells the desk's people what is wrong with the call. */
function receive(request: WebhookRequest, secrets: readonly string[], nowInMs: number): WebhookResult {
  if (request.path !== '/events') throw new WebhookRejected(404, 'events go to /events');
  if (request.method !== 'POST') throw new WebhookRejected(405, 'only POST');
  const { 'x-sent-at': sentAt = '', 'x-signature': signature = '' } = request.headers;
  if (!secrets.some((secret) => isSignedBy(secret, sentAt, request.rawBody, signature)))
    throw new WebhookRejected(401, 'the signature does not hold');
  if (!(Math.abs(nowInMs - Number(sentAt)) < 300_000)) throw new WebhookRejected(401, 'the event is stale');
  const body = parseJson(request.rawBody.toString('utf8'));
  if (!isJsonObject(body)) throw new WebhookRejected(400, 'the body is no JSON object');
  const { eventId, chat, correlation, at } = body;
  if (typeof eventId !== 'string' || typeof chat !== 'string' || typeof at !== 'string')
    throw new WebhookRejected(400, 'eventId, chat or at is missing');
  const event = toEvent(body, { eventId, at });
  const inbound = event && { sessionKey: chat, ...(typeof correlation === 'string' && { handoffId: correlation }), event };
  return { events: inbound ? [inbound] : [], response: { status: 204 } };
}

function isSignedBy(secret: string, sentAt: string, rawBody: Buffer, signature: string): boolean {
  const wanted = createHmac('sha256', secret).update(`${sentAt}.`).update(rawBody).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** An event of the desk in our words; undefined for those that mean nothing to a customer. */
function toEvent(body: JsonObject, stamp: { eventId: string; at: string }): HandoffEvent | undefined {
  const agent = typeof body['agent'] === 'string' ? { agentName: body['agent'] } : {};
  const text = typeof body['text'] === 'string' ? body['text'] : '';
  switch (body['event']) {
    case 'joined':
      return { ...stamp, kind: 'agentJoined', ...agent };
    case 'said':
      return { ...stamp, kind: 'agentMessage', text, attachments: [], cards: [], ...agent };
    case 'passed':
      return { ...stamp, kind: 'transferred', ...(text !== '' && { to: text }) };
    case 'declined':
      return { ...stamp, kind: 'failed', reason: 'noAgentAvailable' };
    case 'ended':
      return { ...stamp, kind: 'ended', by: 'agent' };
    default:
      return undefined;
  }
}
