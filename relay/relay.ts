import type { CancelTimer } from '../common/clock';
import { type JsonObject, toJson } from '../common/json';
import { errorCode } from '../common/log';
import type { InboundEvent } from '../handoff/provider';
import type { CustomerMessage } from '../handoff/request';
import { commands, type DeadLetter, type Direction, freeLinks, type Link, type NewEvent } from '../store/links';
import type { RelayDependencies } from './actor';
import { DeskCalls } from './deskCalls';
import { commandEvent, commandKey, type RelayCommand } from './inbound';
import { Lease } from './lease';
import { type LinkData, type LinkRequest, type LiveLink, toLiveLink, toStored } from './linkData';
import { Pump } from './pump';
import { LinkWorker } from './worker';

const claimBatch = 200;
const releasePollInMs = 50;

/** A handoff to begin. */
export interface NewHandoff {
  /** Unique; asking twice with the same id opens one link. */
  id: string;
  conversationKey: string;
  request: LinkRequest;
}

/**
 * The engine between customers' conversations and sessions at desks. Everything it is given is written down before
 * the call resolves, and carried out from there: by this instance, or after a crash by the next one that claims the link.
 */
export class Relay {
  private readonly lease: Lease;
  private readonly workers = new Map<string, LinkWorker>();
  private readonly sweep: Pump;
  private readonly stopListening: () => void;
  private cancelHeartbeat: CancelTimer | undefined;
  private cancelExpiry: CancelTimer | undefined;
  /** An answer of the store was lost: it may have given us links that we do not know of. */
  private mayOwnMore = false;
  private stopped = false;
  private readonly desks: DeskCalls;

  constructor(private readonly deps: RelayDependencies & { isExclusive: boolean }) {
    this.desks = new DeskCalls(deps.clock, deps.log, deps.options.deskLimits);
    this.lease = new Lease(deps.store, deps.clock, deps.options);
    this.sweep = new Pump(
      deps.clock,
      () => this.lookForWork(),
      (error) => {
        deps.log.error('claiming links failed', { code: errorCode(error) });
        return deps.options.sweepInMs;
      },
    );
    this.stopListening = deps.store.onWake((linkId) => {
      if (linkId === freeLinks) this.sweep.poke();
      else this.workers.get(linkId)?.wake();
    });
  }

  /** Claims what an earlier process left and goes on with it. Throws when the store cannot be reached. */
  async start(): Promise<void> {
    await this.lease.beat();
    this.scheduleExpiry();
    this.scheduleHeartbeat();
    // What has an owner in a store of our own was left by a process that is gone.
    while ((await this.claim(this.deps.isExclusive ? 0 : undefined)) === 0);
    this.deps.clock.schedule(this.deps.options.sweepInMs, () => this.sweep.poke());
  }

  /** Lets calls under way finish, gives the links free, and tells the other instances to take them. Twice is fine. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.stopListening();
    await this.sweep.stop();
    // The heart goes on until the links are free: calls under way may take longer than a lease has left.
    await Promise.all([...this.workers.values()].map((worker) => worker.stop()));
    this.workers.clear();
    this.cancelHeartbeat?.();
    this.cancelExpiry?.();
    try {
      await this.deps.store.release(this.lease.owner);
      await this.deps.store.wake(freeLinks);
    } catch (error) {
      // The store is out of reach: the others take the links when our heartbeat is missed.
      this.deps.log.warn('links not given free', { code: errorCode(error) });
    }
  }

  /**
   * Opens a link. Resolves when it is written down; the desk is asked afterwards. When the conversation has an open
   * link already, that one is returned with `created: false`.
   */
  async request(handoff: NewHandoff): Promise<{ link: LiveLink; created: boolean }> {
    const first = handoff.request.routes[0];
    if (!first) throw new Error('A handoff needs at least one route.');
    const data: LinkData = { routeIndex: 0, openAttempts: 0, opening: false, deadlines: {}, closings: [] };
    const { link, created } = await this.owning(
      this.deps.store.open(
        {
          id: handoff.id,
          conversationKey: handoff.conversationKey,
          provider: first.provider,
          request: toStored(handoff.request),
          data: toStored(data),
        },
        this.lease.owner,
        this.deps.clock.now(),
      ),
    );
    if (created) this.employ(link);
    return { link: toLiveLink(link), created };
  }

