import type { CancelTimer, Clock } from '../../common/clock';

/** Teams shows typing for some seconds; its own clients repeat it as often. */
const repeatEveryInMs = 4_000;
/** A desk that never says that the agent stopped must not leave them typing for ever. */
const atMostTimes = 6;

/** Keeps "is typing" alive on channels where it fades, until the agent stops or something arrives. */
export class AgentTyping {
  private readonly repeating = new Map<string, CancelTimer>();

  constructor(private readonly clock: Pick<Clock, 'schedule'>) {}

  /** The agent types: `show` is called now and again. Twice begins anew. */
  start(key: string, show: () => Promise<void>): Promise<void> {
    this.stop(key);
    return this.round(key, show, 1);
  }

  /** The agent stopped, or the customer sees what they wrote. Twice is fine. */
  stop(key: string): void {
    this.repeating.get(key)?.();
    this.repeating.delete(key);
  }

  private round(key: string, show: () => Promise<void>, count: number): Promise<void> {
    if (count < atMostTimes)
      this.repeating.set(
        key,
        this.clock.schedule(repeatEveryInMs, () => void this.round(key, show, count + 1)),
      );
    else this.repeating.delete(key);
    return show();
  }
}
