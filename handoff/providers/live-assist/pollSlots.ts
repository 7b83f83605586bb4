/** Lets only so many polls be under way at the same time; who waits is served in order. */
export class PollSlots {
  private underWay = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly limit: number) {}

  /** Runs the poll when its turn comes. When the signal aborts first, the poll is run at once, to find that out itself. */
  async run<T>(signal: AbortSignal, poll: () => Promise<T>): Promise<T> {
    if (this.underWay >= this.limit) await this.turn(signal);
    this.underWay += 1;
    try {
      return await poll();
    } finally {
      this.underWay -= 1;
      this.next();
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        signal.removeEventListener('abort', go);
        this.waiting.delete(go);
        resolve();
      };
      this.waiting.add(go);
      if (signal.aborted) go();
      else signal.addEventListener('abort', go, { once: true });
    });
  }

  private next(): void {
    const [first] = this.waiting;
    if (first && this.underWay < this.limit) first();
  }
}
