/** Thrown by everything a killed process would still try to do. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * Counts the points at which a process can die — before and after every write and every call that leaves it — and
 * lets it die at the chosen one: from then on nothing it tries has an effect.
 */
export class KillSwitch {
  /** Names of the points passed, in order. */
  readonly points: string[] = [];
  isDead = false;

  constructor(private readonly killAt = Number.POSITIVE_INFINITY) {}

  /** The object with a point before and after each call of the named methods; every other method dies with the process, too. */
  wrap<T extends object>(label: string, target: T, methods: readonly (keyof T & string)[]): T {
    return new Proxy(target, {
      get: (object, property) => {
        const member = Reflect.get(object, property, object) as unknown;
        if (typeof member !== 'function') return member;
        const call = member.bind(object) as (...args: unknown[]) => unknown;
        if (!methods.includes(property as keyof T & string)) return call;
        return async (...args: unknown[]) => {
          this.pass(`before ${label}.${String(property)}`);
          const result = await call(...args);
          this.pass(`after ${label}.${String(property)}`);
          return result;
        };
      },
    });
  }

  private pass(name: string): void {
    if (this.isDead) throw new Killed(name);
    this.points.push(name);
    if (this.points.length === this.killAt) {
      this.isDead = true;
      throw new Killed(name);
    }
  }
}
