import { backoffInMs } from '../../common/backoff';
import { type Clock, sleep } from '../../common/clock';
import { type HttpClient, HttpFailure } from '../../common/http';
import type { JsonObject } from '../../common/json';
import { KeyedQueue } from '../../common/keyedQueue';
import type { Log } from '../../common/log';
import { DirectLineError } from './exchange';

export interface DeliveryOptions {
  /** The bot's messaging endpoint. */
  botUrl: string;
  http: HttpClient;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

const turnTimeoutInMs = 15_000;
const pauses = { firstInMs: 200, maxInMs: 2_000 };

/** Brings activities to the bot, in order within a conversation, patiently while the bot restarts. */
export class Delivery {
  private readonly queue = new KeyedQueue();

  constructor(private readonly options: DeliveryOptions) {}

  /**
   * Resolves when the bot took the activity. Tries again while nothing answers or the bot says 502, 503 or 504, with
   * the same activity id; gives up `withinInMs` after this call. Throws `DirectLineError` 502.
   */
  deliver(conversationId: string, activity: JsonObject, withinInMs: number): Promise<void> {
    const giveUpAt = this.options.clock.monotonic() + withinInMs;
    return this.queue.run(conversationId, () => this.attempt(activity, giveUpAt));
  }

  private async attempt(activity: JsonObject, giveUpAt: number): Promise<void> {
    const { botUrl, clock, http, log, signal } = this.options;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await http({
        method: 'POST',
        url: botUrl,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(activity),
        timeoutInMs: turnTimeoutInMs,
        signal,
      }).catch((error: unknown) => {
        if (error instanceof HttpFailure) return error;
        throw error;
      });
      const isFailure = outcome instanceof HttpFailure;
      if (!isFailure && outcome.status < 300) return;
      const mayPass = isFailure
        ? outcome.code === 'refused' || outcome.code === 'network'
        : [502, 503, 504].includes(outcome.status);
      const pause = backoffInMs(attempt, pauses);
      if (!mayPass || clock.monotonic() + pause >= giveUpAt || !(await sleep(clock, pause, signal))) {
        log.warn('the bot did not take an activity', { attempts: attempt, code: isFailure ? outcome.code : outcome.status });
        throw new DirectLineError(502, 'BotError', isFailure ? 'The bot is not available.' : 'The bot returned an error.');
      }
    }
  }
}
