import { randomUUID } from 'node:crypto';
import type { CancelTimer } from '../common/clock';
import { errorCode, type Log } from '../common/log';
import type { LinkStore } from '../store/links';
import type { RelayOptions } from './options';
import type { SharedClock } from './sharedClock';

/** What a lease is made with. */
export interface LeaseDependencies {
  store: LinkStore;
  clock: SharedClock;
  log: Log;
  options: RelayOptions;
}

/**
 * This instance's claim on its links: one heartbeat for all of them. Once it was late the name is given up for
 * good, because others may have taken the links over in the meantime.
 */
export class Lease {
  private name = randomUUID();
  private beatAt: number | undefined;
  private cancelHeartbeat: CancelTimer | undefined;
  private cancelExpiry: CancelTimer | undefined;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly deps: LeaseDependencies,
    /** From that moment on others may own our links: whatever goes on here, above all listening, has to end then. */
    private readonly onExpired: () => void,
  ) {}

  /** We let go a little before others may take over: timers fire late, and clocks do not run at quite the same speed. */
  private get ownLeaseInMs(): number {
    return this.deps.options.leaseInMs * 0.95;
  }

  get owner(): string {
    return this.name;
  }

  /** Measured on the monotonic clock: true as long as nobody can have taken our links. */
  isHeld(): boolean {
    return this.leftInMs() > 0;
  }

  /** Begins to report. Resolves after the first time; throws when the store cannot be reached. */
  async start(): Promise<void> {
    await this.beat();
    this.scheduleExpiry();
    this.scheduleHeartbeat();
  }

  /** Resolves when nothing is reported any more. */
  async stop(): Promise<void> {
    this.cancelHeartbeat?.();
    this.cancelExpiry?.();
    await Promise.all(this.underWay);
  }

  /** Takes a new name, with no links; it is reported at once. Resolves when no report under the old one can arrive any more. */
  async renew(): Promise<void> {
    const before = [...this.underWay];
    this.name = randomUUID();
    this.beatAt = undefined;
    this.cancelExpiry?.();
    this.report();
    await Promise.all(before);
  }

  /** Time in milliseconds until the lease is over unless we report before. */
  private leftInMs(): number {
    return this.beatAt === undefined ? 0 : Math.max(0, this.beatAt + this.ownLeaseInMs - this.deps.clock.monotonic());
  }

  private async beat(): Promise<void> {
    const { store, clock } = this.deps;
    // The time before the write counts: others measure from the write on, by the database's clock.
    const begunAt = clock.monotonic();
    const { name } = this;
    clock.read(await store.heartbeat(name), begunAt);
    if (name === this.name) this.beatAt = Math.max(this.beatAt ?? begunAt, begunAt);
  }

  private report(): void {
    const report = this.beat().then(
      () => this.scheduleExpiry(),
      (error: unknown) => this.deps.log.error('heartbeat failed', { code: errorCode(error) }),
    );
    const settled = report.finally(() => this.underWay.delete(settled));
    this.underWay.add(settled);
  }

  private scheduleHeartbeat(): void {
    this.cancelHeartbeat = this.deps.clock.schedule(this.deps.options.heartbeatInMs, () => {
      // The next one does not wait for this one: an answer that takes long must not cost the lease.
      this.scheduleHeartbeat();
      // A process that was frozen comes here first: what it lost is not to look as if it were alive.
      if (this.beatAt !== undefined && !this.isHeld()) this.onExpired();
      else this.report();
    });
  }

  private scheduleExpiry(): void {
    this.cancelExpiry?.();
    this.cancelExpiry = this.deps.clock.schedule(this.leftInMs(), () => {
      if (!this.isHeld()) this.onExpired();
      else this.scheduleExpiry();
    });
  }
}
