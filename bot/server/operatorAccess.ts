import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'restify';
import type { Clock } from '../../common/clock';
import type { Log } from '../../common/log';
import type { OperatorKey } from '../settings/operatorKeys';
import { HttpProblem } from './answer';
import { WrongKeys } from './wrongKeys';

export interface OperatorAccessOptions {
  keys: readonly OperatorKey[];
  trustedProxies: number;
  clock: Pick<Clock, 'monotonic'>;
  log: Log;
}

/** Lets in who has a key, and knows whose it is. */
export class OperatorAccess {
  private readonly keys: { name: string; digest: Buffer }[];
  private readonly wrong: WrongKeys;

  constructor(private readonly options: OperatorAccessOptions) {
    this.keys = options.keys.map(({ name, key }) => ({ name, digest: digestOf(`Bearer ${key}`) }));
    this.wrong = new WrongKeys(options);
  }

  /** The name of the operator. Throws `HttpProblem`: 401 without a right key, 429 after too many wrong ones. */
  check(request: Pick<Request, 'headers' | 'socket'>): string {
    this.wrong.check(request);
    const { authorization } = request.headers;
    const name = this.find(authorization);
    if (name !== undefined) return name;
    // A page that asks without a key at first guesses nothing.
    if (authorization !== undefined) {
      this.options.log.warn('an operator key was wrong');
      this.wrong.note(request);
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
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
