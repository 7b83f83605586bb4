import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddRoute } from './addRoute';
import { answerBytes, HttpProblem } from './answer';
import type { WrongKeys } from './wrongKeys';

export interface MetricsRouteOptions {
  /** What callers must give as bearer token, one of several separated by commas; absent only where nobody but people at this machine can call. */
  key?: string;
  /** Keeps an address from guessing the key. */
  wrongKeys?: WrongKeys;
  /** All metrics in the text format of Prometheus. */
  scrape(): Promise<string>;
}

/** `GET /metrics`, for Prometheus and whatever reads its text format. */
export function addMetricsRoute(add: AddRoute, { key, wrongKeys, scrape }: MetricsRouteOptions): void {
  add('get', '/metrics', async (request, response) => {
    if (key !== undefined) wrongKeys?.check(request);
    if (key !== undefined && !isKey(request.headers.authorization, key)) {
      if (request.headers.authorization !== undefined) wrongKeys?.note(request);
      throw new HttpProblem(401, 'the metrics key is missing or wrong', { 'www-authenticate': 'Bearer' });
    }
    const text = await scrape();
    answerBytes(response, 200, Buffer.from(text), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}

/** Compares digests, so that neither time nor length tells anything about the key. */
function isKey(authorization: string | undefined, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const given = digest(authorization ?? '');
  // All are compared, so that time does not tell which one it was.
  return key
    .split(',')
    .map((one) => timingSafeEqual(given, digest(`Bearer ${one.trim()}`)))
    .includes(true);
}
