import type { CancelTimer, Clock } from '../common/clock';

/**
 * Runs one job over and over while there is work, never twice at the same time. A poke during a run makes it
 * run once more. A job that resolves with a number is run again after that many milliseconds.
 */
export class Pump {
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;
  private cancelTimer: CancelTimer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly job: () => Promise<number | undefined>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** There may be work. Returns at once. */
  poke(): void {
    if (this.stopped) return;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.running !== undefined) this.again = true;
    else this.running = this.run();
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
        const pauseInMs = await this.job();
        if (pauseInMs !== undefined && !this.again && !this.stopped) {
          this.cancelTimer = this.clock.schedule(pauseInMs, () => this.poke());
        }
      } while (this.again && !this.stopped);
    } catch (error) {
      this.onError(error);
    } finally {
      this.running = undefined;
      if (this.again && !this.stopped) this.poke();
    }
  }
}
