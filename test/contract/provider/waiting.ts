import type { HandoffEvent } from '../../../handoff/events';

const PATIENCE_IN_MS = 10_000;

/** Resolves with the first value that is not undefined; checks at once and after every change. */
export function until<T>(check: () => T | undefined, onChange: (listener: () => void) => () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let stop: () => void = () => undefined;
    const deadline = setTimeout(() => {
      stop();
      reject(new Error('what the test waits for did not happen'));
    }, PATIENCE_IN_MS);
    const look = () => {
      try {
        const value = check();
        if (value === undefined) return;
        resolve(value);
      } catch (error) {
        reject(error);
      }
      clearTimeout(deadline);
      stop();
    };
    stop = onChange(look);
    look();
  });
}

type OfKind<K extends HandoffEvent['kind']> = Extract<HandoffEvent, { kind: K }>;

/** The events of one session in the order they came. */
export class EventTap {
  readonly all: HandoffEvent[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly taken = new Set<HandoffEvent>();

  push(event: HandoffEvent): void {
    this.all.push(event);
    for (const listener of this.listeners) listener();
  }

  of<K extends HandoffEvent['kind']>(kind: K): OfKind<K>[] {
    return this.all.filter((event): event is OfKind<K> => event.kind === kind);
  }

  /** The next event of the kind that no earlier call returned and that fulfils the condition. */
  async next<K extends HandoffEvent['kind']>(kind: K, condition: (event: OfKind<K>) => boolean = () => true): Promise<OfKind<K>> {
    const found = await this.until(() => this.of(kind).find((event) => !this.taken.has(event) && condition(event)));
    this.taken.add(found);
    return found;
  }

  until<T>(check: () => T | undefined): Promise<T> {
    return until(check, (listener) => {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    });
  }
}
