import type { CancelTimer } from '../common/clock';
import type { JsonObject } from '../common/json';
import { toJson } from '../common/json';
import { errorCode, type Log } from '../common/log';
import type { HandoffProvider } from '../handoff/provider';
import { LeaseLost, type Link, type LinkChange } from '../store/links';
import type { LinkActor, WorkerDependencies } from './actor';
import { ClosingSessions } from './closing';
import { CustomerTyping } from './customerTyping';
import { DeadlineWatch } from './deadlines';
import { Deliveries } from './deliveries';
import { Finishing } from './finishing';
import { Inbound } from './inbound';
import { isTerminal, type LiveLink, nextDue, toLiveLink, toStored } from './linkData';
import { Listening } from './listening';
import { Opening } from './opening';
import { Outbound } from './outbound';
import { Pump } from './pump';
import type { Step } from './steps';

const retryAfterErrorInMs = 1_000;
const stopWithinInMs = 5_000;

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
  private current: LiveLink;
  private tail: Promise<void> = Promise.resolve();
  private readonly controller = new AbortController();
  private cancelTimer: CancelTimer | undefined;
  private readonly pumps: Record<'opening' | 'inbound' | 'outbound' | 'deliveries' | 'closing' | 'deadlines' | 'finishing', Pump>;
  private readonly listening: Listening;
  private readonly typing: CustomerTyping;

  constructor(
    link: Link,
    readonly deps: WorkerDependencies,
    private readonly lease: { isHeld(): boolean },
    private readonly end: WorkerEnd,
  ) {
    this.current = toLiveLink(link);
    this.log = deps.log.child({ link: link.id });
    const pump = (part: { run(): Promise<number | undefined> }): Pump => {
      const made: Pump = new Pump(
        deps.clock,
        () => part.run(),
        (error) => this.partFailed(error, made),
      );
      return made;
    };
    this.typing = new CustomerTyping(this);
    const outbound = pump(new Outbound(this, this.typing));
    this.pumps = {
      opening: pump(new Opening(this)),
      inbound: pump(new Inbound(this)),
      outbound,
      deliveries: pump(new Deliveries(this)),
      closing: pump(new ClosingSessions(this)),
      deadlines: pump(new DeadlineWatch(this)),
      finishing: pump(new Finishing(this, () => outbound.idle())),
    };
    this.listening = new Listening(
      this,
      () => this.pumps.inbound.poke(),
      (error) => this.partFailed(error),
    );
  }

  get link(): LiveLink {
    return this.current;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Takes up whatever the link has open; after a restart just as after its creation. */
  start(): void {
    for (const pump of Object.values(this.pumps)) pump.poke();
    this.listening.adjust();
    this.setTimer();
  }

  /** Somebody wrote to the outbox or the inbox. */
  wake(): void {
    this.pumps.inbound.poke();
    this.pumps.outbound.poke();
    this.pumps.deliveries.poke();
  }

  /** The customer types. */
  customerTyping(): void {
    if (this.typing.notice(() => this.pumps.outbound.poke())) this.pumps.outbound.poke();
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
    return AbortSignal.any([this.signal, AbortSignal.timeout(timeoutInMs)]);
  }

  relocate(): void {
    this.listening.relocate();
  }

  mutate(decide: (link: LiveLink) => Step | undefined): Promise<void> {
    const result = this.tail.then(async () => {
      if (this.signal.aborted) throw new LeaseLost(this.current.id);
      const step = decide(this.current);
      if (!step) return;
      await this.write(step);
      const before = this.current;
      this.current = applyStep(before, step);
      this.afterWrite(step, before);
    });
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async write(step: Step): Promise<void> {
    const { store, clock } = this.deps;
    const { id, epoch, provider, data } = this.current;
    const now = clock.now();
    if (step.received) {
      const { sessionKey, events } = step.received;
      await store.receiveListened({ id, epoch, provider, sessionKey }, events, toStored(step.data ?? data), now);
    } else if (step.attempt) {
      const { seq, reservation } = step.attempt;
      const note = { ...(reservation && { reservation }), ...(step.data && { data: toStored(step.data) }) };
      await store.beginAttempt({ seq, linkId: id }, epoch, note, now);
    } else {
      await store.update(id, epoch, toChange(step), now);
    }
  }

  private afterWrite(step: Step, before: LiveLink): void {
    const { pumps, current } = this;
    if (step.deliveries?.length) pumps.deliveries.poke();
    if (step.data && step.data.closings.length > 0) pumps.closing.poke();
    if (step.data && nextDue(step.data.deadlines) !== nextDue(before.data.deadlines)) this.setTimer();
    if (before.data.deadlines.adopt !== undefined && current.data.deadlines.adopt === undefined) pumps.opening.poke();
    const movedOn = current.state !== before.state || current.sessionKey !== before.sessionKey;
    if (movedOn) {
      this.listening.adjust();
      if (isTerminal(current.state)) pumps.finishing.poke();
      else {
        pumps.opening.poke();
        pumps.inbound.poke();
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

  private partFailed(error: unknown, pump?: Pump): void {
    if (error instanceof LeaseLost) {
      this.end.onLeaseLost(this.current.id);
      return;
    }
    // The store is out of reach, or a fault of ours: what is written stays written, the part is run again.
    this.log.error('relay part failed', { code: errorCode(error) });
    this.deps.clock.schedule(retryAfterErrorInMs, () => (pump ? pump.poke() : this.listening.adjust()));
  }
}

function toChange(step: Step): LinkChange {
  const { data, deliveries, received: _received, attempt: _attempt, ...rest } = step;
  return {
    ...rest,
    ...(data && { data: toStored(data), dueAt: nextDue(data.deadlines) }),
    ...(deliveries && {
      appendToCustomer: deliveries.map(({ id, delivery }) => ({ messageId: id, payload: toJson(delivery) as JsonObject })),
    }),
  };
}

function applyStep(link: LiveLink, step: Step): LiveLink {
  return {
    ...link,
    state: step.state ?? link.state,
    provider: step.provider ?? link.provider,
    sessionKey: step.sessionKey === undefined ? link.sessionKey : (step.sessionKey ?? undefined),
    data: step.data ?? link.data,
  };
}
