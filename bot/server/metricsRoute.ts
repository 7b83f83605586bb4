import { createHash, timingSafeEqual } from 'node:crypto';
import { answerBytes, HttpProblem } from './answer';
import type { AddRoute } from './createServer';

export interface MetricsRouteOptions {
  /** What callers must give as bearer token; absent only where nobody but people at this machine can call. */
  key?: string;
  /** All metrics in the text format of Prometheus. */
  scrape(): Promise<string>;
}

/** `GET /metrics`, for Prometheus and whatever reads its text format. */
export function addMetricsRoute(add: AddRoute, { key, scrape }: MetricsRouteOptions): void {
  add('get', '/metrics', async (request, response) => {
    if (key !== undefined && !isKey(request.headers.authorization, key)) {
      throw new HttpProblem(401, 'the metrics key is missing or wrong', { 'www-authenticate': 'Bearer' });
    }
    const text = await scrape();
    answerBytes(response, 200, Buffer.from(text), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}

/** Compares digests, so that neither time nor length tells anything about the key. */
function isKey(authorization: string | undefined, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${key}`));
}
