import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'restify';
import { isJsonObject } from '../../common/json';
import type { Log } from '../../common/log';
import type { Relay } from '../../relay/relay';
import { answerJson, HttpProblem } from './answer';
import type { AddRoute } from './createServer';
import { readJsonBody } from './readBody';

const listed = 500;

export interface OperatorRoutesOptions {
  /** What callers must give as bearer token. */
  key: string;
  relay: Pick<Relay, 'deadLetters' | 'retry'>;
  log: Log;
}

/**
 * What an operator can do over HTTP, with the operator's key: `GET /operator/dead-letters` lists messages that were given
 * up (no text in it), `POST /operator/dead-letters/retry` with `{linkId, direction, messageId}` sends one again.
 */
export function addOperatorRoutes(add: AddRoute, { key, relay, log }: OperatorRoutesOptions): void {
  const check = (request: Request) => {
    if (!isKey(request.headers.authorization, key)) throw new HttpProblem(401, 'the operator key is missing or wrong');
  };
  add('get', '/operator/dead-letters', async (request, response) => {
    check(request);
    answerJson(response, 200, { deadLetters: await relay.deadLetters(listed) });
  });
  add('post', '/operator/dead-letters/retry', async (request, response) => {
    check(request);
    const body = await readJsonBody(request, 4 * 1024);
    const { linkId, direction, messageId } = isJsonObject(body) ? body : {};
    if (typeof linkId !== 'string' || typeof messageId !== 'string' || (direction !== 'toDesk' && direction !== 'toCustomer')) {
      throw new HttpProblem(400, 'give linkId, messageId and direction (toDesk or toCustomer), as in the list');
    }
    const outcome = await relay.retry(linkId, direction, messageId);
    log.info('operator sent a dead letter again', { link: linkId, direction, outcome });
    answerJson(response, outcome === 'pending' ? 202 : outcome === 'closed' ? 409 : 404, { outcome });
  });
}

/** Compares digests, so that neither time nor length tells anything about the key. */
function isKey(authorization: string | undefined, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${key}`));
}
