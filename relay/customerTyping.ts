import type { CancelTimer } from '../common/clock';
import type { JsonObject } from '../common/json';
import { HandoffError } from '../handoff/errors';
import type { Reserved } from '../handoff/provider';
import type { LinkActor } from './actor';
import { reserve } from './reserve';
import { merged } from './session';

/** A customer who typed on is not reported again within this time. */
const repeatAfterInMs = 4_000;
/** Channels tell only that somebody types, not that they stopped: silence for this long means stopped. */
const stopsAfterInMs = 6_000;

/** Shows the agent that the customer types. Best effort and never in the way of a message. */
export class CustomerTyping {
  private wanted: boolean | undefined;
  private shownAt: number | undefined;
  private cancelTimer: CancelTimer | undefined;

  constructor(private readonly actor: LinkActor) {}

  /** The channel said that the customer types. True when there is something to send now. */
  notice(onStopped: () => void): boolean {
    const { clock } = this.actor.deps;
    this.cancelTimer?.();
    this.cancelTimer = clock.schedule(stopsAfterInMs, () => {
      if (this.shownAt === undefined) return;
      this.wanted = false;
      onStopped();
    });
    if (this.shownAt !== undefined && clock.monotonic() - this.shownAt < repeatAfterInMs) return false;
    this.wanted = true;
    return true;
  }

  /** A message went out: desks take that as the end of typing. */
  clear(): void {
    this.wanted = undefined;
    this.shownAt = undefined;
    this.cancelTimer?.();
  }

  /** Sends what is wanted, if the desk knows typing. */
  async flush(): Promise<void> {
    const { actor } = this;
    const isTyping = this.wanted;
    this.wanted = undefined;
    const provider = actor.provider();
    if (isTyping === undefined || !provider.sendTyping || actor.link.state !== 'connected') return;
    this.shownAt = isTyping ? actor.deps.clock.monotonic() : undefined;
    try {
      const reservation = await this.reserve();
      const session = actor.link.data.session;
      if (!session) return;
      const show = provider.sendTyping.bind(provider);
      const sent = await actor.deps.desks.call(provider.name, 'typing', () =>
        show(session, isTyping, reservation, actor.callSignal()),
      );
      if (sent.session)
        await actor.mutate((link) => ({
          data: { ...link.data, ...(link.data.session && { session: merged(link.data.session, sent.session) }) },
        }));
    } catch (error) {
      if (!(error instanceof HandoffError)) throw error;
      actor.log.debug('typing not shown at desk', { code: error.code });
    }
  }

  private async reserve(): Promise<JsonObject | undefined> {
    const { actor } = this;
    const provider = actor.provider();
    if (!provider.reserve) return undefined;
    let reserved: Reserved<JsonObject> | undefined;
    await actor.mutate((link) => {
      const session = link.data.session;
      if (!session) return undefined;
      reserved = reserve(provider, session, undefined, undefined);
      return reserved?.session ? { data: { ...link.data, session: merged(session, reserved.session) } } : undefined;
    });
    return reserved?.reservation;
  }
}
