import { isoTime } from '../common/clock';
import type { JsonObject } from '../common/json';
import { errorCode } from '../common/log';
import { span } from '../common/telemetry';
import type { HandoffEvent } from '../handoff/events';
import type { HandoffProvider } from '../handoff/provider';
import type { HandoffRequest } from '../handoff/request';
import type { LinkActor } from './actor';
import { advance } from './advance';
import { commandKey } from './commandKey';
import { isTerminal, type LiveLink } from './linkData';
import { type RequeueCommand, requeued } from './operating/requeue';
import { routeTag } from './operating/routeTag';
import { agentSpoke, stillGoing } from './reminders';
import { applyStep, ending, nextRoute, type Step } from './steps';

/** What our own side can ask of a link; travels through the inbox like a desk's event. */
export type RelayCommand =
  | { kind: 'customerLeft'; at: string }
  | { kind: 'operatorEnded'; at: string }
  /** The channel that was handed over has been given back to us. */
  | { kind: 'channelReturned'; at: string };
export type LinkEvent = HandoffEvent | RelayCommand | RequeueCommand;

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
      await span('link.advance', { attributes: { 'switchboard.events': ready.length } }, async ({ set }) => {
        await this.actor.mutate((latest) => this.fold(latest, ready));
        set({ 'switchboard.state': this.actor.link.state });
      });
      if (rows.length < batchSize) return undefined;
    }
  }

  /** Events of a session that `open` has not brought yet wait for it, or for its failure (then the session is adopted). */
  private isReady(sessionKey: string): boolean {
    const { link } = this.actor;
    if (sessionKey === commandKey(link.id) || link.sessionKey !== undefined || isTerminal(link.state)) return true;
    if (isPast(link, sessionKey)) return true;
    return link.data.deadlines.adopt !== undefined && this.actor.deps.registry.find(link.provider)?.adopt !== undefined;
  }

  private fold(start: LiveLink, rows: { seq: number; eventId: string; sessionKey: string; payload: unknown }[]): Step {
    const { clock, options } = this.actor.deps;
    let link = start;
    const deliveries: NonNullable<Step['deliveries']> = [];
    for (const row of rows) {
      // Written by Relay from this very type.
      const event = row.payload as LinkEvent;
      // Event ids are unique only within a session, and each route has one.
      const tag = routeTag(link.data);
      link = applyStep(link, this.recognize(link, row.sessionKey));
      const next = this.apply(link, event, row.sessionKey);
      for (const [index, { delivery }] of (next.deliveries ?? []).entries()) {
        deliveries.push({ id: `${tag}:${row.eventId}#${index}`, delivery });
      }
      link = applyStep(link, next);
      if (event.kind === 'agentMessage' && next.deliveries?.length) {
        link = applyStep(link, { data: agentSpoke(link, options, clock.now()) });
      }
    }
    const data = stillGoing(link, options, clock.now());
    const { state, provider, sessionKey = null } = link;
    return { handledEvents: rows.map((row) => row.seq), state, provider, sessionKey, data, deliveries };
  }

  /**
   * An event that carries our handoff's id from a session we did not know of: its `open` was never answered. With no other
   * session it becomes ours; beside another one nobody would ever answer there, so it is closed.
   */
  private recognize(link: LiveLink, sessionKey: string): Step {
    const { registry, clock } = this.actor.deps;
    const provider = registry.find(link.provider);
    const isKnown = sessionKey === commandKey(link.id) || sessionKey === link.sessionKey || isPast(link, sessionKey);
    const route = link.request.routes[link.data.routeIndex];
    if (isKnown || isTerminal(link.state) || !provider?.adopt || !route) return {};
    const request = { ...link.request.handoff, id: link.id, target: route.target, transcript: [] };
    const session = this.adopt(provider, sessionKey, request);
    if (!session) return {};
    if (link.sessionKey !== undefined) {
      const closing = { provider: link.provider, session, reason: 'afterEnd' as const };
      const pastKeys = [...(link.data.pastKeys ?? []), sessionKey];
      return { data: { ...link.data, pastKeys, closings: [...link.data.closings, closing] } };
    }
    const { adopt: _adopt, open: _open, ...deadlines } = link.data.deadlines;
    const accept = clock.now() + route.acceptWithinInMs;
    return { sessionKey, state: 'queued', data: { ...link.data, session, opening: false, deadlines: { ...deadlines, accept } } };
  }

  private adopt(provider: HandoffProvider, sessionKey: string, request: HandoffRequest): JsonObject | undefined {
    try {
      return provider.adopt?.(sessionKey, request);
    } catch (error) {
      this.actor.log.error('session not adopted', { code: errorCode(error) });
      return undefined;
    }
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
    if (event.kind === 'requeued') return requeued(link, event);
    if (event.kind === 'channelReturned') {
      return link.state === 'transferred' ? ending(link, { by: 'agent', reason: event.kind }, 'afterEnd', now) : {};
    }
    // A session of an earlier route has no say any more.
    if (sessionKey !== link.sessionKey) return {};
    const result = advance(link, event, {
      now,
      agentLeftGraceInMs: registry.find(link.provider)?.capabilities.agentLeftGraceInMs ?? 0,
      acceptWithinInMs: link.request.routes[link.data.routeIndex]?.acceptWithinInMs ?? 0,
    });
    if (result.ignored) {
      this.actor.log.info('desk event ignored', { event: event.kind, state: link.state });
      return {};
    }
    const moved = { ...link, state: result.state, data: result.data };
    if (result.nextRoute) return nextRoute(moved, result.data.failure ?? 'error');
    if (result.state === 'ended' && !isTerminal(link.state))
      return ending(moved, result.data.ended ?? { by: 'system' }, 'afterEnd', now);
    return {
      state: result.state,
      data: result.data,
      deliveries: result.deliveries.map((delivery) => ({ id: '', delivery })),
    };
  }
}

function isPast(link: LiveLink, sessionKey: string): boolean {
  return link.data.pastKeys?.includes(sessionKey) ?? false;
}

/** A command as an inbox row. The id makes a repeat harmless. */
export function commandEvent(kind: RelayCommand['kind'], now: number): { eventId: string; payload: RelayCommand } {
  return { eventId: kind, payload: { kind, at: isoTime(now) } };
}
