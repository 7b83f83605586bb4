import type { HttpResponse } from '../../../../../common/http';
import { parseJson } from '../../../../../common/json';
import { toHandoffError } from '../../../../../handoff/providers/8x8/errors';
import { fixture } from './fakes';

const cases = fixture('errors')['cases'] as { name: string; status: number; body: unknown; code: string; detail: string }[];

function response(status: number, text: string, headers: Record<string, string> = {}): HttpResponse {
  return { status, text, headers, bytes: Buffer.from(text), json: parseJson(text) };
}

describe('a failure of the vendor', () => {
  it.each(cases)('$name is $code', ({ status, body, code, detail }) => {
    const error = toHandoffError(response(status, JSON.stringify(body)), 'conversation', 0);
    expect(error).toMatchObject({ provider: '8x8', code, detail });
  });

  it.each([
    [400, 'other', { code: 'invalid', retriable: false, delivered: 'no' }],
    [404, 'conversation', { code: 'sessionEnded', retriable: false, delivered: 'no' }],
    [404, 'other', { code: 'invalid', retriable: false, delivered: 'no' }],
    [302, 'other', { code: 'invalid', retriable: false, delivered: 'no' }],
    [408, 'other', { code: 'timedOut', retriable: true, delivered: 'unknown' }],
    [409, 'other', { code: 'rejected', retriable: false, delivered: 'no' }],
    [413, 'other', { code: 'rejected', retriable: false, delivered: 'no' }],
    [415, 'other', { code: 'rejected', retriable: false, delivered: 'no' }],
    [429, 'other', { code: 'rateLimited', retriable: true, delivered: 'no' }],
    [500, 'other', { code: 'outage', retriable: true, delivered: 'unknown' }],
    [502, 'other', { code: 'outage', retriable: true, delivered: 'unknown' }],
    [503, 'other', { code: 'outage', retriable: true, delivered: 'no' }],
    [504, 'other', { code: 'outage', retriable: true, delivered: 'unknown' }],
  ] as const)('%i of a %s means %j', (status, resource, expected) => {
    for (const text of ['', 'plain words', '<html></html>', 'null', '[]', '"text"', '{"errors":7}', '{"errors":[null,[1]]}'])
      expect(toHandoffError(response(status, text), resource, 0)).toMatchObject(expected);
  });

  it('says how long to wait, in seconds or as a date', () => {
    const now = Date.parse('2026-05-04T10:00:00Z');
    expect(toHandoffError(response(429, '', { 'retry-after': '7' }), 'other', now).retryAfterInMs).toBe(7_000);
    const date = 'Mon, 04 May 2026 10:00:09 GMT';
    expect(toHandoffError(response(503, '', { 'retry-after': date }), 'other', now).retryAfterInMs).toBe(9_000);
    expect(toHandoffError(response(429, ''), 'other', now).retryAfterInMs).toBeUndefined();
  });

  it('never quotes a sentence', () => {
    const body = { message: 'Ada said no', code: 'Ada said', referenceId: 'x y', errors: [{ code: 'Ada, she', message: 'Ada' }] };
    expect(String(toHandoffError(response(400, JSON.stringify(body)), 'other', 0))).not.toContain('Ada');
  });
});
