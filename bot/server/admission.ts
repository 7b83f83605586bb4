import { HttpProblem } from './answer';

export interface AdmissionLimits {
  /** Requests under way at the same time; each may hold a body in memory. */
  atOnce: number;
  /** Requests of one conversation or session under way or waiting. */
  atOncePerKey: number;
}

/** What one process bears on the target machine size; more is asked to come again instead of piling up in memory. */
export const defaultLimits: AdmissionLimits = { atOnce: 1_000, atOncePerKey: 50 };

/** Keeps the memory of a process bounded under overload: who is not admitted gets 503 with `Retry-After` and loses nothing. */
export class Admission {
  private underWay = 0;
  private readonly perKey = new Map<string, number>();

  constructor(private readonly limits: AdmissionLimits = defaultLimits) {}

  /** Runs a job if there is room; throws `HttpProblem` 503 at once when there is none. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.underWay >= this.limits.atOnce) throw tooBusy('the server is busy');
    this.underWay += 1;
    try {
      return await job();
    } finally {
      this.underWay -= 1;
    }
  }

  /** The same for one key, inside of `run`. */
  async runFor<T>(key: string, job: () => Promise<T>): Promise<T> {
    const waiting = this.perKey.get(key) ?? 0;
    if (waiting >= this.limits.atOncePerKey) throw tooBusy('too many requests of one conversation');
    this.perKey.set(key, waiting + 1);
    try {
      return await job();
    } finally {
      const left = (this.perKey.get(key) ?? 1) - 1;
      if (left === 0) this.perKey.delete(key);
      else this.perKey.set(key, left);
    }
  }
}

function tooBusy(reason: string): HttpProblem {
  return new HttpProblem(503, reason, { 'retry-after': '2' });
}
