import { errorCode } from '../common/log';
import { count } from '../common/telemetry';
import { type ClaimedLink, freeLinks } from '../store/links';
import type { RelayDependencies, WorkerDependencies } from './actor';
import { surplus } from './balance';
import { DeskCalls, type DeskState } from './deskCalls';
import { FormerOwners } from './formerOwners';
import { Lease } from './lease';
import type { LiveLink } from './linkData';
import { busyForAtMostInMs, shareOut } from './operating/drain';
import { Pump, type PumpHost } from './pump';
import { SharedClock } from './sharedClock';
import { observeRelay } from './watching';
import { LinkWorker } from './worker';
import { Workers } from './workers';

const claimBatch = 200;

/**
 * The links of this instance, each with its worker: takes over what nobody looks after, gives away what it has too much of,
 * and lets go of everything when its lease is over.
 */
export class Ownership {
  /** The database's time, in which everything that is stored is told. */
  readonly clock: SharedClock;
  readonly lease: Lease;
  private readonly deps: WorkerDependencies;
  private readonly workers = new Workers();
  private readonly sweep: Pump;
  private readonly stopListening: () => void;
  private readonly stopObserving: () => void;
  /** An answer of the store was lost, or a link was given to us: we may have some that we do not know of. */
  private mayOwnMore = false;
  /** The store counts more links as ours than we attend to; once is no matter, because links come and go. */
  private hasStrayLinks = false;
  private isStopped = false;
  /** Monotonic. */
  private drainingSince: number | undefined;

  constructor(
    given: RelayDependencies,
    private readonly isExclusive: boolean,
  ) {
    this.clock = new SharedClock(given.clock, !isExclusive);
    const deps = { ...given, clock: this.clock };
    const { log, options } = deps;
    const desks = new DeskCalls(this.clock, log, options.deskLimits);
    this.deps = { ...deps, desks, formerOwners: new FormerOwners(deps) };
    this.lease = new Lease(deps, () => this.loseAll());
    const host: PumpHost = {
      clock: this.clock,
      run: (part) => part.run(),
      failed: (error) => {
        log.error('claiming links failed', { code: errorCode(error) });
        return options.sweepInMs;
      },
    };
    this.sweep = new Pump(host, { run: () => this.lookForWork() });
    this.stopListening = deps.store.onWake((linkId) => this.hear(linkId));
    this.stopObserving = observeRelay(
      () => [...this.workers.values()].map((worker) => worker.link),
      () => desks.states(),
    );
  }

  /** How the desks look from here. */
  deskStates(): DeskState[] {
    return this.deps.desks.states();
  }

  worker(linkId: string): LinkWorker | undefined {
    return this.workers.get(linkId);
  }

  /** The link that has the conversation, if it is surely ours: then nobody else can have changed it. */
  openLink(conversationKey: string): LiveLink | undefined {
    return this.lease.isHeld() ? this.workers.ofConversation(conversationKey)?.openLink : undefined;
  }

  /** Claims what an earlier process left and goes on with it. Throws when the store cannot be reached. */
  async start(): Promise<void> {
    await this.lease.start();
    // What has an owner in a store of our own was left by a process that is gone.
    while ((await this.claim(this.isExclusive ? 0 : undefined)) === 0);
    this.clock.schedule(this.deps.options.sweepInMs, () => this.sweep.poke());
  }

