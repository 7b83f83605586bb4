import { HandoffError } from '../handoff/errors';
import type { SessionStatus } from '../handoff/provider';
import type { CustomerMessage } from '../handoff/request';
import type { LinkActor } from './actor';
import { type Deadlines, isTerminal, type LiveLink } from './linkData';
import { endingForSilence, inactive, reminder } from './reminders';
import { ending, nextRoute, type Step } from './steps';

const waitingLookedAt = 20;

/** Decides what happens when a time has come: nobody accepted, nobody followed, nothing was said. */
export class DeadlineWatch {
  constructor(private readonly actor: LinkActor) {}

  async run(): Promise<undefined> {
    const { actor } = this;
    const now = actor.deps.clock.now();
    const isDue = (time: number | undefined) => time !== undefined && time <= now;
    const { grace, remind, idle } = actor.link.data.deadlines;
    const status = isDue(grace) ? await this.askDesk() : undefined;
    const isWriting = (isDue(remind) || isDue(idle)) && (await this.isWriting());
    await actor.mutate((link) => {
      if (isTerminal(link.state)) return undefined;
      const { deadlines } = link.data;
      // The deadline may have gone while the desk was asked: somebody joined after all.
      if (isDue(deadlines.grace)) return this.afterGrace(link, status, now);
      if (isDue(deadlines.adopt)) return this.notAdopted(link);
      if (isDue(deadlines.accept)) return this.notAccepted(link, now);
      if (isDue(deadlines.lastNote)) return endingForSilence(link, now);
      if (isDue(deadlines.idle)) return inactive(link, isWriting, actor.deps.options, now);
      if (isDue(deadlines.remind)) return reminder(link, isWriting, now);
      return undefined;
    });
    return undefined;
  }

  /** Whether words of the customer's wait for the desk. */
  private async isWriting(): Promise<boolean> {
    const { store } = this.actor.deps;
    const waiting = await store.pending(this.actor.link.id, 'toDesk', waitingLookedAt);
    // Written by Relay.accept, or as a note of ours, from this very type.
    return waiting.some(({ payload }) => (payload as unknown as CustomerMessage).author !== 'bot');
  }

  private async askDesk(): Promise<SessionStatus | 'unknown'> {
    const { actor } = this;
    const provider = actor.provider();
    const session = actor.link.data.session;
    if (!session || !provider.checkSession) return 'ended';
    try {
      const check = provider.checkSession.bind(provider);
      return await actor.deps.desks.call(provider.name, 'status', () => check(session, actor.callSignal()));
    } catch (error) {
      if (!(error instanceof HandoffError)) throw error;
      actor.log.warn('session status not known', { code: error.code, detail: error.detail ?? null });
      return error.code === 'sessionEnded' ? 'ended' : 'unknown';
    }
  }

  private afterGrace(link: LiveLink, status: SessionStatus | 'unknown' | undefined, now: number): Step {
    const graceInMs = this.actor.provider().capabilities.agentLeftGraceInMs;
    const { grace: _grace, ...rest } = link.data.deadlines;
    const { graceSince = now, ...data } = link.data;
    const go = (deadlines: Deadlines): Step => ({ data: { ...data, deadlines } });
    if (status === 'connected') return go(rest);
    if (status === 'queued') {
      const { isPaused: _paused, ...waiting } = data;
      const accept = now + (link.request.routes[link.data.routeIndex]?.acceptWithinInMs ?? 0);
      return {
        data: { ...waiting, deadlines: { ...rest, accept } },
        state: 'queued',
        deliveries: [{ id: `requeued:${now}`, delivery: { kind: 'transferred' } }],
      };
    }
    if (status === 'unknown' && now - graceSince < this.actor.deps.options.deskDownForInMs) {
      return { data: { ...data, graceSince, deadlines: { ...rest, grace: now + graceInMs } } };
    }
    return ending(link, { by: 'agent', reason: 'agentLeft' }, 'agentLeft', now);
  }

  private notAdopted(link: LiveLink): Step {
    const { adopt: _adopt, ...deadlines } = link.data.deadlines;
    const left = { ...link, data: { ...link.data, deadlines } };
    return link.data.openAttempts < this.actor.deps.options.maxOpenAttempts ? { data: left.data } : nextRoute(left, 'timedOut');
  }

  private notAccepted(link: LiveLink, now: number): Step {
    if (link.data.connectedAt === undefined) return nextRoute(link, 'timedOut');
    return ending(link, { by: 'system', reason: 'timedOut' }, 'notAccepted', now);
  }
}
