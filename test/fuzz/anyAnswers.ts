import fc, { type Arbitrary } from 'fast-check';
import type { Clock } from '../../common/clock';
import { type HttpClient, HttpFailure, type HttpResponse } from '../../common/http';
import type { JsonValue } from '../../common/json';
import { damaged, headersOf, hostileText } from './inputs';

/** What a server may answer at all: any status and headers, JSON like the samples or damaged, other text, or no answer. */
export function anyAnswers(samples: readonly JsonValue[]): Arbitrary<(HttpResponse | undefined)[]> {
  const status = fc.oneof(
    { arbitrary: fc.constantFrom(200, 201, 204), weight: 6 },
    { arbitrary: fc.constantFrom(301, 400, 401, 403, 404, 409, 412, 417, 422, 429, 500, 503), weight: 2 },
    { arbitrary: fc.integer({ min: 100, max: 599 }), weight: 1 },
  );
  const body = fc.oneof(
    { arbitrary: damaged(samples).map((json) => JSON.stringify(json)), weight: 5 },
    { arbitrary: hostileText, weight: 1 },
  );
  const headers = headersOf('retry-after', 'content-type', 'location', 'x-total-pages', 'content-disposition', 'link', 'etag');
  const answer = fc.tuple(status, headers, body).map(([code, given, text]) => answerOf(code, given, text));
  return fc.array(fc.oneof({ arbitrary: answer, weight: 8 }, { arbitrary: fc.constant(undefined), weight: 1 }), { maxLength: 6 });
}

function answerOf(status: number, given: Record<string, string | undefined>, text: string): HttpResponse {
  const headers = Object.fromEntries(Object.entries(given).filter((one): one is [string, string] => one[1] !== undefined));
  let json: JsonValue | undefined;
  try {
    json = JSON.parse(text) as JsonValue;
  } catch {
    // Text that is no JSON is an answer as well.
    json = undefined;
  }
  return { status, headers, text, json, bytes: Buffer.from(text) };
}

/** Gives these answers in turn, and no more when they are used up. */
export function answering(answers: readonly (HttpResponse | undefined)[]): HttpClient {
  let next = 0;
  return async () => {
    const answer = answers[next++];
    if (!answer) throw new HttpFailure(next % 2 === 0 ? 'refused' : 'network');
    return answer;
  };
}

/** A clock on which whoever waits has waited already. */
export function hastyClock(): Clock {
  let now = 1_767_603_600_000;
  return {
    now: () => now,
    monotonic: () => now,
    schedule: (delayInMs, callback) => {
      const soon = setImmediate(() => {
        now += delayInMs;
        callback();
      });
      return () => clearImmediate(soon);
    },
  };
}