  /** Lets calls under way finish, gives the links free, and tells the other instances to take them. Twice is fine. */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    this.stopListening();
    this.stopObserving();
    await this.sweep.stop();
    // The heart goes on until the links are free: calls under way may take longer than a lease has left.
    await Promise.all([...this.workers.values()].map((worker) => worker.stop()));
    this.workers.clear();
    await this.lease.stop();
    await this.giveFree(this.lease.owner);
  }

  /** Waits for an answer that makes links ours. One that is lost may have made them ours all the same. */
  async owning<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      this.mayOwnMore = true;
      throw error;
    }
  }

  /** Puts a worker to a link that is ours. */
  employ(link: ClaimedLink): void {
    if (this.isStopped) return;
    // The same link may have been taken anew while the answer that brought this one was under way.
    if ((this.workers.get(link.id)?.link.epoch ?? 0) >= link.epoch) return;
    const worker = new LinkWorker(link, this.deps, this.lease, {
      onFinished: (id) => void this.dismiss(id, worker),
      onLeaseLost: (id) => {
        if (this.workers.get(id) !== worker) return;
        if (!this.lease.isHeld()) this.loseAll();
        else void this.dismiss(id, worker);
      },
    });
    void this.workers.get(link.id)?.stop();
    this.workers.set(link.id, worker);
    worker.start();
  }

  private hear(linkId: string): void {
    const isGift = linkId === this.lease.owner;
    this.mayOwnMore ||= isGift;
    if (isGift || linkId === freeLinks) this.sweep.poke();
    else this.workers.get(linkId)?.wake();
  }

  private async lookForWork(): Promise<number> {
    const { store, options } = this.deps;
    if (!this.lease.isHeld()) return options.sweepInMs;
    const isDraining = await this.drain();
    const pauseInMs = isDraining ? options.sweepInMs : await this.claim();
    if (!this.isExclusive && !isDraining) await this.balance();
    if (this.mayOwnMore) {
      this.mayOwnMore = false;
      const links = await this.owning(store.reclaim(this.lease.owner, [...this.workers.keys()], this.clock.now()));
      for (const link of links) this.employ(link);
    }
    // Wake-ups can be lost; what nobody has begun with is woken once more.
    if (this.workers.size > 0) {
      for (const linkId of await store.waiting(this.lease.owner, claimBatch)) this.workers.get(linkId)?.wake();
    }
    return pauseInMs;
  }

  private async claim(silentForInMs = this.deps.options.leaseInMs): Promise<number> {
    const { store, log, options } = this.deps;
    if (!this.lease.isHeld()) return options.sweepInMs;
    const links = await this.owning(store.claim(this.lease.owner, this.clock.now(), silentForInMs, claimBatch));
    for (const link of links) this.employ(link);
    if (links.length > 0) log.info('links taken over', { count: links.length });
    return links.length === claimBatch ? 0 : options.sweepInMs;
  }

  /** Gives some idle links to an instance that has fewer, because it has joined or come back. Nobody in a chat notices. */
  private async balance(): Promise<void> {
    const { store, options } = this.deps;
    const { owner } = this.lease;
    // Whoever was late with its last report may be frozen: nothing is given to it.
    const shares = await store.shares(1.5 * options.heartbeatInMs);
    const hasMore = (shares.find((share) => share.owner === owner)?.links ?? 0) > this.workers.size;
    this.mayOwnMore ||= hasMore && this.hasStrayLinks;
    this.hasStrayLinks = hasMore;
    const gift = surplus(shares, owner, options.handOverPerSweep);
    if (!gift) return;
    const idle = [...this.workers].filter(([, worker]) => worker.isIdle).slice(0, gift.count);
    if (idle.length > 0)
      await this.handOver(
        gift.to,
        idle.map(([id]) => id),
      );
  }

  /**
   * An operator wants this instance empty: the others get its links, idle ones at once and busy ones after a while. False when it
   * is to go on as ever, also because there is no other.
   */
  private async drain(): Promise<boolean> {
    const { store, options, orders } = this.deps;
    if (this.isExclusive || !orders?.isDraining()) {
      this.drainingSince = undefined;
      return false;
    }
    const takers = (await store.shares(1.5 * options.heartbeatInMs)).filter(({ owner }) => owner !== this.lease.owner);
    if (takers.length === 0) return false;
    this.drainingSince ??= this.clock.monotonic();
    const isLong = this.clock.monotonic() - this.drainingSince >= busyForAtMostInMs;
    const ready = [...this.workers].filter(([, worker]) => worker.isIdle || (isLong && worker.canMove));
    const gifts = shareOut(
      ready.map(([id]) => id),
      takers,
    );
    for (const [to, ids] of gifts) await this.handOver(to, ids);
    // Some may be ours without our knowing.
    this.mayOwnMore ||= this.workers.size === 0;
    return true;
  }

  private async handOver(to: string, ids: string[]): Promise<void> {
    const { store, log } = this.deps;
    const workers = ids.map((id) => this.workers.get(id));
    for (const id of ids) this.workers.delete(id);
    await Promise.all(workers.map((worker) => worker?.stop()));
    const moved = await this.owning(store.handOver(this.lease.owner, to, ids, this.clock.now()));
    this.mayOwnMore ||= moved < ids.length;
    log.info('links handed over', { count: moved });
    await store.wake(to);
  }

  private dismiss(linkId: string, worker: LinkWorker): Promise<void> {
    if (this.workers.get(linkId) === worker) this.workers.delete(linkId);
    return worker.stop();
  }

  /** Our heartbeat was late: others may own our links by now. Whatever nobody took is claimed anew under a new name. */
  private loseAll(): void {
    if (this.isStopped) return;
    const { log } = this.deps;
    log.error('lease lost', { links: this.workers.size });
    count('switchboard.leases.lost', {});
    const { owner } = this.lease;
    const dismissed = [...this.workers].map(([id, worker]) => this.dismiss(id, worker));
    Promise.all([this.lease.renew(), ...dismissed])
      .then(() => this.giveFree(owner))
      .catch((error: unknown) => log.error('a link was not let go', { code: errorCode(error) }));
  }

  /** Nothing under this name is done here any more: whoever waits for that can go on. */
  private async giveFree(owner: string): Promise<void> {
    try {
      await this.deps.store.release(owner);
      await this.deps.store.wake(freeLinks);
    } catch (error) {
      // The store is out of reach: the others take the links when our heartbeat is missed.
      this.deps.log.warn('links not given free', { code: errorCode(error) });
    }
  }
}
