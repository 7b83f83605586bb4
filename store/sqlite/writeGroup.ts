/** Writes that become durable together. Each promise settles only when the group's commit has, or has not, happened. */
export class WriteGroup {
  private readonly end = Promise.withResolvers<void>();

  constructor() {
    // A group in which nobody waits any more may fail in silence; whoever waits gets the failure below.
    this.end.promise.catch(() => undefined);
  }

  /** Resolves with the result once the group is committed; rejects when the group is lost. */
  async settled<T>(result: () => T): Promise<T> {
    await this.end.promise;
    return result();
  }

  committed(): void {
    this.end.resolve();
  }

  lost(reason: unknown): void {
    this.end.reject(reason);
  }
}
