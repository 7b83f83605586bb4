import type { ResourceResponse } from 'botbuilder';
import { backoffInMs } from '../../common/backoff';
import { type Clock, sleep } from '../../common/clock';
import { ConnectorError } from './leanConnector';

/** What a channel did not take and wants again later: too much at once, or (Teams) something else changes the conversation. */
const laterStatuses: ReadonlySet<number | undefined> = new Set([412, 429]);
const mostAttempts = 4;

/** How long a turn may still wait, over all that it sends. */
export class Patience {
  /** Teams gives up on a turn after 15 s, and the customer's next message waits for this one. */
  private leftInMs = 6_000;

  /** Takes a pause from what is left; false when that is not enough. */
  take(pauseInMs: number): boolean {
    if (pauseInMs > this.leftInMs) return false;
    this.leftInMs -= pauseInMs;
    return true;
  }
}

/**
 * Sends an answer within a customer's turn, which nobody would bring again: a refusal that only asks for time is waited out, as long as
 * the turn has patience. Everything else, also what may have arrived, is thrown at once. Throws `ConnectorError`.
 */
export async function sendPatiently(
  send: () => Promise<ResourceResponse[]>,
  clock: Clock,
  patience: Patience,
): Promise<ResourceResponse[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ConnectorError) || !laterStatuses.has(error.status) || attempt >= mostAttempts) throw error;
      const pause = backoffInMs(attempt, { firstInMs: 500, maxInMs: 2_000 }, error.retryAfterInMs);
      if (!patience.take(pause)) throw error;
      await sleep(clock, pause);
    }
  }
}
