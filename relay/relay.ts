import { asJson } from '../common/json';
import { errorCode } from '../common/log';
import { isTraced, noParent, span } from '../common/telemetry';
import type { InboundEvent } from '../handoff/provider';
import type { CustomerMessage } from '../handoff/request';
import { commands, type DeadLetter, type Direction, type NewEvent } from '../store/links';
import type { RelayDependencies } from './actor';
import { commandKey } from './commandKey';
import { commandEvent, type RelayCommand } from './inbound';
import { type LinkData, type LinkRequest, type LiveLink, toLiveLink, toStored } from './linkData';
import type { RelayStatus } from './operating/orders';
import { Ownership } from './ownership';
import { noteEvents, noteRequested } from './watching';

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
  private readonly ownership: Ownership;
  private readonly deps: RelayDependencies;
  private readonly isExclusive: boolean;

  constructor(given: RelayDependencies & { isExclusive: boolean }) {
    this.ownership = new Ownership(given, given.isExclusive);
    this.deps = { ...given, clock: this.ownership.clock };
    this.isExclusive = given.isExclusive;
  }

  /** Claims what an earlier process left and goes on with it. Throws when the store cannot be reached. */
  start(): Promise<void> {
    return this.ownership.start();
  }

  /** Lets calls under way finish, gives the links free, and tells the other instances to take them. Twice is fine. */
  stop(): Promise<void> {
    return this.ownership.stop();
  }

  /**
   * Opens a link. Resolves when it is written down; the desk is asked afterwards. When the conversation has an open
   * link already, that one is returned with `created: false`.
   */
  async request(handoff: NewHandoff): Promise<{ link: LiveLink; created: boolean }> {
    const first = handoff.request.routes[0];
    if (!first) throw new Error('A handoff needs at least one route.');
    const data: LinkData = { routeIndex: 0, openAttempts: 0, opening: false, deadlines: {}, closings: [] };
    const { link, created } = await this.ownership.owning(
      this.deps.store.open(
        {
          id: handoff.id,
          conversationKey: handoff.conversationKey,
          provider: first.provider,
          request: toStored(handoff.request),
          data: toStored(data),
        },
        this.ownership.lease.owner,
        this.deps.clock.now(),
      ),
    );
    const live = toLiveLink(link);
    if (created) {
      noteRequested(live);
      this.ownership.employ(link);
    }
    return { link: live, created };
  }

  /** The link that has the conversation now, if any. */
  async find(conversationKey: string): Promise<LiveLink | undefined> {
    const attended = this.ownership.openLink(conversationKey);
    if (attended) return attended;
    const link = await this.deps.store.findOpen(conversationKey);
    return link && toLiveLink(link);
  }

  /**
   * Takes a customer's message for the desk. `accepted` and `duplicate`: it is written down (promise 1).
   * `closed`: the handoff is over; the message belongs to the bot, after `released`.
   */
  async accept(linkId: string, message: CustomerMessage): Promise<'accepted' | 'duplicate' | 'closed'> {
    const row = { messageId: message.id, payload: asJson(message) };
    if (await this.ownership.worker(linkId)?.accept(row)) return 'accepted';
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

  /** How this instance stands, for operators. */
  status(): RelayStatus {
    return { owner: this.ownership.lease.owner, desks: this.ownership.deskStates() };
  }

  /** Messages that were given up, newest first. */
  deadLetters(limit: number): Promise<DeadLetter[]> {
    return this.deps.store.deadLetters(limit);
  }

  /** The customer types. Best effort: only the instance that owns the link passes it on. */
  typing(linkId: string): void {
    this.ownership.worker(linkId)?.customerTyping();
  }

  /** The customer has read what was shown to them. Best effort, as `typing` is. */
  customerRead(linkId: string): void {
    this.ownership.worker(linkId)?.customerRead();
  }

  /** Ends the handoff from our side. Resolves when it is written down. Twice is fine. */
  async command(linkId: string, kind: RelayCommand['kind']): Promise<void> {
    const { eventId, payload } = commandEvent(kind, this.deps.clock.now());
    const event = { eventId, payload: asJson(payload) };
    await this.write(commands, commandKey(linkId), linkId, [event]);
  }

  /** Takes a desk's events. Resolves when they are written down: only then may the desk be answered. */
  async receive(provider: string, events: InboundEvent[]): Promise<void> {
    noteEvents(
      provider,
      events.map(({ event }) => event),
    );
    for (const [sessionKey, group] of Map.groupBy(events, (event) => event.sessionKey)) {
      const lasting = group.filter(({ event }) => event.kind !== 'agentTyping');
      const handoffId = group.find((event) => event.handoffId !== undefined)?.handoffId;
      const rows = lasting.map(({ event }) => ({ eventId: event.eventId, payload: asJson(event) }));
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
    const begunAt = this.deps.clock.monotonic();
    const linkId = await this.deps.store.receive(provider, sessionKey, handoffId, events, this.deps.clock.now());
    if (linkId === undefined) return;
    await this.wake(linkId, 'inbound');
    if (isTraced() && provider !== commands) void this.trace(linkId, { provider, events: events.length, begunAt });
  }

  /** Puts a desk's call into the trace of the handoff it was about, which only now is known. */
  private async trace(linkId: string, call: { provider: string; events: number; begunAt: number }): Promise<void> {
    const tookInMs = this.deps.clock.monotonic() - call.begunAt;
    try {
      const link = this.ownership.worker(linkId)?.link ?? (await this.get(linkId));
      const attributes = { 'switchboard.provider': call.provider, 'switchboard.events': call.events };
      const parent = link?.request.traceparent ?? noParent;
      span('desk.webhook', { kind: 'server', parent, attributes, begunAgoInMs: tookInMs }, () => undefined);
    } catch (error) {
      this.deps.log.debug('a desk’s call is not in its trace', { code: errorCode(error) });
    }
  }

  /** Where no other instance can own the link, its worker is told at once and exactly. */
  private async wake(linkId: string, where: 'inbound' | 'outbound'): Promise<void> {
    const worker = this.isExclusive ? this.ownership.worker(linkId) : undefined;
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
}