  /** The link that has the conversation now, if any. */
  async find(conversationKey: string): Promise<LiveLink | undefined> {
    const link = await this.deps.store.findOpen(conversationKey);
    return link && toLiveLink(link);
  }

  /**
   * Takes a customer's message for the desk. `accepted` and `duplicate`: it is written down (promise 1).
   * `closed`: the handoff is over; the message belongs to the bot, after `released`.
   */
  async accept(linkId: string, message: CustomerMessage): Promise<'accepted' | 'duplicate' | 'closed'> {
    const row = { messageId: message.id, payload: toJson(message) as JsonObject };
    const outcome = await this.deps.store.append(linkId, 'toDesk', row, this.deps.clock.now());
    if (outcome === 'closed') return 'closed';
    await this.wake(linkId, 'outbound');
    return outcome === 'stored' ? 'accepted' : 'duplicate';
  }

  /**
   * Sends a given-up message once more: the customer's wish, or an operator's. `pending`: it is on its way;
   * `closed`: the chat is over; `unknown`: there is no such given-up message. Twice is fine.
   */
  async retry(linkId: string, direction: Direction, messageId: string): Promise<'pending' | 'closed' | 'unknown'> {
    const outcome = await this.deps.store.retry(linkId, direction, messageId);
    if (outcome === 'pending') await this.deps.store.wake(linkId);
    return outcome;
  }

  /** Messages that were given up, newest first. */
  deadLetters(limit: number): Promise<DeadLetter[]> {
    return this.deps.store.deadLetters(limit);
  }

  /** The customer types. Best effort: only the instance that owns the link passes it on. */
  typing(linkId: string): void {
    this.workers.get(linkId)?.customerTyping();
  }

  /** Ends the handoff from our side. Resolves when it is written down. Twice is fine. */
  async command(linkId: string, kind: RelayCommand['kind']): Promise<void> {
    const { eventId, payload } = commandEvent(kind, this.deps.clock.now());
    const event = { eventId, payload: toJson(payload) as JsonObject };
    await this.write(commands, commandKey(linkId), linkId, [event]);
  }

  /** Takes a desk's events. Resolves when they are written down: only then may the desk be answered. */
  async receive(provider: string, events: InboundEvent[]): Promise<void> {
    for (const [sessionKey, group] of Map.groupBy(events, (event) => event.sessionKey)) {
      const lasting = group.filter(({ event }) => event.kind !== 'agentTyping');
      const handoffId = group.find((event) => event.handoffId !== undefined)?.handoffId;
      const rows = lasting.map(({ event }) => ({ eventId: event.eventId, payload: toJson(event) as JsonObject }));
      if (rows.length > 0) await this.write(provider, sessionKey, handoffId, rows);
      const typing = group.findLast(({ event }) => event.kind === 'agentTyping')?.event;
      if (typing?.kind === 'agentTyping') void this.agentTyping(provider, sessionKey, typing.isTyping);
    }
  }

  /** Resolves with true as soon as the link has let go of the conversation, with false after `withinInMs`. */
  async released(linkId: string, withinInMs: number): Promise<boolean> {
    const { clock, store } = this.deps;
    const until = clock.monotonic() + withinInMs;
    for (;;) {
      const link = await store.get(linkId);
      if (!link?.isOpen) return true;
      if (clock.monotonic() >= until) return false;
      await new Promise<void>((resolve) => {
        clock.schedule(releasePollInMs, resolve);
      });
    }
  }

  /** A link by its id, finished or not. */
  async get(linkId: string): Promise<LiveLink | undefined> {
    const link = await this.deps.store.get(linkId);
    return link && toLiveLink(link);
  }

  private async write(provider: string, sessionKey: string, handoffId: string | undefined, events: NewEvent[]): Promise<void> {
    const linkId = await this.deps.store.receive(provider, sessionKey, handoffId, events, this.deps.clock.now());
    if (linkId !== undefined) await this.wake(linkId, 'inbound');
  }

