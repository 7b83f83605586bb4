import type { Clock } from '../../../common/clock';
import { failure } from './errors';

/** The desk takes 22 messages a minute per conversation; a little room for those whose outcome was lost. */
const mostInWindow = 20;
const windowInMs = 60_000;
const rememberedConversations = 20_000;

/**
 * Keeps each conversation below the desk's limit. Only a refinement: what it knows may be lost with the process, and then
 * the desk's own 429 does the same.
 */
export class SendWindow {
  private readonly sent = new Map<string, number[]>();

  constructor(private readonly clock: Clock) {}

  /**
   * Counts a message that is about to be sent. Throws a retriable `rejected` that says when there is room again: not
   * `rateLimited`, because the other conversations need not wait.
   */
  take(conversationId: string): void {
    const now = this.clock.monotonic();
    const recent = (this.sent.get(conversationId) ?? []).filter((at) => at > now - windowInMs);
    const oldest = recent[0];
    if (recent.length >= mostInWindow && oldest !== undefined) {
      const retryAfterInMs = Math.ceil(oldest + windowInMs - now);
      throw failure({ code: 'rejected', retriable: true, delivered: 'no', retryAfterInMs, detail: 'messages a minute' });
    }
    this.sent.delete(conversationId);
    this.sent.set(conversationId, [...recent, now]);
    if (this.sent.size > rememberedConversations) {
      const first = this.sent.keys().next();
      if (!first.done) this.sent.delete(first.value);
    }
  }

  /** The conversation is over. */
  forget(conversationId: string): void {
    this.sent.delete(conversationId);
  }
}
