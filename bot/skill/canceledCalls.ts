import type { Clock } from '../../common/clock';
import type { DocumentStore } from '../../store/store';

/**
 * Conversations that the other bot has ended: nothing of them can be delivered any more, and it would answer each attempt with
 * a failure. Kept in the store, because the handoff that is wound up may be another process's.
 */
export class CanceledCalls {
  constructor(
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
  ) {}

  /** Resolves when it is written down. Twice is fine. */
  async note(conversationKey: string): Promise<void> {
    const now = this.clock.now();
    await this.documents.write(new Map([[keyOf(conversationKey), { value: { at: now } }]]), now);
  }

  async has(conversationKey: string): Promise<boolean> {
    const key = keyOf(conversationKey);
    return (await this.documents.read([key])).has(key);
  }
}

function keyOf(conversationKey: string): string {
  return `skill/canceled/${conversationKey}`;
}