  /** Where no other instance can own the link, its worker is told at once and exactly. */
  private async wake(linkId: string, where: 'inbound' | 'outbound'): Promise<void> {
    const worker = this.deps.isExclusive ? this.workers.get(linkId) : undefined;
    if (worker) worker.wake(where);
    else await this.deps.store.wake(linkId);
  }

  private async agentTyping(provider: string, sessionKey: string, isTyping: boolean): Promise<void> {
    try {
      const link = await this.deps.store.findBySession(provider, sessionKey);
      if (link?.isOpen) await this.deps.channel.typing(toLiveLink(link).request.conversation, isTyping);
    } catch (error) {
      // Best effort: the desk need not wait for it, nor come again.
      this.deps.log.debug('typing not shown to customer', { code: errorCode(error) });
    }
  }

  private async lookForWork(): Promise<number> {
    const { store, clock, options } = this.deps;
    if (!this.lease.isHeld()) return options.sweepInMs;
    const pauseInMs = await this.claim();
    if (this.mayOwnMore) {
      this.mayOwnMore = false;
      const links = await this.owning(store.reclaim(this.lease.owner, [...this.workers.keys()], clock.now()));
      for (const link of links) this.employ(link);
    }
    // Wake-ups can be lost; what nobody has begun with is woken once more.
    if (this.workers.size > 0) {
      for (const linkId of await store.waiting(this.lease.owner, claimBatch)) this.workers.get(linkId)?.wake();
    }
    return pauseInMs;
  }

  private async claim(silentForInMs = this.deps.options.leaseInMs): Promise<number> {
    const { store, clock, options } = this.deps;
    if (!this.lease.isHeld()) return options.sweepInMs;
    const links = await this.owning(store.claim(this.lease.owner, clock.now(), silentForInMs, claimBatch));
    for (const link of links) this.employ(link);
    if (links.length > 0) this.deps.log.info('links taken over', { count: links.length });
    return links.length === claimBatch ? 0 : options.sweepInMs;
  }

  /** Waits for an answer that makes links ours. One that is lost may have made them ours all the same. */
  private async owning<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      this.mayOwnMore = true;
      throw error;
    }
  }

  private employ(link: Link): void {
    if (this.stopped) return;
    // The same link may have been taken anew while the answer that brought this one was under way.
    if ((this.workers.get(link.id)?.link.epoch ?? 0) >= link.epoch) return;
    const worker = new LinkWorker(link, { ...this.deps, desks: this.desks }, this.lease, {
      onFinished: (id) => this.dismiss(id, worker),
      onLeaseLost: (id) => {
        if (this.workers.get(id) !== worker) return;
        if (!this.lease.isHeld()) this.loseAll();
        else this.dismiss(id, worker);
      },
    });
    void this.workers.get(link.id)?.stop();
    this.workers.set(link.id, worker);
    worker.start();
  }

  private dismiss(linkId: string, worker: LinkWorker): void {
    if (this.workers.get(linkId) === worker) this.workers.delete(linkId);
    void worker.stop();
  }

  /** Our heartbeat was late: others may own our links by now. Whatever nobody took is claimed anew under a new name. */
  private loseAll(): void {
    if (this.stopped) return;
    this.deps.log.error('lease lost', { links: this.workers.size });
    for (const [id, worker] of this.workers) this.dismiss(id, worker);
    this.lease.renew();
    this.cancelExpiry?.();
    void this.beat();
  }

  private scheduleHeartbeat(): void {
    this.cancelHeartbeat = this.deps.clock.schedule(this.deps.options.heartbeatInMs, () => {
      // The next one does not wait for this one: an answer that takes long must not cost the lease.
      this.scheduleHeartbeat();
      void this.beat();
    });
  }

  private async beat(): Promise<void> {
    try {
      await this.lease.beat();
      this.scheduleExpiry();
    } catch (error) {
      this.deps.log.error('heartbeat failed', { code: errorCode(error) });
    }
  }

  /** From that moment on others may own our links: whatever goes on here, above all listening, has to end then. */
  private scheduleExpiry(): void {
    this.cancelExpiry?.();
    this.cancelExpiry = this.deps.clock.schedule(this.lease.leftInMs(), () => {
      if (!this.lease.isHeld()) this.loseAll();
      else this.scheduleExpiry();
    });
  }
}
