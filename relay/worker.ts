import { type CancelTimer, sleep } from '../common/clock';
import { asJson } from '../common/json';
import { errorCode, type Log } from '../common/log';
import { withinTrace } from '../common/telemetry';
import type { HandoffProvider } from '../handoff/provider';
import { type ClaimedLink, LeaseLost, type LinkChange, type NewMessage } from '../store/links';
import type { LinkActor, WorkerDependencies } from './actor';
import { ClosingSessions } from './closing';
import { CustomerReading } from './customerReading';
import { CustomerTyping } from './customerTyping';
import { DeadlineWatch } from './deadlines';
import { Deliveries } from './deliveries';
import { Finishing } from './finishing';
import type { FormerOwner } from './formerOwners';
import { Inbound } from './inbound';
import { isTerminal, type LiveLink, nextDue, toLiveLink, toStored } from './linkData';
import { Listening } from './listening';
import { Opening } from './opening';
import { Outbound } from './outbound';
import { Pump, type Pumped, type PumpHost } from './pump';
import { applyStep, ending, nextRoute, type Step } from './steps';
import { noteStep } from './watching';

const retryAfterErrorInMs = 1_000;
const stopWithinInMs = 5_000;
const settleWithinInMs = 3_000;
const shareSignalForInMs = 1_000;

type Part = 'opening' | 'inbound' | 'outbound' | 'deliveries' | 'closing' | 'deadlines' | 'finishing' | 'recovery';

/** How a worker's life ends: the link is finished, or somebody else has it. */
export interface WorkerEnd {
  onFinished(linkId: string): void;
  onLeaseLost(linkId: string): void;
}

/**
 * Everything this instance does for one link it owns: opens the session, carries messages both ways, listens,
 * watches deadlines, ends. Its parts run side by side; each change of the link is decided and written one at a time.
 */
export class LinkWorker implements LinkActor {
  readonly log: Log;
  readonly formerOwner: FormerOwner | undefined;
  private current: LiveLink;
  private isUncertain = false;
  /** When the link was last changed, as of the last look after a lost answer. */
  private changedAt: number | undefined;
  private tail: Promise<void> = Promise.resolve();
  private readonly controller = new AbortController();
  private cancelTimer: CancelTimer | undefined;
  private calls: { signal: AbortSignal; timeoutInMs: number; madeAt: number } | undefined;
  private readonly pumps: Record<Part, Pump>;
  private readonly openingPart: Opening;
  private readonly outboundPart: Outbound;
  private readonly deliveriesPart: Deliveries;
  private readonly listening: Listening;
  private readonly typing: CustomerTyping;
  private readonly reading: CustomerReading;

  constructor(
    link: ClaimedLink,
    readonly deps: WorkerDependencies,
    private readonly lease: { isHeld(): boolean },
    private readonly end: WorkerEnd,
  ) {
    this.current = toLiveLink(link);
    this.log = deps.log.child({ link: link.id });
    const { heldBy } = link;
    this.formerOwner = heldBy && { owner: heldBy.owner, seenAt: deps.clock.monotonic() - heldBy.silentForInMs };
    const host: PumpHost = {
      clock: deps.clock,
      run: (part) => withinTrace(this.current.request.traceparent, () => part.run()),
      failed: (error) => this.partFailed(error),
    };
    const pump = (part: Pumped) => new Pump(host, part);
    this.typing = new CustomerTyping(this);
    this.reading = new CustomerReading(this);
    this.openingPart = new Opening(this);
    this.outboundPart = new Outbound(this, this.typing, this.reading);
    this.deliveriesPart = new Deliveries(this, this.reading);
    this.pumps = {
      opening: pump(this.openingPart),
      inbound: pump(new Inbound(this)),
      outbound: pump(this.outboundPart),
      deliveries: pump(this.deliveriesPart),
      closing: pump(new ClosingSessions(this)),
      deadlines: pump(new DeadlineWatch(this)),
      finishing: pump(new Finishing(this, () => this.settled())),
      recovery: pump({ run: () => this.recover() }),
    };
    this.listening = new Listening(this, () => this.pumps.inbound.poke(), host.failed);
  }

  get link(): LiveLink {
    return this.current;
  }

