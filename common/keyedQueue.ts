/**
 * Runs jobs one after the other per key, and jobs of different keys at the same time.
 * A job that fails rejects its own promise and does not stop the ones behind it. Keys without work take no memory.
 */
export class KeyedQueue {
  private readonly tails = new Map<string, Promise<void>>();

  /** Queues a job; resolves or rejects with its result once all earlier jobs of the key are over. */
  run<T>(key: string, job: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const result = before.then(job);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    this.tails.set(key, tail);
    void tail.then(() => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    });
    return result;
  }

  /** How many keys have work under way. */
  get size(): number {
    return this.tails.size;
  }

  /** Resolves when everything queued so far is over. */
  async idle(): Promise<void> {
    await Promise.all(this.tails.values());
  }
}
