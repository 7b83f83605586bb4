import type { HttpRequest, HttpResponse } from '../../../../../common/http';
import type { JsonObject, JsonValue } from '../../../../../common/json';
import { silentLog } from '../../../../../common/log';
import type { HandoffProvider, WebhookRequest, WebhookResult } from '../../../../../handoff/provider';
import { createMluviiProvider, type MluviiSession, settingsSchema } from '../../../../../handoff/providers/mluvii';
import type { HandoffRequest } from '../../../../../handoff/request';
import { MemoryKept } from '../../../../contract/provider/memoryKept';
import { FakeClock } from '../../../../support/fakeClock';

export const never = new AbortController().signal;
const password = 'a-password-long-enough';

export function settingsWith(overrides: Record<string, string> = {}) {
  return settingsSchema.parse({ MLUVII_WEBHOOK_USER: 'mluvii', MLUVII_WEBHOOK_PASSWORD: password, ...overrides });
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  json?: JsonValue;
}

export interface Rig {
  provider: HandoffProvider<MluviiSession>;
  kept: MemoryKept;
  clock: FakeClock;
  /** Calls made, oldest first. */
  requests: HttpRequest[];
  /** Activities posted to the channel, in order. */
  activities(): JsonObject[];
  receive(path: string, body: JsonValue, headers?: WebhookRequest['headers']): Promise<WebhookResult>;
}

/** A provider whose calls are answered by a function; the channel is registered unless told otherwise. */
export async function createRig(
  overrides: Record<string, string> = {},
  answer: (request: HttpRequest) => Answer = () => ({ status: 204 }),
  kept = new MemoryKept(),
): Promise<Rig> {
  const requests: HttpRequest[] = [];
  const clock = new FakeClock();
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request);
    const { status, headers = {}, json } = answer(request);
    const text = json === undefined ? '' : JSON.stringify(json);
    return { status, headers, json, text, bytes: Buffer.from(text) };
  };
  const provider = createMluviiProvider(settingsWith(overrides), {
    http,
    clock,
    log: silentLog,
    kept,
    readFile: () => Promise.reject(new Error('no file is read here')),
    linkFile: ({ name }) => `https://bot.example/files/${name}`,
  });
  const basic = `Basic ${Buffer.from(`mluvii:${password}`).toString('base64')}`;
  return {
    provider,
    kept,
    clock,
    requests,
    activities: () =>
      requests.flatMap(({ body }) => (JSON.parse(String(body)) as { activities?: JsonObject[] }).activities ?? []),
    receive(path, body, headers = { authorization: basic }) {
      if (provider.inbound.kind !== 'webhook') throw new Error('webhooks are expected');
      const rawBody = Buffer.from(JSON.stringify(body));
      return provider.inbound.receive({ method: 'POST', path, query: {}, headers, rawBody }, never);
    },
  };
}

export const registration = { url: 'https://app.mluvii.com/generic/1', headers: { 'X-Key': 'abc' } };

export async function registeredRig(...of: Parameters<typeof createRig>): Promise<Rig> {
  const rig = await createRig(...of);
  await rig.receive('/registration', registration);
  return rig;
}

export function handoff(overrides: Partial<HandoffRequest> = {}): HandoffRequest {
  return {
    id: 'h1',
    target: {},
    skill: 'cards',
    topic: 'Card was swallowed',
    language: 'en-US',
    customer: { id: 'u', name: 'Ada Example', isAuthenticated: true },
    fields: {},
    channel: 'webchat',
    transcript: [],
    requestedAt: '2026-01-05T08:59:00.000Z',
    ...overrides,
  };
}
