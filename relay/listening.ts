import { backoffInMs } from '../common/backoff';
import { sleep } from '../common/clock';
import type { JsonObject } from '../common/json';
import { toJson } from '../common/json';
import { count, span, withinTrace } from '../common/telemetry';
import { HandoffError } from '../handoff/errors';
import type { HandoffEvent } from '../handoff/events';
import type { ListenBatch, ListenInbound } from '../handoff/provider';
import type { LinkActor } from './actor';
import { isTerminal, type LinkData, type LiveLink } from './linkData';
import { merged } from './session';
import { ending } from './steps';
import { noteEvents } from './watching';

/** Listens to the desk for one link, for as long as it has a session and this instance owns it. */
export class Listening {
  private controller: AbortController | undefined;
  private sessionKey: string | undefined;
  private moved = false;
  /** From a `relocate` until the desk has answered at the new place. */
  private isMoving = false;
  private isStopped = false;
  private failures = 0;
  private silentSince: number | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly actor: LinkActor,
    private readonly onEvents: () => void,
    /** Answers with the pause before listening is begun again, or undefined when it shall not be. */
    private readonly onError: (error: unknown) => number | undefined,
  ) {}

  /**
   * Brings the listening in line with the link: begins, goes on, or stops. It goes on until the session is closed at the
   * desk: a session that moves meanwhile could not be found, and so not closed, without it.
   */
  adjust(): void {
    const { link, signal } = this.actor;
    const wanted = this.isStopped || signal.aborted || !listenedSession(link) ? undefined : link.sessionKey;
    if (wanted === this.sessionKey) return;
    this.controller?.abort();
    this.sessionKey = wanted;
    if (wanted === undefined) return;
    const inbound = this.actor.deps.registry.find(link.provider)?.inbound;
    if (inbound?.kind !== 'listen') return;
    this.begin(inbound, wanted);
  }

  /** The desk moved the session: the present poll hangs at the old place and is given up. */
  relocate(): void {
    if (this.isMoving) return;
    this.isMoving = true;
    this.moved = true;
    this.controller?.abort();
    const inbound = this.actor.provider().inbound;
    if (inbound.kind === 'listen' && this.sessionKey !== undefined) this.begin(inbound, this.sessionKey);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.controller?.abort();
    await this.running;
  }

  private begin(inbound: ListenInbound<JsonObject>, sessionKey: string): void {
    const controller = new AbortController();
    this.controller = controller;
    // The worker stops its listening before it aborts anything else, so this signal alone will do: they are thousands.
    const { signal } = controller;
    // One poll at a time: the next begins when the last has really ended.
    this.running = this.running
      .then(() => withinTrace(this.actor.link.request.traceparent, () => this.listen(inbound, sessionKey, signal)))
      .catch((error: unknown) => {
        const pauseInMs = this.onError(error);
        if (this.controller !== controller || pauseInMs === undefined) return;
        this.actor.deps.clock.schedule(pauseInMs, () => {
          if (this.controller !== controller) return;
          this.sessionKey = undefined;
          this.adjust();
        });
      });
  }

  private async listen(inbound: ListenInbound<JsonObject>, sessionKey: string, signal: AbortSignal): Promise<void> {
    const { clock, options } = this.actor.deps;
    await this.awaitFormerOwner(inbound, signal);
    while (!signal.aborted) {
      const session = listenedSession(this.actor.link);
      if (!session || this.actor.link.sessionKey !== sessionKey) return;
      const moved = this.moved;
      this.moved = false;
      let askedToWaitInMs = 0;
      try {
        this.actor.assertLease();
        for await (const batch of inbound.listen(session, { moved }, signal)) {
          this.failures = 0;
          this.silentSince = undefined;
          this.isMoving = false;
          await this.take(sessionKey, batch);
        }
        if (!signal.aborted) this.failures += 1;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof HandoffError)) throw error;
        if (moved) this.moved = true;
        this.isMoving = false;
        if (await this.isLost(error)) return;
        // Not beyond the time after which the customer is told that the desk cannot be heard.
        askedToWaitInMs = Math.min(error.retryAfterInMs ?? 0, options.deskDownForInMs);
      }
      if (signal.aborted) return;
      await sleep(clock, backoffInMs(Math.max(1, this.failures), options.listenBackoff, askedToWaitInMs), signal);
    }
  }

  /** The desk must not be asked beside somebody whose request it may still hold; at a new place nobody has asked yet. */
  private async awaitFormerOwner({ exclusiveForInMs }: ListenInbound<JsonObject>, signal: AbortSignal): Promise<void> {
    const { formerOwner, deps } = this.actor;
    if (formerOwner && exclusiveForInMs !== undefined && !this.moved)
      await deps.formerOwners.letGo(formerOwner, exclusiveForInMs, signal);
  }

  private async take(sessionKey: string, batch: ListenBatch<JsonObject>): Promise<void> {
    const { deps, link } = this.actor;
    // A process that was frozen wakes up here: nothing more may be asked when others own the link by now.
    this.actor.assertLease();
    if (batch.events.length === 0 && Object.keys(batch.session).length === 0) return;
    const typing = batch.events.filter((event) => event.kind === 'agentTyping');
    const lasting = batch.events.filter((event) => event.kind !== 'agentTyping');
    const events = lasting.map((event: HandoffEvent) => ({ eventId: event.eventId, payload: toJson(event) as JsonObject }));
    const write = () =>
      this.actor.mutate((latest) =>
        // A session that was left meanwhile has no say any more.
        latest.sessionKey === sessionKey
          ? { data: withSession(latest, batch.session), received: { sessionKey, events } }
          : undefined,
      );
    const attributes = { 'switchboard.provider': link.provider, 'switchboard.events': batch.events.length };
    noteEvents(link.provider, batch.events);
    await (batch.events.length > 0 ? span('desk.poll', { kind: 'consumer', attributes }, write) : write());
    if (lasting.length > 0) this.onEvents();
    const last = typing.at(-1);
    if (last?.kind === 'agentTyping') void deps.channel.typing(link.request.conversation, last.isTyping);
  }

  /** True when listening is over: the desk ended the session, or could not be heard for too long. */
  private async isLost(error: HandoffError): Promise<boolean> {
    const { clock, options } = this.actor.deps;
    this.failures += 1;
    this.silentSince ??= clock.now();
    this.actor.log.warn('listening to desk failed', { code: error.code, detail: error.detail ?? null, attempt: this.failures });
    if (error.retriable && clock.now() - this.silentSince <= options.deskDownForInMs) {
      count('switchboard.retries', { what: 'listen' });
      return false;
    }
    await this.actor.mutate((link) =>
      isTerminal(link.state) ? undefined : ending(link, { by: 'system', reason: error.code }, 'afterEnd', clock.now()),
    );
    return true;
  }
}

/** The session that is listened to: the live one, or after the end the one that is being closed. */
function listenedSession(link: LiveLink): JsonObject | undefined {
  return link.data.session ?? link.data.closings.find((closing) => closing.provider === link.provider)?.session;
}

/** The link's data with the members of the listened session that changed. */
function withSession({ data, provider }: LiveLink, changes: Partial<JsonObject>): LinkData {
  if (data.session) return { ...data, session: merged(data.session, changes) };
  const index = data.closings.findIndex((closing) => closing.provider === provider);
  const closings = data.closings.map((closing, at) =>
    at === index ? { ...closing, session: merged(closing.session, changes) } : closing,
  );
  return { ...data, closings };
}
