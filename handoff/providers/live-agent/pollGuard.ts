import { isoTime } from '../../../common/clock';
import type { LiveAgentSession } from './session';

const rememberedAnswers = 20_000;

/**
 * Makes sure that a chat is never polled twice at a time in this process, because a second poll ends the chat; and
 * remembers when an answer was first seen, so that the same answer polled again brings events with the same times.
 */
export class PollGuard {
  private readonly current = new Map<string, Promise<void>>();
  private readonly received = new Map<string, { answer: string; at: string }>();

  constructor(private readonly now: () => number) {}

  /**
   * Resolves with the release once whoever listened to the chat before has stopped, or when the signal aborts (then there is
   * nothing to be done but to release).
   */
  async enter(sessionId: string, signal: AbortSignal): Promise<() => void> {
    const before = this.current.get(sessionId);
    let release: () => void = () => undefined;
    const own = new Promise<void>((resolve) => {
      release = resolve;
    });
    const mine = before === undefined ? own : before.then(() => own);
    this.current.set(sessionId, mine);
    void mine.then(() => {
      if (this.current.get(sessionId) === mine) this.current.delete(sessionId);
    });
    if (before !== undefined) await overOrAborted(before, signal);
    return release;
  }

  receivedAt(session: LiveAgentSession, sequence: number): string {
    const answer = `${session.epoch}:${sequence}`;
    const known = this.received.get(session.id);
    if (known?.answer === answer) return known.at;
    const at = isoTime(this.now());
    this.received.delete(session.id);
    this.received.set(session.id, { answer, at });
    if (this.received.size > rememberedAnswers) {
      const oldest = this.received.keys().next();
      if (!oldest.done) this.received.delete(oldest.value);
    }
    return at;
  }

  forget(sessionId: string): void {
    this.received.delete(sessionId);
  }
}

async function overOrAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const finish = () => {
      signal.removeEventListener('abort', finish);
      resolve();
    };
    signal.addEventListener('abort', finish, { once: true });
    void promise.then(finish);
  });
}
