import { backoffInMs } from '../common/backoff';
import type { JsonObject } from '../common/json';
import { errorCode } from '../common/log';
import { HandoffError } from '../handoff/errors';
import type { FailureReason } from '../handoff/events';
import type { Opened } from '../handoff/provider';
import { handoffRequest, type LinkActor } from './actor';
import { isTerminal, type LiveLink, type Route } from './linkData';
import { Abandonable } from './operating/abandonable';
import { routeTag } from './operating/routeTag';
import { withTrouble } from './operating/troubles';
import { isFinished, nextRoute, type Step } from './steps';
import { retrying } from './watching';

const availabilityTimeoutInMs = 5_000;

/** Gets a session from the desk of the present route, or moves on to the next one. */
export class Opening {
  private readonly answer = new Abandonable();

  constructor(private readonly actor: LinkActor) {}

  /** The link has been sent to another route: nobody waits for the answer of the former any more. */
  leave(): void {
    this.answer.abandon();
  }

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
    const unavailable = await this.unavailable(route);
    if (unavailable) {
      await this.actor.mutate((latest) => (isSameTry(latest, link) ? nextRoute(latest, unavailable) : undefined));
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
    if (actor.deps.orders?.isSwitchedOff(provider.name)) return 'noAgentAvailable';
    if (!provider.checkAvailability || actor.link.data.openAttempts > 0) return undefined;
    try {
      const language = actor.link.request.handoff.language;
      const check = provider.checkAvailability.bind(provider);
      const answer = await actor.deps.desks.call(provider.name, 'availability', () =>
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
    const tried = actor.link;
    if (!needsOpening(tried)) return undefined;
    actor.assertLease();
    try {
      const request = await handoffRequest(actor.deps, tried, route);
      if (!isSameTry(actor.link, tried)) return 0;
      const provider = actor.provider();
      const asked = actor.deps.desks.call(provider.name, 'open', () => provider.open(request, actor.callSignal()));
      const opened = await this.answer.wait(asked, (answer) => void this.closeLate(answer, route));
      if (!opened) return 0;
      await actor.mutate((link) => this.opened(link, tried, route, opened));
      return undefined;
    } catch (error) {
      if (!(error instanceof HandoffError)) throw error;
      return this.failed(error, tried);
    }
  }

  /** The desk answers after all, and nobody is to wait there. */
  private async closeLate(answer: Promise<Opened<JsonObject>>, route: Route): Promise<void> {
    try {
      const opened = await answer;
      await this.actor.mutate((link) => leftOver(link, route, opened));
    } catch (error) {
      this.actor.log.info('abandoned session not closed', { provider: route.provider, code: errorCode(error) });
    }
  }

  private opened(link: LiveLink, tried: LiveLink, route: Route, opened: Opened<JsonObject>): Step {
    if (link.data.requeues !== tried.data.requeues) return leftOver(link, route, opened);
    // The customer left while the desk was being asked: the session is closed again at once.
    if (isTerminal(link.state)) {
      const closing = { provider: route.provider, session: opened.session, reason: 'customerLeft' as const };
      return { data: { ...link.data, opening: false, closings: [...link.data.closings, closing] } };
    }
    const now = this.actor.deps.clock.now();
    const { open: _open, adopt: _adopt, ...deadlines } = link.data.deadlines;
    const { idleForInMs, transferredForInMs } = this.actor.deps.options;
    if (this.actor.provider().capabilities.mode === 'transfer')
      return transferred(link, opened, { ...deadlines, idle: now + transferredForInMs }, now);
    const idle = now + idleForInMs;
    return {
      state: link.state === 'requested' ? 'queued' : link.state,
      sessionKey: opened.sessionKey,
      data: {
        ...link.data,
        session: opened.session,
        opening: false,
        deadlines: { ...deadlines, accept: now + route.acceptWithinInMs, idle },
      },
      deliveries: [{ id: `queued:${routeTag(link.data)}`, delivery: { kind: 'queued' } }],
    };
  }

  private async failed(error: HandoffError, tried: LiveLink): Promise<number | undefined> {
    const { actor } = this;
    const { clock, options } = actor.deps;
    if (error.code === 'aborted' && actor.signal.aborted) return undefined;
    actor.log.warn('desk did not open the session', { code: error.code, detail: error.detail ?? null });
    if (isTerminal(actor.link.state)) {
      await actor.mutate((link) => noLonger(link));
      return undefined;
    }
    if (actor.link.data.requeues !== tried.data.requeues) return 0;
    const now = clock.now();
    if (error.delivered === 'unknown' && actor.provider().adopt) {
      await actor.mutate((link) => {
        if (isTerminal(link.state)) return noLonger(link);
        if (link.data.requeues !== tried.data.requeues) return undefined;
        return waitingForEvents(withTrouble(link, 'open', error, now), now + options.adoptWaitInMs);
      });
      return undefined;
    }
    const isSoon = (error.retryAfterInMs ?? 0) <= options.openPauseAtMostInMs;
    const mayRetry = error.retriable && isSoon && actor.link.data.openAttempts < options.maxOpenAttempts;
    await actor.mutate((link) => {
      if (link.data.requeues !== tried.data.requeues) return undefined;
      if (!needsOpening(link)) return noLonger(link);
      const noted = withTrouble(link, 'open', error, now);
      return mayRetry ? { data: { ...noted.data, opening: false } } : nextRoute(noted, failureOf(error));
    });
    if (!mayRetry) return 0;
    return retrying('open', backoffInMs(actor.link.data.openAttempts, options.sendBackoff, error.retryAfterInMs));
  }
}

/**
 * The channel itself was handed over: we are silent, and carry nothing, until it comes back or is over. Whoever has it counts as
 * there, because nobody tells us more; nothing is said, because nothing we send would arrive.
 */
function transferred(link: LiveLink, opened: Opened<JsonObject>, deadlines: LiveLink['data']['deadlines'], now: number): Step {
  return {
    state: 'transferred',
    sessionKey: opened.sessionKey,
    data: { ...link.data, session: opened.session, opening: false, deadlines, connectedAt: now },
  };
}

/** A session of a route that the link has left: it is closed again at once. */
function leftOver(link: LiveLink, route: Route, { session, sessionKey }: Opened<JsonObject>): Step {
  const closing = { provider: route.provider, session, reason: 'operator' as const };
  const pastKeys = [...(link.data.pastKeys ?? []), sessionKey];
  return { data: { ...link.data, pastKeys, closings: [...link.data.closings, closing] } };
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

/** The same, and no operator has sent the link elsewhere since. */
function isSameTry(latest: LiveLink, tried: LiveLink): boolean {
  return needsOpening(latest) && latest.data.requeues === tried.data.requeues;
}

function failureOf(error: HandoffError): FailureReason {
  if (error.code === 'unavailable') return 'noAgentAvailable';
  if (error.code === 'rejected') return 'rejected';
  return error.code === 'timedOut' ? 'timedOut' : 'error';
}
