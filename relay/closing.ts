import { backoffInMs } from '../common/backoff';
import { HandoffError } from '../handoff/errors';
import type { LinkActor } from './actor';
import { isFinished } from './steps';
import { retrying } from './watching';

/** Closes sessions at their desks, so that no agent sits before a chat that is over. */
export class ClosingSessions {
  private failures = 0;

  constructor(private readonly actor: LinkActor) {}

  async run(): Promise<number | undefined> {
    const { actor } = this;
    for (;;) {
      const closing = actor.link.data.closings[0];
      if (!closing) return undefined;
      const provider = actor.deps.registry.find(closing.provider);
      try {
        actor.assertLease();
        if (provider)
          await actor.deps.desks.call(provider.name, 'close', () =>
            provider.close(closing.session, closing.reason, actor.callSignal()),
          );
      } catch (error) {
        if (!(error instanceof HandoffError)) throw error;
        if (actor.signal.aborted) return undefined;
        this.failures += 1;
        actor.log.warn('closing at desk failed', { provider: closing.provider, code: error.code, attempt: this.failures });
        const isOver = error.code === 'sessionEnded' || !error.retriable || this.failures >= actor.deps.options.maxCloseAttempts;
        if (!isOver) return retrying('close', backoffInMs(this.failures, actor.deps.options.closeBackoff, error.retryAfterInMs));
      }
      this.failures = 0;
      await actor.mutate((link) => {
        const data = { ...link.data, closings: link.data.closings.slice(1) };
        return { data, isFinished: isFinished(data) };
      });
    }
  }
}
