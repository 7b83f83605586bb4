import { backoffInMs } from '../common/backoff';
import type { JsonObject } from '../common/json';
import { HandoffError } from '../handoff/errors';
import type { FailureReason } from '../handoff/events';
import type { Opened } from '../handoff/provider';
import { handoffRequest, type LinkActor } from './actor';
import { isTerminal, type LiveLink, type Route } from './linkData';
import { isFinished, nextRoute, type Step } from './steps';

const availabilityTimeoutInMs = 5_000;

/** Gets a session from the desk of the present route, or moves on to the next one. */
export class Opening {
  constructor(private readonly actor: LinkActor) {}

  async run(): Promise<number | undefined> {
    const { link } = this.actor;
    if (isTerminal(link.state) && link.data.opening) {
      // Only after a crash: a process that still waits for the answer is inside `open` below.
      await this.actor.mutate((latest) => noLonger(latest));
      return undefined;
    }
    if (!needsOpening(link)) return undefined;
    const route = link.request.routes[link.data.routeIndex];
    if (!route || !this.actor.deps.registry.find(route.provider)) {
      this.actor.log.error('route has no such provider', { provider: route?.provider ?? null });
      await this.actor.mutate((latest) => (needsOpening(latest) ? nextRoute(latest, 'error') : undefined));
      return 0;
    }
    if (link.data.opening) return this.afterCrash();
    const unavailable = link.data.openAttempts === 0 ? await this.unavailable(route) : undefined;
    if (unavailable) {
      await this.actor.mutate((latest) => (needsOpening(latest) ? nextRoute(latest, unavailable) : undefined));
      return 0;
    }
    return this.open(route);
  }

  /** An earlier process was between asking and noting the answer: its session may exist, and its events name it. */
  private async afterCrash(): Promise<number | undefined> {
    const { clock, options } = this.actor.deps;
    const canAdopt = this.actor.provider().adopt !== undefined;
    await this.actor.mutate((link) => (canAdopt ? waitingForEvents(link, clock.now() + options.adoptWaitInMs) : noLonger(link)));
    return canAdopt ? undefined : 0;
  }

  private async unavailable(route: Route): Promise<FailureReason | undefined> {
    const { actor } = this;
    const provider = actor.provider();
    if (!provider.checkAvailability) return undefined;
    try {
      const language = actor.link.request.handoff.language;
      const check = provider.checkAvailability.bind(provider);
      const answer = await actor.deps.desks.call(provider.name, () =>
        check(route.target, language, actor.callSignal(availabilityTimeoutInMs)),
      );
      if (answer.available) return undefined;
      return answer.reason === 'closed' ? 'closed' : 'noAgentAvailable';
    } catch (error) {
      if (!(error instanceof HandoffError)) throw error;
      // Advisory: the desk's own answer to `open` decides.
      actor.log.warn('availability check failed', { code: error.code, detail: error.detail ?? null });
      return undefined;
    }
  }

  private async open(route: Route): Promise<number | undefined> {
    const { actor } = this;
    await actor.mutate((link) =>
      needsOpening(link) ? { data: { ...link.data, opening: true, openAttempts: link.data.openAttempts + 1 } } : undefined,
    );
    if (!needsOpening(actor.link)) return undefined;
    actor.assertLease();
    try {
      const request = await handoffRequest(actor.deps, actor.link, route);
      const provider = actor.provider();
      const opened = await actor.deps.desks.call(provider.name, () => provider.open(request, actor.callSignal()));
      await actor.mutate((link) => this.opened(link, route, opened));
      return undefined;
    } catch (error) {
      if (!(error instanceof HandoffError)) throw error;
      return this.failed(error);
    }
  }

  private opened(link: LiveLink, route: Route, opened: Opened<JsonObject>): Step {
    // The customer left while the desk was being asked: the session is closed again at once.
    if (isTerminal(link.state)) {
      const closing = { provider: route.provider, session: opened.session, reason: 'customerLeft' as const };
      return { data: { ...link.data, opening: false, closings: [...link.data.closings, closing] } };
    }
    const now = this.actor.deps.clock.now();
    const { open: _open, adopt: _adopt, ...deadlines } = link.data.deadlines;
    return {
      state: link.state === 'requested' ? 'queued' : link.state,
      sessionKey: opened.sessionKey,
      data: {
        ...link.data,
        session: opened.session,
        opening: false,
        deadlines: { ...deadlines, accept: now + route.acceptWithinInMs, idle: now + this.actor.deps.options.idleForInMs },
      },
      deliveries: [{ id: `queued:${link.data.routeIndex}`, delivery: { kind: 'queued' } }],
    };
  }

  private async failed(error: HandoffError): Promise<number | undefined> {
    const { actor } = this;
    const { clock, options } = actor.deps;
    if (error.code === 'aborted' && actor.signal.aborted) return undefined;
    actor.log.warn('desk did not open the session', { code: error.code, detail: error.detail ?? null });
    if (isTerminal(actor.link.state)) {
      await actor.mutate((link) => noLonger(link));
      return undefined;
    }
    if (error.delivered === 'unknown' && actor.provider().adopt) {
      await actor.mutate((link) =>
        isTerminal(link.state) ? noLonger(link) : waitingForEvents(link, clock.now() + options.adoptWaitInMs),
      );
      return undefined;
    }
    const isSoon = (error.retryAfterInMs ?? 0) <= options.openPauseAtMostInMs;
    const mayRetry = error.retriable && isSoon && actor.link.data.openAttempts < options.maxOpenAttempts;
    await actor.mutate((link) => {
      if (!needsOpening(link)) return noLonger(link);
      return mayRetry ? { data: { ...link.data, opening: false } } : nextRoute(link, failureOf(error));
    });
    return mayRetry ? backoffInMs(actor.link.data.openAttempts, options.sendBackoff, error.retryAfterInMs) : 0;
  }
}

/** The answer of `open` is lost; its events may still name the handoff until then. */
function waitingForEvents(link: LiveLink, adopt: number): Step {
  return { data: { ...link.data, opening: false, deadlines: { ...link.data.deadlines, adopt } } };
}

/** Nobody waits for an answer of `open` any more. */
function noLonger(link: LiveLink): Step {
  const data = { ...link.data, opening: false };
  return { data, isFinished: isFinished(data) };
}

/** True while the present route has neither a session nor somebody waiting for one to be adopted. */
function needsOpening(link: LiveLink): boolean {
  return !isTerminal(link.state) && link.data.session === undefined && link.data.deadlines.adopt === undefined;
}

function failureOf(error: HandoffError): FailureReason {
  if (error.code === 'unavailable') return 'noAgentAvailable';
  if (error.code === 'rejected') return 'rejected';
  return error.code === 'timedOut' ? 'timedOut' : 'error';
}
