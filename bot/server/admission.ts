import type { IncomingMessage } from 'node:http';
import { count } from '../../common/telemetry';
import { HttpProblem } from './answer';

export interface AdmissionLimits {
  /** Requests under way at the same time, those that wait for their turn included. */
  atOnce: number;
  /** Requests of one conversation or session under way or waiting. */
  atOncePerKey: number;
  /** Bytes that the bodies of all requests under way may have together. */
  bytesAtOnce: number;
  /** Requests begun in one round of the event loop; the others wait for the next one. */
  begunPerRound: number;
}

/** What one process bears on the target machine size; more is asked to come again instead of piling up in memory. */
export const defaultLimits: AdmissionLimits = {
  atOnce: 1_000,
  atOncePerKey: 50,
  bytesAtOnce: 64 * 1024 * 1024,
  begunPerRound: 16,
};

/** What a request is reckoned with whose length is not told. */
const unknownLength = 256 * 1024;
const retryAfter = { 'retry-after': '2' };

/**
 * Keeps memory and answering times of a process bounded under overload: who is not admitted gets 503 with `Retry-After` and loses
 * nothing. Those who are admitted begin in order of arrival, a few in each round of the event loop: Node accepts few connections
 * a round, and after long rounds the kernel's queue would run over, so that callers would be reset instead of answered. While
 * turns only wait for others the rounds are short, and this limits nothing.
 */
export class Admission {
  private underWay = 0;
  private bytes = 0;
  private begun = 0;
  private isCounting = false;
  private readonly waiting: (() => void)[] = [];
  private readonly perKey = new Map<string, number>();
  private readonly limits: AdmissionLimits;

  constructor(limits: Partial<AdmissionLimits> = {}) {
    this.limits = { ...defaultLimits, ...limits };
  }

  /** Whether this request is refused now, so that it need not be looked at any further; who asks refuses it. */
  isFullFor(request: Pick<IncomingMessage, 'headers'>): boolean {
    const isFull = this.underWay >= this.limits.atOnce || this.bytes + lengthOf(request) > this.limits.bytesAtOnce;
    if (isFull) count('switchboard.admission.refused', { reason: 'full' });
    return isFull;
  }

  /** Runs a job, which reads the request's body, when its turn comes; throws `HttpProblem` 503 at once when there is no room. */
  async run<T>(request: Pick<IncomingMessage, 'headers'>, job: () => Promise<T>): Promise<T> {
    if (this.isFullFor(request)) throw new HttpProblem(503, busy, retryAfter);
    const length = lengthOf(request);
    this.underWay += 1;
    this.bytes += length;
    try {
      if (this.begun < this.limits.begunPerRound && this.waiting.length === 0) this.countOne();
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
      return await job();
    } finally {
      this.underWay -= 1;
      this.bytes -= length;
    }
  }

  /** Room for one of a key, inside of `run`. */
  async runFor<T>(key: string, job: () => Promise<T>): Promise<T> {
    const waiting = this.perKey.get(key) ?? 0;
    if (waiting >= this.limits.atOncePerKey) {
      count('switchboard.admission.refused', { reason: 'conversation' });
      throw new HttpProblem(503, 'too many requests of one conversation', retryAfter);
    }
    this.perKey.set(key, waiting + 1);
    try {
      return await job();
    } finally {
      const left = (this.perKey.get(key) ?? 1) - 1;
      if (left === 0) this.perKey.delete(key);
      else this.perKey.set(key, left);
    }
  }

  private countOne(): void {
    this.begun += 1;
    if (this.isCounting) return;
    this.isCounting = true;
    setImmediate(() => this.nextRound());
  }

  private nextRound(): void {
    this.begun = 0;
    this.isCounting = false;
    for (const begin of this.waiting.splice(0, this.limits.begunPerRound)) {
      this.countOne();
      begin();
    }
  }
}

/** What a caller reads who is not admitted. */
export const busy = 'the server is busy';

function lengthOf({ headers }: Pick<IncomingMessage, 'headers'>): number {
  const length = Number(headers['content-length']);
  return Number.isSafeInteger(length) && length >= 0 ? Math.min(length, 1024 * 1024) : unknownLength;
}
