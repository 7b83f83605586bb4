import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type HttpClient,
  HttpFailure,
  type HttpFailureCode,
  type HttpRequest,
  type HttpResponse,
} from '../../../../../common/http';
import { type JsonObject, type JsonValue, parseJson } from '../../../../../common/json';
import { type CcaipSettings, settingsSchema } from '../../../../../handoff/providers/ccaip';
import type { HandoffRequest } from '../../../../../handoff/request';

export const never = new AbortController().signal;

export function settingsWith(overrides: Record<string, string> = {}): CcaipSettings {
  return settingsSchema.parse({
    CCAIP_URL: 'https://customer.uc1.ccaip.test',
    CCAIP_API_TOKEN: 'api-token',
    CCAIP_WEBHOOK_SECRET: 'first-secret',
    ...overrides,
  });
}

export function payload(name: string): JsonValue {
  const file = path.join(__dirname, '../../../../fixtures/ccaip', `${name}.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { payload: JsonValue }).payload;
}

export function request(overrides: Partial<HandoffRequest> = {}): HandoffRequest {
  return {
    id: 'handoff-1',
    target: { menuId: 7, menuType: 'web_menu' },
    skill: 'cards',
    topic: 'Card was swallowed',
    language: 'en-US',
    customer: { id: 'user-1', name: 'Ada Example', email: 'ada@example.com', phone: '+15550100', isAuthenticated: false },
    fields: { 'Card type': 'Debit' },
    chatActivityId: '6f6d9c1e-0000-4000-8000-000000000001',
    channel: 'webchat',
    transcript: [
      { at: '2026-05-04T10:14:00.000Z', from: 'customer', text: 'The machine kept my card' },
      {
        at: '2026-05-04T10:14:02.000Z',
        from: 'bot',
        text: 'This may help:',
        articles: [{ number: 'KA-01024', title: 'Card swallowed by a cash machine' }],
      },
    ],
    requestedAt: '2026-05-04T10:15:00.000Z',
    ...overrides,
  };
}

export interface Reply {
  status?: number;
  json?: JsonValue;
  text?: string;
  headers?: Record<string, string>;
  failure?: HttpFailureCode;
}

/** Answers by a function and keeps what it was asked. */
export function fakeHttp(answer: (request: HttpRequest) => Reply): HttpClient & { requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const client = async (call: HttpRequest): Promise<HttpResponse> => {
    requests.push(call);
    const reply = answer(call);
    if (reply.failure) throw new HttpFailure(reply.failure);
    const text = reply.text ?? (reply.json === undefined ? '' : JSON.stringify(reply.json));
    return { status: reply.status ?? 200, headers: reply.headers ?? {}, bytes: Buffer.from(text), text, json: parseJson(text) };
  };
  return Object.assign(client, { requests });
}

export type { JsonObject };
