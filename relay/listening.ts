import { backoffInMs } from '../common/backoff';
import { sleep } from '../common/clock';
import type { JsonObject } from '../common/json';
import { toJson } from '../common/json';
import { HandoffError } from '../handoff/errors';
import type { HandoffEvent } from '../handoff/events';
import type { ListenBatch, ListenInbound } from '../handoff/provider';
import type { LinkActor } from './actor';
import { isTerminal } from './linkData';
import { merged } from './session';
import { ending } from './steps';

/** Listens to the desk for one link, for as long as it has a session and this instance owns it. */
export class Listening {
  private controller: AbortController | undefined;
  private sessionKey: string | undefined;
  private moved = false;
  private failures = 0;
  private silentSince: number | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly actor: LinkActor,
    private readonly onEvents: () => void,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Brings the listening in line with the link: begins, goes on, or stops. */
  adjust(): void {
    const { link, signal } = this.actor;
    const wanted = signal.aborted || isTerminal(link.state) || !link.data.session ? undefined : link.sessionKey;
    if (wanted === this.sessionKey) return;
    this.controller?.abort();
    this.sessionKey = wanted;
    if (wanted === undefined) return;
    const inbound = this.actor.provider().inbound;
    if (inbound.kind !== 'listen') return;
    this.begin(inbound, wanted);
  }

  /** The desk moved the session: the present poll hangs at the old place and is given up. */
  relocate(): void {
    this.moved = true;
    this.controller?.abort();
    const inbound = this.actor.provider().inbound;
    if (inbound.kind === 'listen' && this.sessionKey !== undefined) this.begin(inbound, this.sessionKey);
  }

  async stop(): Promise<void> {
    this.controller?.abort();
    await this.running;
  }

  private begin(inbound: ListenInbound<JsonObject>, sessionKey: string): void {
    const controller = new AbortController();
    this.controller = controller;
    const signal = AbortSignal.any([controller.signal, this.actor.signal]);
    // One poll at a time: the next begins when the last has really ended.
    this.running = this.running.then(() => this.listen(inbound, sessionKey, signal)).catch(this.onError);
  }

  private async listen(inbound: ListenInbound<JsonObject>, sessionKey: string, signal: AbortSignal): Promise<void> {
    const { clock, options } = this.actor.deps;
    while (!signal.aborted) {
      const session = this.actor.link.data.session;
      if (!session || this.actor.link.sessionKey !== sessionKey || isTerminal(this.actor.link.state)) return;
      const moved = this.moved;
      this.moved = false;
      try {
        this.actor.assertLease();
        for await (const batch of inbound.listen(session, { moved }, signal)) {
          this.failures = 0;
          this.silentSince = undefined;
          await this.take(sessionKey, batch);
        }
        if (!signal.aborted) this.failures += 1;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof HandoffError)) throw error;
        if (moved) this.moved = true;
        await this.failed(error);
      }
      if (signal.aborted) return;
      await sleep(clock, backoffInMs(Math.max(1, this.failures), options.listenBackoff), signal);
    }
  }

  private async take(sessionKey: string, batch: ListenBatch<JsonObject>): Promise<void> {
    const { deps, link } = this.actor;
    const typing = batch.events.filter((event) => event.kind === 'agentTyping');
    const lasting = batch.events.filter((event) => event.kind !== 'agentTyping');
    await this.actor.mutate((latest) => ({
      data: { ...latest.data, ...(latest.data.session && { session: merged(latest.data.session, batch.session) }) },
      received: {
        sessionKey,
        events: lasting.map((event: HandoffEvent) => ({ eventId: event.eventId, payload: toJson(event) as JsonObject })),
      },
    }));
    if (lasting.length > 0) this.onEvents();
    const last = typing.at(-1);
    if (last?.kind === 'agentTyping') void deps.channel.typing(link.request.conversation, last.isTyping);
  }

  private async failed(error: HandoffError): Promise<void> {
    const { clock, options } = this.actor.deps;
    this.failures += 1;
    this.silentSince ??= clock.now();
    this.actor.log.warn('listening to desk failed', { code: error.code, detail: error.detail ?? null, attempt: this.failures });
    const isLost = !error.retriable || clock.now() - this.silentSince > options.deskDownForInMs;
    if (!isLost) return;
    await this.actor.mutate((link) =>
      isTerminal(link.state) ? undefined : ending(link, { by: 'system', reason: error.code }, 'afterEnd', clock.now()),
    );
  }
}
