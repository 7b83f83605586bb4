/** An answer that somebody may stop waiting for. */
export class Abandonable {
  private leaveIt: (() => void) | undefined;

  /** Resolves with the answer, or undefined once `abandon` was called; what comes after that goes to `late`. */
  async wait<T>(answer: Promise<T>, late: (answer: Promise<T>) => void): Promise<T | undefined> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    let isLeft = false;
    this.leaveIt = () => {
      isLeft = true;
      resolve(undefined);
    };
    try {
      return await Promise.race([answer, promise]);
    } finally {
      this.leaveIt = undefined;
      if (isLeft) late(answer);
    }
  }

  /** Nothing happens when nobody waits. */
  abandon(): void {
    this.leaveIt?.();
  }
}
