import { isoTime } from '../common/clock';
import type { HandoffEvent } from '../handoff/events';
import type { LinkActor } from './actor';
import { advance } from './advance';
import { isTerminal, type LiveLink } from './linkData';
import { ending, nextRoute, type Step } from './steps';

/** What our own side can ask of a link; travels through the inbox like a desk's event. */
export type RelayCommand = { kind: 'customerLeft'; at: string } | { kind: 'operatorEnded'; at: string };
export type LinkEvent = HandoffEvent | RelayCommand;

/** Commands are written under this session key, so that they find the link whatever its route is. */
export const commandKey = (linkId: string): string => `handoff:${linkId}`;

const batchSize = 100;

/** Events from the inbox, in order of arrival, each folded into the link exactly once. */
export class Inbound {
  constructor(private readonly actor: LinkActor) {}

  async run(): Promise<undefined> {
    for (;;) {
      const { link } = this.actor;
      const rows = await this.actor.deps.store.unhandled(link.provider, link.sessionKey, link.id, batchSize);
      const ready = rows.filter((row) => this.isReady(row.sessionKey));
      if (ready.length === 0) return undefined;
      await this.actor.mutate((latest) => this.fold(latest, ready));
      if (rows.length < batchSize) return undefined;
    }
  }

  /** Events of a session that `open` has not brought yet wait for it, or for its failure (then the session is adopted). */
  private isReady(sessionKey: string): boolean {
    const { link } = this.actor;
    if (sessionKey === commandKey(link.id) || link.sessionKey !== undefined || isTerminal(link.state)) return true;
    return link.data.deadlines.adopt !== undefined && this.actor.provider().adopt !== undefined;
  }

  private fold(start: LiveLink, rows: { seq: number; eventId: string; sessionKey: string; payload: unknown }[]): Step {
    const { clock } = this.actor.deps;
    let link = start;
    const step: Step = { handledEvents: rows.map((row) => row.seq), deliveries: [] };
    for (const row of rows) {
      // Written by Relay from this very type.
      const event = row.payload as LinkEvent;
      const next = this.apply(this.adopted(link, row.sessionKey, step), event, row.sessionKey);
      // Event ids are unique only within a session, and each route has one.
      const { routeIndex } = link.data;
      for (const [index, delivery] of (next.deliveries ?? []).entries()) {
        step.deliveries?.push({ id: `${routeIndex}:${row.eventId}#${index}`, delivery: delivery.delivery });
      }
      link = applied(link, next, step);
    }
    if (!isTerminal(link.state)) {
      const idle = clock.now() + this.actor.deps.options.idleForInMs;
      step.data = { ...link.data, deadlines: { ...link.data.deadlines, idle } };
    }
    return step;
  }

  private adopted(link: LiveLink, sessionKey: string, step: Step): LiveLink {
    const provider = this.actor.deps.registry.get(link.provider);
    const isCommand = sessionKey === commandKey(link.id);
    if (isCommand || link.sessionKey !== undefined || isTerminal(link.state) || !provider.adopt) return link;
    const route = link.request.routes[link.data.routeIndex];
    if (!route) return link;
    const { adopt: _adopt, open: _open, ...deadlines } = link.data.deadlines;
    const session = provider.adopt(sessionKey, { ...link.request.handoff, id: link.id, target: route.target, transcript: [] });
    const accept = this.actor.deps.clock.now() + route.acceptWithinInMs;
    return applied(
      link,
      { sessionKey, state: 'queued', data: { ...link.data, session, opening: false, deadlines: { ...deadlines, accept } } },
      step,
    );
  }

  private apply(link: LiveLink, event: LinkEvent, sessionKey: string): Step {
    const { clock, registry } = this.actor.deps;
    const now = clock.now();
    if (event.kind === 'customerLeft' || event.kind === 'operatorEnded') {
      if (isTerminal(link.state)) return {};
      const [by, close] =
        event.kind === 'customerLeft' ? (['customer', 'customerLeft'] as const) : (['system', 'operator'] as const);
      return ending(link, { by, reason: event.kind }, close, now);
    }
    // A session of an earlier route has no say any more.
    if (sessionKey !== link.sessionKey) return {};
    const result = advance(link, event, {
      now,
      agentLeftGraceInMs: registry.get(link.provider).capabilities.agentLeftGraceInMs,
      acceptWithinInMs: link.request.routes[link.data.routeIndex]?.acceptWithinInMs ?? 0,
    });
    if (result.ignored) {
      this.actor.log.info('desk event ignored', { event: event.kind, state: link.state });
      return {};
    }
    const moved = { ...link, state: result.state, data: result.data };
    if (result.nextRoute) return nextRoute(moved, result.data.failure ?? 'error');
    if (result.state === 'ended') return ending(moved, result.data.ended ?? { by: 'system' }, 'afterEnd', now);
    return {
      state: result.state,
      data: result.data,
      deliveries: result.deliveries.map((delivery) => ({ id: '', delivery })),
    };
  }
}

/** The link after a partial step, which is collected into the whole one. */
function applied(link: LiveLink, part: Step, whole: Step): LiveLink {
  const next = { ...link };
  if (part.state !== undefined) next.state = whole.state = part.state;
  if (part.data !== undefined) next.data = whole.data = part.data;
  if (part.provider !== undefined) next.provider = whole.provider = part.provider;
  if (part.sessionKey !== undefined) {
    whole.sessionKey = part.sessionKey;
    next.sessionKey = part.sessionKey ?? undefined;
  }
  return next;
}

/** A command as an inbox row. The id makes a repeat harmless. */
export function commandEvent(kind: RelayCommand['kind'], now: number): { eventId: string; payload: RelayCommand } {
  return { eventId: kind, payload: { kind, at: isoTime(now) } };
}
