import type { Clock } from '../../../common/clock';

/** A chat on which something happened this lately cannot have been dismissed: only idle ones are. */
const FRESH_IN_MS = 60_000;
const MAX_REMEMBERED = 10_000;

/** When this process last saw a chat alive, so that a look at the chat is taken only after a pause, a dismissal or a restart. */
export class ChatActivity {
  private readonly seenAt = new Map<number, number>();

  constructor(private readonly clock: Clock) {}

  seen(chatId: number): void {
    this.seenAt.delete(chatId);
    this.seenAt.set(chatId, this.clock.monotonic());
    if (this.seenAt.size <= MAX_REMEMBERED) return;
    const [oldest] = this.seenAt.keys();
    if (oldest !== undefined) this.seenAt.delete(oldest);
  }

  dismissed(chatId: number): void {
    this.seenAt.delete(chatId);
  }

  isFresh(chatId: number): boolean {
    const at = this.seenAt.get(chatId);
    return at !== undefined && this.clock.monotonic() - at < FRESH_IN_MS;
  }
}
