import { type Clock, sleep } from '../../../common/clock';
import { HandoffError } from '../../errors';
import { PROVIDER } from './errors';

/** Longer than this nobody waits for a turn inside a call; the caller comes again instead. */
const MAX_WAIT_IN_MS = 2_000;

/** Requests sent a second apart may arrive a little closer together. */
const MARGIN_IN_MS = 50;

/**
 * Keeps this process below the vendor's limit of requests a second, in whichever second one looks. A turn that is more than two
 * seconds away is refused with `rateLimited` and the time to come again; nothing was sent then.
 */
export class RequestBudget {
  private readonly atOnce: number;
  private readonly windowInMs: number;
  /** Monotonic times of the latest turns, oldest first. */
  private turns: number[] = [];

  constructor(
    private readonly clock: Clock,
    perSecond: number,
  ) {
    this.atOnce = Math.max(1, Math.floor(perSecond));
    this.windowInMs = (this.atOnce / perSecond) * 1_000 + MARGIN_IN_MS;
  }

  /** Resolves when the request may be made. Throws `HandoffError` with `rateLimited` or `aborted`. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = this.clock.monotonic();
    const before = this.turns[this.turns.length - this.atOnce];
    const at = before === undefined ? now : Math.max(now, before + this.windowInMs);
    const waitInMs = Math.ceil(at - now);
    if (waitInMs > MAX_WAIT_IN_MS) throw refusal('rateLimited', waitInMs);
    this.turns = [...this.turns, at].slice(-this.atOnce);
    if (waitInMs > 0 && !(await sleep(this.clock, waitInMs, signal))) throw refusal('aborted');
  }
}

function refusal(code: 'rateLimited' | 'aborted', retryAfterInMs?: number): HandoffError {
  const wait = retryAfterInMs === undefined ? {} : { retryAfterInMs };
  return new HandoffError({ provider: PROVIDER, code, retriable: true, delivered: 'no', ...wait, detail: 'own request budget' });
}
