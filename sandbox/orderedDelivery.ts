import { backoffInMs } from '../common/backoff';
import { sleep, systemClock } from '../common/clock';
import { KeyedQueue } from '../common/keyedQueue';

export interface DeliveryTimes {
  firstRetryInMs: number;
  maxRetryInMs: number;
  retryForInMs: number;
}

export interface OrderedDeliveryOptions<T> extends DeliveryTimes {
  /** How long an agent's act waits for the other side before it goes on without; 0 while there is nobody to deliver to. */
  patienceInMs(): number;
  /** One attempt; true when it was taken. */
  attempt(item: T, retry: number, signal: AbortSignal): Promise<boolean>;
  /** It was not taken for as long as it is tried. */
  giveUp(item: T): void;
  /** Read at each delivery: everything twice; each pair of a key in reverse. */
  behavior: { duplicate: boolean; reverse?: boolean };
}

const heldForInMs = 100;

/** Delivers what happens, in order within a key, again and again until it is taken. */
export class OrderedDelivery<T> {
  private readonly queue = new KeyedQueue();
  private readonly stopping = new AbortController();
  private readonly held = new Map<string, T>();

  constructor(private readonly options: OrderedDeliveryOptions<T>) {}

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Resolves once it was taken; while the other side is away, soon, and it goes on waiting. */
  send(key: string, item: T): Promise<void> {
    const patience = new Promise<void>((resolve) => {
      systemClock.schedule(this.options.patienceInMs(), resolve);
    });
    return Promise.race([this.sendInOrder(key, item), patience]);
  }

  /** Gives up what waits; resolves when nothing is under way. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.queue.idle();
  }

  private sendInOrder(key: string, item: T): Promise<void> {
    const first = this.held.get(key);
    this.held.delete(key);
    if (!this.options.behavior.reverse) {
      if (first !== undefined) void this.enqueue(key, first);
      return this.enqueue(key, item);
    }
    if (first !== undefined) {
      void this.enqueue(key, item);
      return this.enqueue(key, first);
    }
    this.held.set(key, item);
    systemClock.schedule(heldForInMs, () => {
      if (this.held.get(key) !== item) return;
      this.held.delete(key);
      void this.enqueue(key, item);
    });
    return Promise.resolve();
  }

  private enqueue(key: string, item: T): Promise<void> {
    return this.queue.run(key, () => this.deliver(item));
  }

  private async deliver(item: T): Promise<void> {
    const { attempt, giveUp, behavior, retryForInMs, firstRetryInMs: firstInMs, maxRetryInMs: maxInMs } = this.options;
    const until = systemClock.monotonic() + retryForInMs;
    for (let retry = 0; !this.signal.aborted; retry += 1) {
      if (await attempt(item, retry, this.signal)) {
        if (behavior.duplicate) await attempt(item, retry + 1, this.signal);
        return;
      }
      if (systemClock.monotonic() > until) {
        giveUp(item);
        return;
      }
      await sleep(systemClock, backoffInMs(retry + 1, { firstInMs, maxInMs }), this.signal);
    }
  }
}
