import type { Clock } from '../common/clock';
import { errorCode, type Log } from '../common/log';
import { HandoffError } from '../handoff/errors';
import { type DeskOperation, watchedCall } from './watching';

export interface DeskLimits {
  /** Calls of all links to one desk under way at the same time; the others wait their turn. */
  maxConcurrentCalls: number;
  /** Failures in a row, of whichever links, after which a desk is left alone for a while. */
  failuresUntilOpen: number;
  /** How long it is left alone the first time; doubles up to the maximum while a try still fails. */
  openForInMs: number;
  openForAtMostInMs: number;
}

/** How a desk looks from this instance. */
export interface DeskState {
  desk: string;
  callsUnderWay: number;
  callsWaiting: number;
  /** In a row; a success begins anew. */
  failures: number;
  /** Why nothing is sent for now, and for how long yet, in milliseconds; 0 while a first call tries whether it is back. */
  leftAlone?: { because: 'outage' | 'rateLimited'; forInMs: number };
}

/** Marks what was refused here, without a call. */
const leftAlone = 'desk left alone for now';

/** Failures that say something about the desk as a whole, not about one message. */
const deskFailures = new Set(['outage', 'timedOut']);

/**
 * All calls to desks pass here, so that one desk in trouble costs the others nothing: a limit of calls under way per desk,
 * served in order of asking (a link has one call at a time, so no chat can crowd out another); a circuit breaker that fails
 * at once while a desk is down; and a pause for the whole desk when it says that we are too fast. What is refused here was
 * not sent: the error says `delivered: 'no'` and when to come again.
 */
export class DeskCalls {
  private readonly gates = new Map<string, Gate>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly limits: DeskLimits,
  ) {}

  /**
   * Makes a call to a desk when its turn comes. Fails with nothing but `HandoffError`: a fault in a provider's code must
   * end the one message or session it meets, visibly, and not be repeated for ever.
   */
  call<T>(desk: string, operation: DeskOperation, call: () => Promise<T>): Promise<T> {
    let gate = this.gates.get(desk);
    if (!gate) {
      gate = new Gate(desk, this.clock, this.log, this.limits);
      this.gates.set(desk, gate);
    }
    return gate.run(() => watchedCall(desk, operation, call));
  }

  /** Of the desks that were called since the start. */
  states(): DeskState[] {
    return [...this.gates.values()].map((gate) => gate.state());
  }
}

class Gate {
  private underWay = 0;
  private readonly waiting: (() => void)[] = [];
  private failures = 0;
  private opened = 0;
  /** Monotonic time until which nothing is sent. */
  private closedUntil = 0;
  private reason: 'outage' | 'rateLimited' = 'outage';
  /** One call tries whether the desk is back; the others wait for what it finds. */
  private isTrying = false;

  constructor(
    private readonly desk: string,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly limits: DeskLimits,
  ) {}

  async run<T>(call: () => Promise<T>): Promise<T> {
    this.admit();
    await this.takeTurn();
    let isTrial = false;
    try {
      // The desk may have gone down while this call waited.
      this.admit();
      isTrial = this.opened > 0;
      this.isTrying = isTrial;
      const result = await call();
      this.succeeded(isTrial);
      return result;
    } catch (error) {
      const failure = this.toFailure(error);
      this.failed(failure, isTrial);
      throw failure;
    } finally {
      this.giveTurn();
    }
  }

  state(): DeskState {
    const forInMs = Math.max(0, Math.round(this.closedUntil - this.clock.monotonic()));
    const isLeftAlone = forInMs > 0 || this.opened > 0;
    return {
      desk: this.desk,
      callsUnderWay: this.underWay,
      callsWaiting: this.waiting.length,
      failures: this.failures,
      ...(isLeftAlone && { leftAlone: { because: this.reason, forInMs } }),
    };
  }

  private admit(): void {
    const waitInMs = this.closedUntil - this.clock.monotonic();
    if (waitInMs <= 0 && !this.isTrying) return;
    throw new HandoffError({
      provider: this.desk,
      code: this.reason,
      retriable: true,
      delivered: 'no',
      retryAfterInMs: Math.max(waitInMs, 500),
      detail: leftAlone,
    });
  }

  private async takeTurn(): Promise<void> {
    if (this.underWay < this.limits.maxConcurrentCalls) {
      this.underWay += 1;
      return;
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private giveTurn(): void {
    const next = this.waiting.shift();
    // The turn is handed on as it is, so that nobody slips in between.
    if (next) next();
    else this.underWay -= 1;
  }

  private succeeded(isTrial: boolean): void {
    if (isTrial) this.isTrying = false;
    // A call from before the closing says nothing about now.
    else if (this.opened > 0) return;
    if (this.opened > 0) this.log.info('desk answers again', { desk: this.desk });
    this.failures = 0;
    this.opened = 0;
  }

  private failed(failure: HandoffError, isTrial: boolean): void {
    if (isTrial) this.isTrying = false;
    if (failure.detail === leftAlone || failure.code === 'aborted') return;
    // A customer's file that the channel does not give is no fault of the desk.
    if (failure.provider !== this.desk) return;
    if (failure.code === 'rateLimited') {
      this.close('rateLimited', failure.retryAfterInMs ?? 1_000);
      return;
    }
    if (!deskFailures.has(failure.code)) {
      // An answer, even a refusal, shows that the desk is there.
      this.succeeded(isTrial);
      return;
    }
    this.failures += 1;
    if (this.failures < this.limits.failuresUntilOpen && !isTrial) return;
    if (this.opened > 0 && !isTrial) return;
    const openForInMs = Math.min(this.limits.openForAtMostInMs, this.limits.openForInMs * 2 ** this.opened);
    this.opened += 1;
    this.log.warn('desk left alone', { desk: this.desk, forInMs: openForInMs, failures: this.failures });
    this.close('outage', openForInMs);
  }

  private close(reason: 'outage' | 'rateLimited', forInMs: number): void {
    this.reason = reason;
    this.closedUntil = Math.max(this.closedUntil, this.clock.monotonic() + forInMs);
  }

  private toFailure(error: unknown): HandoffError {
    if (error instanceof HandoffError) return error;
    return new HandoffError({
      provider: this.desk,
      code: 'invalid',
      retriable: false,
      delivered: 'unknown',
      detail: `fault: ${errorCode(error)}`,
      cause: error,
    });
  }
}
