/** State that others wait for: tests await a condition on it instead of sleeping. */
export class Watched {
  private readonly waiting = new Set<() => void>();

  /** To be called after every change. */
  changed(): void {
    for (const look of [...this.waiting]) look();
  }

  /** The first value that `read` finds, now or after a change; fails with what there was instead. */
  find<T>(what: string, read: () => T | undefined, describe: () => string, withinInMs = 30_000): Promise<T> {
    const found = read();
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const look = () => {
        const value = read();
        if (value === undefined) return;
        done();
        resolve(value);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`did not happen within ${withinInMs} ms: ${what}\n${describe()}`));
      }, withinInMs);
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(look);
      };
      this.waiting.add(look);
    });
  }
}
