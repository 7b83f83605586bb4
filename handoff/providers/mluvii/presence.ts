import { KeyedQueue } from '../../../common/keyedQueue';
import type { Kept } from '../../kept';

/** Who is in a chat: nobody yet, these operators, or nobody any more. */
export type Presence = 'awaited' | 'there' | 'left';

const MAX_CLOSED = 5_000;

/**
 * The operators of each chat. Joining and leaving are all that is told, in an order nobody promises, and perhaps to different
 * instances: so it is kept beside the sessions until the chat is closed. Chats this process closed are remembered a while.
 */
export class Presences {
  private readonly queue = new KeyedQueue();
  private readonly closed = new Set<string>();

  constructor(private readonly kept: Kept) {}

  async of(conversationId: string): Promise<Presence> {
    const operators = await this.read(conversationId);
    if (operators === undefined) return 'awaited';
    return operators.length > 0 ? 'there' : 'left';
  }

  joined(conversationId: string, operator: string): Promise<Presence> {
    return this.change(conversationId, (operators) => [...operators.filter((other) => other !== operator), operator]);
  }

  left(conversationId: string, operator: string): Promise<Presence> {
    return this.change(conversationId, (operators) => operators.filter((other) => other !== operator));
  }

  isClosed(conversationId: string): boolean {
    return this.closed.has(conversationId);
  }

  /** At once for this process; resolves when the others cannot see anybody any more either. */
  async close(conversationId: string): Promise<void> {
    this.closed.add(conversationId);
    const [oldest] = this.closed;
    if (this.closed.size > MAX_CLOSED && oldest !== undefined) this.closed.delete(oldest);
    await this.queue.run(conversationId, () => this.kept.remove(keyOf(conversationId)));
  }

  private change(conversationId: string, next: (operators: string[]) => string[]): Promise<Presence> {
    return this.queue.run(conversationId, async () => {
      const operators = next((await this.read(conversationId)) ?? []);
      if (!this.isClosed(conversationId)) await this.kept.write(keyOf(conversationId), { operators });
      return operators.length > 0 ? 'there' : 'left';
    });
  }

  private async read(conversationId: string): Promise<string[] | undefined> {
    const stored = await this.kept.read(keyOf(conversationId));
    const operators = stored?.['operators'];
    return Array.isArray(operators) ? operators.filter((operator) => typeof operator === 'string') : undefined;
  }
}

function keyOf(conversationId: string): string {
  return `operators/${conversationId}`;
}
