import { backoffInMs } from '../../../common/backoff';
import { type Clock, sleep } from '../../../common/clock';
import { KeyedQueue } from '../../../common/keyedQueue';
import type { Log } from '../../../common/log';
import { ConnectorError } from '../../adapter/leanConnector';
import { Budget } from './budget';
import type { Sessions } from './session';
import type { Transport } from './transport';
import type { WireActivity } from './wire';

const attempts = 3;
/** Too fast, and away for a moment. */
const passing = new Set([429, 503]);
const backoff = { firstInMs: 300, maxInMs: 2_000 };
/** A longer pause than this is for whoever retries durably. */
const longestPauseInMs = 5_000;

export interface SenderOptions {
  sessions: Sessions;
  api: Transport | undefined;
  directLine: Transport | undefined;
  clock: Clock;
  log: Log;
}

/**
 * What goes out to mluvii, in order per session and no faster than it may. A call that surely had no effect is repeated a few
 * times in here; what may have had one is the caller's to decide. In a session that is not ours nothing is written.
 */
export class Sender {
  private readonly queue = new KeyedQueue();
  private readonly budget: Budget;
  private readonly typingShown = new Set<string>();

  constructor(private readonly options: SenderOptions) {
    this.budget = new Budget(options.clock);
  }

  /**
   * Sends one after the other; resolves when mluvii took all of them, with whether the session was ours at all. Throws
   * `ConnectorError` at the first that it did not take.
   */
  say(sessionId: string, activities: WireActivity[]): Promise<boolean> {
    return this.queue.run(sessionId, async () => {
      for (const activity of this.withTypingEnded(sessionId, activities)) {
        if (!(await this.one(sessionId, activity, ['bot']))) return false;
      }
      return true;
    });
  }

  /** The same for one command, also while the session is being given away; false when it is not ours any more. */
  command(sessionId: string, activity: WireActivity): Promise<boolean> {
    return this.queue.run(sessionId, () => this.one(sessionId, activity, ['bot', 'leaving']));
  }

  /** A shown "is typing" stays until it is taken away. */
  private withTypingEnded(sessionId: string, activities: WireActivity[]): WireActivity[] {
    return activities.flatMap((activity) => {
      const isTyping = activity['activity'] === 'Typing';
      if (isTyping) {
        if (activity['show'] === true) this.typingShown.add(sessionId);
        else this.typingShown.delete(sessionId);
        return [activity];
      }
      return this.typingShown.delete(sessionId) ? [{ activity: 'Typing' as const, show: false }, activity] : [activity];
    });
  }

  private async one(sessionId: string, activity: WireActivity, allowed: string[]): Promise<boolean> {
    const { sessions, clock, log } = this.options;
    for (let attempt = 1; ; attempt += 1) {
      const session = await sessions.get(sessionId);
      if (!allowed.includes(session.state)) {
        log.info('nothing is written in a session that is not ours', { session: sessionId, state: session.state });
        return false;
      }
      const transport = session.reference ? this.options.directLine : this.options.api;
      if (!transport) throw new ConnectorError(404, 'channelNotConfigured', 'no');
      await sleep(clock, this.budget.take(sessionId));
      try {
        await transport.send(sessionId, session, activity);
        return true;
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        if (await this.isGone(sessionId, error)) throw error;
        const pauseInMs = backoffInMs(attempt, backoff, error.retryAfterInMs);
        const mayRepeat = error.delivered === 'no' && (error.status === undefined || passing.has(error.status));
        if (!mayRepeat || attempt >= attempts || pauseInMs > longestPauseInMs) throw error;
        log.warn('an activity is sent again', { session: sessionId, code: error.code, status: error.status ?? null, attempt });
        await sleep(clock, pauseInMs);
      }
    }
  }

  /** Not found and not understood both mean that the session is over or somebody else's: until it speaks again we are silent. */
  private async isGone(sessionId: string, error: ConnectorError): Promise<boolean> {
    if (error.status !== 400 && error.status !== 404) return false;
    await this.options.sessions.change(sessionId, (session) =>
      session.state === 'bot' ? { ...session, state: 'ended' } : undefined,
    );
    return true;
  }
}
