import { createHash } from 'node:crypto';
import type { AuthenticateRequestResult } from 'botframework-connector';
import type { Clock } from '../../common/clock';

/**
 * Remembers callers whose token passed every check, until the token expires. A channel sends the same token for about
 * an hour, and checking its signature anew costs more than the turn. The key holds all that was checked: the token,
 * the channel and the service URL, so another combination is checked in full.
 */
export class VerifiedCallers {
  private readonly callers = new Map<string, { caller: AuthenticateRequestResult; expiresAt: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly capacity = 1000,
  ) {}

  find(token: string, channelId: string, serviceUrl: string): AuthenticateRequestResult | undefined {
    const key = keyOf(token, channelId, serviceUrl);
    const known = this.callers.get(key);
    if (!known) return undefined;
    if (known.expiresAt > this.clock.now()) return known.caller;
    this.callers.delete(key);
    return undefined;
  }

  /** Keeps a caller when its token says when it expires. */
  keep(token: string, channelId: string, serviceUrl: string, caller: AuthenticateRequestResult): void {
    const expiry = Number(caller.claimsIdentity?.getClaimValue('exp'));
    if (!Number.isFinite(expiry) || expiry <= 0) return;
    if (this.callers.size >= this.capacity) {
      const oldest = this.callers.keys().next();
      if (!oldest.done) this.callers.delete(oldest.value);
    }
    this.callers.set(keyOf(token, channelId, serviceUrl), { caller, expiresAt: expiry * 1000 });
  }
}

/** A digest, so that no token stays in memory for longer than its request. */
function keyOf(token: string, channelId: string, serviceUrl: string): string {
  return createHash('sha256')
    .update(JSON.stringify([token, channelId, serviceUrl]))
    .digest('base64');
}
