import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'restify';
import type { Clock } from '../../common/clock';
import type { Log } from '../../common/log';
import type { OperatorKey } from '../settings/operatorKeys';
import { HttpProblem } from './answer';
import { clientAddress } from './clientAddress';
import { RateLimit } from './rateLimit';

/** Wrong keys from one address in a minute; each after that has to wait. */
const wrongPerMinute = 10;

export interface OperatorAccessOptions {
  keys: readonly OperatorKey[];
  trustedProxies: number;
  clock: Pick<Clock, 'monotonic'>;
  log: Log;
}

/** Lets in who has a key, and knows whose it is. */
export class OperatorAccess {
  private readonly keys: { name: string; digest: Buffer }[];
  private readonly wrong: RateLimit;
  /** Monotonic time until which an address is not listened to. */
  private readonly shutOut = new Map<string, number>();

  constructor(private readonly options: OperatorAccessOptions) {
    this.keys = options.keys.map(({ name, key }) => ({ name, digest: digestOf(`Bearer ${key}`) }));
    this.wrong = new RateLimit(wrongPerMinute, options.clock);
  }

  /** The name of the operator. Throws `HttpProblem`: 401 without a right key, 429 after too many wrong ones. */
  check(request: Pick<Request, 'headers' | 'socket'>): string {
    const { clock, log, trustedProxies } = this.options;
    const address = clientAddress(request, trustedProxies);
    const waitInMs = (this.shutOut.get(address) ?? 0) - clock.monotonic();
    if (waitInMs > 0) throw tooMany(Math.ceil(waitInMs / 1000));
    const { authorization } = request.headers;
    const name = this.find(authorization);
    if (name !== undefined) return name;
    // A page that asks without a key at first guesses nothing.
    const seconds = authorization === undefined ? undefined : this.wrong.take(address);
    if (authorization !== undefined) log.warn('an operator key was wrong');
    if (seconds !== undefined) {
      this.forget(clock.monotonic());
      this.shutOut.set(address, clock.monotonic() + seconds * 1000);
      throw tooMany(seconds);
    }
    throw new HttpProblem(401, 'the operator key is missing or wrong', { 'www-authenticate': 'Bearer' });
  }

  /** Compares digests, all of them, so that neither time nor length tells anything about a key. */
  private find(authorization: string | undefined): string | undefined {
    const given = digestOf(authorization ?? '');
    let found: string | undefined;
    for (const { name, digest } of this.keys) if (timingSafeEqual(given, digest)) found = name;
    return found;
  }

  private forget(now: number): void {
    for (const [address, until] of this.shutOut) if (until <= now) this.shutOut.delete(address);
  }
}

function tooMany(seconds: number): HttpProblem {
  return new HttpProblem(429, 'too many wrong operator keys from this address: wait', { 'retry-after': String(seconds) });
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
