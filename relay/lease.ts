import { randomUUID } from 'node:crypto';
import type { Clock } from '../common/clock';
import type { LinkStore } from '../store/links';
import type { RelayOptions } from './options';

/**
 * This instance's claim on its links: one heartbeat for all of them. Once it was late the name is given up for
 * good, because others may have taken the links over in the meantime.
 */
export class Lease {
  private name = randomUUID();
  private beatAt: number | undefined;

  constructor(
    private readonly store: LinkStore,
    private readonly clock: Clock,
    private readonly options: RelayOptions,
  ) {}

  /** We let go a little before others may take over: timers fire late, and clocks do not run at quite the same speed. */
  private get ownLeaseInMs(): number {
    return this.options.leaseInMs * 0.95;
  }

  get owner(): string {
    return this.name;
  }

  /** Measured on the monotonic clock: true as long as nobody can have taken our links. */
  isHeld(): boolean {
    return this.leftInMs() > 0;
  }

  /** Time in milliseconds until the lease is over unless we report before. */
  leftInMs(): number {
    return this.beatAt === undefined ? 0 : Math.max(0, this.beatAt + this.ownLeaseInMs - this.clock.monotonic());
  }

  /** Reports that we live. Throws when the store cannot be reached. Several at the same time are fine. */
  async beat(): Promise<void> {
    // The time before the write counts: others measure from the write on, by the database's clock.
    const begunAt = this.clock.monotonic();
    const { name } = this;
    await this.store.heartbeat(name);
    if (name === this.name) this.beatAt = Math.max(this.beatAt ?? begunAt, begunAt);
  }

  /** A new name, with no links. */
  renew(): void {
    this.name = randomUUID();
    this.beatAt = undefined;
  }
}
