import type { Activity } from 'botbuilder';
import type { Clock } from '../../common/clock';
import { HttpProblem } from './answer';
import { RateLimit } from './rateLimit';

/**
 * Holds each sender to so many activities in a minute. By user and channel: all of them arrive from the channel's own addresses. 429
 * and no 2xx, because what is answered 2xx is promised to be dealt with: the channel tells its user that it did not arrive.
 */
export class SenderRate {
  private readonly rate: RateLimit;

  constructor(perMinute: number, clock: Pick<Clock, 'monotonic'>) {
    this.rate = new RateLimit(perMinute, clock);
  }

  /** Throws `HttpProblem` 429 with the seconds to wait. What ends a conversation is always taken. */
  take({ type, channelId, from, conversation }: Activity): void {
    if (type === 'endOfConversation') return;
    const wait = this.rate.take(JSON.stringify([channelId, from?.id ?? conversation.id]));
    if (wait !== undefined) throw new HttpProblem(429, 'too many messages of one sender', { 'retry-after': String(wait) });
  }
}
