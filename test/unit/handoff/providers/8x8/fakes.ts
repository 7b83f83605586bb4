import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../../../../common/clock';
import {
  type HttpClient,
  HttpFailure,
  type HttpFailureCode,
  type HttpRequest,
  type HttpResponse,
} from '../../../../../common/http';
import { type JsonObject, type JsonValue, parseJson } from '../../../../../common/json';
import { type EightByEightSettings, settingsSchema } from '../../../../../handoff/providers/8x8';

export const never = new AbortController().signal;

export function settingsWith(overrides: Record<string, string> = {}): EightByEightSettings {
  return settingsSchema.parse({
    EIGHT_BY_EIGHT_API_KEY: 'eght_key',
    EIGHT_BY_EIGHT_TENANT: 'acmetenant',
    EIGHT_BY_EIGHT_CHANNEL_ID: 'ch_Zx81',
    EIGHT_BY_EIGHT_WEBHOOK_SECRET: 'a-path-nobody-guesses',
    EIGHT_BY_EIGHT_BASE_URL: 'https://8x8.test',
    ...overrides,
  });
}

export function fixture(name: string): JsonObject {
  const file = path.join(__dirname, '../../../../fixtures/8x8', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
}

export function payload(name: string): JsonObject {
  return fixture(name)['payload'] as JsonObject;
}

/** Time that passes only when told to. */
export class FakeClock implements Clock {
  time = Date.parse('2026-05-04T10:15:30.000Z');
  now(): number {
    return this.time;
  }
  monotonic(): number {
    return this.time;
  }
  private timers: { at: number; callback: () => void }[] = [];
  schedule(delayInMs: number, callback: () => void): () => void {
    const timer = { at: this.time + delayInMs, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }
  pass(milliseconds: number): void {
    this.time += milliseconds;
    const due = this.timers.filter(({ at }) => at <= this.time);
    this.timers = this.timers.filter(({ at }) => at > this.time);
    for (const { callback } of due) callback();
  }
}

export interface Reply {
  status?: number;
  json?: JsonValue;
  text?: string;
  bytes?: Buffer;
  headers?: Record<string, string>;
  failure?: HttpFailureCode;
}

/** Answers by a function and keeps what it was asked. */
export function fakeHttp(answer: (request: HttpRequest) => Reply | Promise<Reply>): HttpClient & { requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const client = async (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request);
    const reply = await answer(request);
    if (reply.failure) throw new HttpFailure(reply.failure);
    const text = reply.text ?? (reply.json === undefined ? '' : JSON.stringify(reply.json));
    const bytes = reply.bytes ?? Buffer.from(text);
    return { status: reply.status ?? 200, headers: reply.headers ?? {}, bytes, text, json: parseJson(text) };
  };
  return Object.assign(client, { requests });
}
