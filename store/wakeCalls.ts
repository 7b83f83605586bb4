import { errorCode, type Log } from '../common/log';

/** The listeners of this process that want to know which links have work. */
export class WakeCalls {
  private readonly listeners = new Set<(linkId: string) => void>();

  constructor(private readonly log: Log) {}

  /** Adds a listener; returns the function that removes it. */
  add(listener: (linkId: string) => void): () => void {
    // A wrapper of its own, so that the same function can be added twice and each be removed alone.
    const call = (linkId: string) => listener(linkId);
    this.listeners.add(call);
    return () => {
      this.listeners.delete(call);
    };
  }

  /** Calls every listener; one that throws is logged and does not keep the others from being called. */
  emit(linkId: string): void {
    for (const listener of this.listeners) {
      try {
        listener(linkId);
      } catch (error) {
        this.log.error('a wake-up listener failed', { linkId, code: errorCode(error) });
      }
    }
  }

  clear(): void {
    this.listeners.clear();
  }
}
