import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../common/clock';
import { HttpProblem } from './answer';
import { clientAddress } from './clientAddress';
import { RateLimit } from './rateLimit';

/** Wrong keys from one address in a minute; each after that has to wait. */
const wrongPerMinute = 10;

export interface WrongKeysOptions {
  /** How many proxies in front of this server add to `X-Forwarded-For`. */
  trustedProxies: number;
  clock: Pick<Clock, 'monotonic'>;
}

/** Keeps an address from guessing keys or passwords: after too many wrong ones it is not listened to for a while, right ones included. */
export class WrongKeys {
  private readonly wrong: RateLimit;
  /** Monotonic time until which an address is not listened to. */
  private readonly shutOut = new Map<string, number>();

  constructor(private readonly options: WrongKeysOptions) {
    this.wrong = new RateLimit(wrongPerMinute, options.clock);
  }

  /** Throws `HttpProblem` 429 with the seconds to wait when this address has guessed too often. */
  check(request: Pick<IncomingMessage, 'headers' | 'socket'>): void {
    const waitInMs = (this.shutOut.get(this.addressOf(request)) ?? 0) - this.options.clock.monotonic();
    if (waitInMs > 0) throw tooMany(Math.ceil(waitInMs / 1000));
  }

  /** Counts a wrong key. Throws as `check` does when it was one too many. */
  note(request: Pick<IncomingMessage, 'headers' | 'socket'>): void {
    const address = this.addressOf(request);
    const seconds = this.wrong.take(address);
    if (seconds === undefined) return;
    const now = this.options.clock.monotonic();
    for (const [known, until] of this.shutOut) if (until <= now) this.shutOut.delete(known);
    this.shutOut.set(address, now + seconds * 1000);
    throw tooMany(seconds);
  }

  private addressOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    return clientAddress(request, this.options.trustedProxies);
  }
}

function tooMany(seconds: number): HttpProblem {
  return new HttpProblem(429, 'too many wrong keys from this address: wait', { 'retry-after': String(seconds) });
}
