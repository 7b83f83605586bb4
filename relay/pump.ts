import type { CancelTimer, Clock } from '../common/clock';

/** What a pump runs. */
export interface Pumped {
  run(): Promise<number | undefined>;
}

/** What pumps of one owner share: an open chat has nine of them, and there are thousands of chats. */
export interface PumpHost {
  readonly clock: Clock;
  run(part: Pumped): Promise<number | undefined>;
  /** Answers with the pause before the part is run again, or undefined when it shall not be. */
  failed(error: unknown): number | undefined;
}

/**
 * Runs one job over and over while there is work, never twice at the same time. A poke during a run makes it
 * run once more. A job that resolves with a number is run again after that many milliseconds.
 */
export class Pump {
  private running: Promise<void> | undefined;
  private again = false;
  private nudged = false;
  private stopped = false;
  private cancelTimer: CancelTimer | undefined;

  constructor(
    private readonly host: PumpHost,
    private readonly part: Pumped,
  ) {}

  /** There is new work, or the circumstances have changed: runs now, even in a pause. Returns at once. */
  poke(): void {
    if (this.stopped) return;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.running !== undefined) this.again = true;
    else this.running = this.run();
  }

  /** There may be more work of the same kind: a pause goes on. Returns at once. */
  nudge(): void {
    if (this.running !== undefined) this.nudged = true;
    else if (this.cancelTimer === undefined) this.poke();
  }

  /** Runs now if it neither runs nor pauses; whether it does. Returns at once. */
  begin(): boolean {
    if (this.stopped || !this.isIdle) return false;
    this.poke();
    return true;
  }

  /** Nothing runs and nothing waits to be run. */
  get isIdle(): boolean {
    return this.running === undefined && this.cancelTimer === undefined;
  }

  /** Resolves when the present run, if any, is over. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** No run begins after this; resolves when the present one is over. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTimer?.();
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      do {
        this.again = false;
        this.nudged = false;
        const pauseInMs = await this.host.run(this.part);
        // What came meanwhile waits for the pause that the job asked for.
        this.again ||= pauseInMs === undefined && this.nudged;
        this.pause(pauseInMs);
      } while (this.again && !this.stopped);
    } catch (error) {
      this.again = false;
      this.pause(this.host.failed(error));
    } finally {
      this.running = undefined;
    }
  }

  private pause(inMs: number | undefined): void {
    if (inMs === undefined || this.again || this.stopped) return;
    this.cancelTimer = this.host.clock.schedule(inMs, () => this.poke());
  }
}