  /** The link while it has its conversation, unless what became of the last write is not known. */
  get openLink(): LiveLink | undefined {
    return this.current.isOpen && !this.isUncertain && !this.signal.aborted ? this.current : undefined;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Nothing is under way but listening: the link can change hands without anybody noticing. */
  get isIdle(): boolean {
    const { state, data } = this.current;
    return data.session !== undefined && !isTerminal(state) && Object.values(this.pumps).every((pump) => pump.isIdle);
  }

  /** The link can change hands in the middle of its work, as after a stop: no session is being opened whose answer would be lost. */
  get canMove(): boolean {
    return !this.current.data.opening;
  }

  /** Takes up whatever the link has open; after a restart just as after its creation. */
  start(): void {
    if (isTerminal(this.current.state) || this.deps.registry.find(this.current.provider)) {
      this.resume();
      return;
    }
    // The desk is no longer configured: the customer must not wait for it.
    this.log.error('desk of an open link is not configured', { provider: this.current.provider });
    const now = this.deps.clock.now();
    this.mutate((link) =>
      link.data.connectedAt === undefined
        ? nextRoute(link, 'error')
        : ending(link, { by: 'system', reason: 'error' }, 'afterEnd', now),
    ).then(
      () => this.resume(),
      (error: unknown) => {
        const pauseInMs = this.partFailed(error);
        if (pauseInMs !== undefined) this.deps.clock.schedule(pauseInMs, () => this.start());
      },
    );
  }

  /** Somebody wrote to the outbox or the inbox; `where` saves looking into the others. */
  wake(where?: 'inbound' | 'outbound'): void {
    if (where !== 'outbound') this.pumps.inbound.poke();
    if (where !== 'inbound') this.pumps.outbound.nudge();
    if (where === undefined) this.pumps.deliveries.nudge();
  }

  /**
   * Writes down a customer's message that can go to the desk at once, together with its first attempt, and sends it. True when it
   * is written; false, and nothing done, when it has to be appended to others.
   */
  async accept(message: NewMessage): Promise<boolean> {
    return this.outboundPart.accept(message, () => this.pumps.outbound.begin());
  }

  /** The customer types. */
  customerTyping(): void {
    if (this.typing.notice(() => this.pumps.outbound.poke())) this.pumps.outbound.poke();
  }

  /** The customer has read what was shown to them. */
  customerRead(): void {
    if (this.reading.notice()) this.pumps.outbound.poke();
  }

  /** Lets calls under way finish for some seconds, then aborts them. Afterwards nothing more is sent or written. */
  async stop(): Promise<void> {
    this.cancelTimer?.();
    this.typing.clear();
    const parts = [this.listening.stop(), ...Object.values(this.pumps).map((pump) => pump.stop())];
    let cancel: CancelTimer = () => undefined;
    const patience = new Promise<void>((resolve) => {
      cancel = this.deps.clock.schedule(stopWithinInMs, resolve);
    });
    await Promise.race([Promise.all(parts), patience]);
    cancel();
    this.controller.abort();
    await this.tail;
  }

  provider(): HandoffProvider {
    return this.deps.registry.get(this.current.provider);
  }

  assertLease(): void {
    if (this.signal.aborted || !this.lease.isHeld()) throw new LeaseLost(this.current.id);
  }

  callSignal(timeoutInMs: number = this.deps.options.callTimeoutInMs): AbortSignal {
    const now = this.deps.clock.monotonic();
    const known = this.calls;
    if (known && known.timeoutInMs === timeoutInMs && now - known.madeAt < shareSignalForInMs && !known.signal.aborted)
      return known.signal;
    // Shared by the calls of a second: under load, signals that live on until their time outnumber everything else.
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(timeoutInMs + shareSignalForInMs)]);
    this.calls = { signal, timeoutInMs, madeAt: now };
    return signal;
  }

  relocate(): void {
    this.listening.relocate();
  }

  mutate(decide: (link: LiveLink) => Step | undefined): Promise<number | undefined> {
    const result = this.tail.then(async () => {
      if (this.signal.aborted) throw new LeaseLost(this.current.id);
      if (this.isUncertain) await this.reload();
      const step = decide(this.current);
      if (!step) return undefined;
      let begun: number | undefined;
      try {
        begun = await this.write(step);
      } catch (error) {
        // A store that did not answer may have done it all the same.
        this.isUncertain = !(error instanceof LeaseLost);
        if (this.isUncertain) this.pumps.recovery.poke();
        throw error;
      }
      if (step.begin && begun === undefined) return undefined;
      const before = this.current;
      this.current = applyStep(before, step);
      this.afterWrite(step, before, begun);
      return begun;
    });
    this.tail = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** The part whose answer was lost may find nothing left to do, and with it nobody would learn what has become of the link. */
  private async recover(): Promise<undefined> {
    if (this.isUncertain) await this.mutate(() => undefined);
    return undefined;
  }

  /** After a write with unknown outcome: what the store holds is what counts. */
  private async reload(): Promise<void> {
    const link = await this.deps.store.get(this.current.id);
    if (!link || link.epoch !== this.current.epoch) throw new LeaseLost(this.current.id);
    this.isUncertain = false;
    const hasMovedOn = link.state !== this.current.state || link.sessionKey !== this.current.sessionKey;
    const isNews = hasMovedOn || link.updatedAt !== this.changedAt;
    this.changedAt = link.updatedAt;
    this.current = toLiveLink(link);
    if (link.isFinished) this.end.onFinished(link.id);
    // Parts that hurried each other on would not let a store breathe that is in trouble: those that failed keep their pause.
    else if (isNews) this.resume(hasMovedOn ? 'poke' : 'nudge');
    // A delivery that was begun with the write is not found by a sweep.
    else this.pumps.deliveries.nudge();
  }

  private resume(how: 'poke' | 'nudge' = 'poke'): void {
    if (this.signal.aborted) return;
    for (const pump of Object.values(this.pumps)) pump[how]();
    this.listening.adjust();
    this.setTimer();
  }

  /** Resolves when what the desk said is taken in and no message is on its way to it, or after a few seconds. */
  private async settled(): Promise<void> {
    this.pumps.inbound.poke();
    const idle = Promise.all([this.pumps.inbound.idle(), this.pumps.outbound.idle()]);
    const patience = new AbortController();
    await Promise.race([idle, sleep(this.deps.clock, settleWithinInMs, patience.signal)]);
    patience.abort();
  }

  /** The number of the message that was begun with the step, if one was. */
  private async write(step: Step): Promise<number | undefined> {
    const { store, clock } = this.deps;
    const { id, epoch, provider, data } = this.current;
    const now = clock.now();
    if (step.begin) {
      const { message, reservation } = step.begin;
      const note = { ...(reservation && { reservation }), ...(step.data && { data: toStored(step.data) }) };
      return store.appendBegun({ id, epoch }, message, note, now);
    }
    if (step.received) {
      const { sessionKey, events } = step.received;
      await store.receiveListened({ id, epoch, provider, sessionKey }, events, toStored(step.data ?? data), now);
    } else if (step.attempt) {
      const { seq, reservation } = step.attempt;
      const note = { ...(reservation && { reservation }), ...(step.data && { data: toStored(step.data) }) };
      await store.beginAttempt({ seq, linkId: id }, epoch, note, now);
    } else {
      const change = toChange(step, this.current);
      // Nothing is before it: what is pending has been tried, and holds the pump.
      if (change.appendToCustomer?.length && this.pumps.deliveries.isIdle) change.beginsDelivery = true;
      return store.update(id, epoch, change, now);
    }
    return undefined;
  }

  private afterWrite(step: Step, before: LiveLink, begun: number | undefined): void {
    const { pumps, current } = this;
    noteStep(before, current);
    if (step.deliveries?.length) {
      const [first] = step.deliveries;
      if (first && begun !== undefined)
        this.deliveriesPart.take({ ...first, seq: begun, hasFollowers: step.deliveries.length > 1 });
      pumps.deliveries.poke();
    }
    if (step.notes?.length) pumps.outbound.poke();
    if (step.data && step.data.closings.length > before.data.closings.length) pumps.closing.poke();
    if (step.data && step.data.closings.length < before.data.closings.length) this.listening.adjust();
    if (step.data && nextDue(step.data.deadlines) !== nextDue(before.data.deadlines)) this.setTimer();
    if (before.data.deadlines.adopt !== undefined && current.data.deadlines.adopt === undefined) pumps.opening.poke();
    const isRequeued = current.data.requeues !== before.data.requeues;
    if (isRequeued) this.openingPart.leave();
    const movedOn = isRequeued || current.state !== before.state || current.sessionKey !== before.sessionKey;
    if (movedOn) {
      this.listening.adjust();
      pumps.inbound.poke();
      if (isTerminal(current.state)) pumps.finishing.poke();
      else {
        pumps.opening.poke();
        pumps.outbound.poke();
      }
    }
    if (step.isFinished) this.end.onFinished(current.id);
  }

  private setTimer(): void {
    this.cancelTimer?.();
    const due = nextDue(this.current.data.deadlines);
    if (due === null) return;
    const delayInMs = Math.max(0, due - this.deps.clock.now());
    this.cancelTimer = this.deps.clock.schedule(Math.min(delayInMs, 60_000), () => {
      if (this.deps.clock.now() < due) this.setTimer();
      else this.pumps.deadlines.poke();
    });
  }

  /** The pause before a part that failed is run again; none when the link is no longer ours. */
  private partFailed(error: unknown): number | undefined {
    if (error instanceof LeaseLost) {
      this.end.onLeaseLost(this.current.id);
      return undefined;
    }
    // The store is out of reach, or a fault of ours: what is written stays written.
    this.log.error('relay part failed', { code: errorCode(error) });
    return retryAfterErrorInMs;
  }
}

/** The change of the store that a step means; what stays as it is is not named, so that it is not written. */
function toChange(step: Step, link: LiveLink): LinkChange {
  const { state, provider, sessionKey, data, deliveries, notes, isOpen, isFinished, handledEvents, settled } = step;
  return {
    ...(state !== undefined && state !== link.state && { state }),
    ...(provider !== undefined && provider !== link.provider && { provider }),
    ...(sessionKey !== undefined && (sessionKey ?? undefined) !== link.sessionKey && { sessionKey }),
    ...(isOpen !== undefined && { isOpen }),
    ...(isFinished !== undefined && { isFinished }),
    ...(handledEvents && { handledEvents }),
    ...(settled && { settled }),
    ...(data && data !== link.data && { data: toStored(data), dueAt: nextDue(data.deadlines) }),
    ...(notes && { appendToDesk: notes }),
    ...(deliveries && {
      appendToCustomer: deliveries.map(({ id, delivery }) => ({ messageId: id, payload: asJson(delivery) })),
    }),
  };
}
