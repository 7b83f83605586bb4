import type { Log } from '../../../common/log';
import { HandoffError } from '../../errors';
import type { AppsApi } from './client';
import { canWait, type Deflection } from './deflection';

const MAX_REMEMBERED = 1_000;

/** Chats that were turned away for want of capacity and may wait all the same. */
export class Escalations {
  /** What the platform said, so that the same event delivered again gets the same answer. */
  private readonly settled = new Map<string, boolean>();

  constructor(
    private readonly api: AppsApi,
    private readonly mode: 'wait' | 'next',
    private readonly log: Log,
  ) {}

  /** True when the chat waits for a person now, false when it cannot. Throws `HandoffError` when that is open. */
  async keepWaiting(chatId: number, deflection: Deflection, signal: AbortSignal): Promise<boolean> {
    const { escalationId } = deflection;
    if (this.mode === 'next' || !canWait(deflection) || escalationId === undefined) return false;
    const key = `${chatId} ${escalationId}`;
    const known = this.settled.get(key);
    if (known !== undefined) return known;
    const isWaiting = await this.ask(chatId, escalationId, signal);
    this.settled.set(key, isWaiting);
    const [oldest] = this.settled.keys();
    if (this.settled.size > MAX_REMEMBERED && oldest !== undefined) this.settled.delete(oldest);
    return isWaiting;
  }

  private async ask(chatId: number, escalationId: number, signal: AbortSignal): Promise<boolean> {
    try {
      await this.api.keepWaiting(chatId, escalationId, signal);
      return true;
    } catch (error) {
      if (!(error instanceof HandoffError)) throw error;
      this.log.warn('A deflected chat could not be kept waiting', { code: error.code, detail: error.detail ?? null });
      if (error.retriable) throw error;
      return false;
    }
  }
}
