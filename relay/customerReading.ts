import { HandoffError } from '../handoff/errors';
import type { LinkActor } from './actor';
import { routeTag } from './operating/routeTag';
import { merged } from './session';

/**
 * Tells the desk up to which of the agent's messages the customer has read. Best effort, never in the way of a message, and not
 * kept: after a restart the next message that is read says it all.
 */
export class CustomerReading {
  /** The newest message of the agent's that the channel took, by the id of its delivery. */
  private shown: string | undefined;
  private isRead = false;

  constructor(private readonly actor: LinkActor) {}

  /** The channel took a message of the agent's. */
  delivered(deliveryId: string): void {
    this.shown = deliveryId;
    this.isRead = false;
  }

  /** The customer has read what was shown. True when there is something to tell. */
  notice(): boolean {
    if (this.shown === undefined) return false;
    this.isRead = true;
    return true;
  }

  /** Tells it, once, if the desk wants to know. */
  async flush(): Promise<void> {
    const { actor, shown } = this;
    if (!this.isRead || shown === undefined) return;
    this.isRead = false;
    this.shown = undefined;
    const provider = actor.provider();
    const { session } = actor.link.data;
    const eventId = eventIn(shown, routeTag(actor.link.data));
    if (!provider.markRead || !session || eventId === undefined || actor.link.state !== 'connected') return;
    const mark = provider.markRead.bind(provider);
    try {
      const sent = await actor.deps.desks.call(provider.name, 'read', () => mark(session, eventId, actor.callSignal()));
      if (sent.session)
        await actor.mutate((link) => ({
          data: { ...link.data, ...(link.data.session && { session: merged(link.data.session, sent.session) }) },
        }));
    } catch (error) {
      if (!(error instanceof HandoffError)) throw error;
      actor.log.debug('reading not shown at desk', { code: error.code });
    }
  }
}

/** The event that brought a delivery; undefined when it was one of another session. Ids are made in `Inbound`. */
function eventIn(deliveryId: string, tag: string): string | undefined {
  const end = deliveryId.lastIndexOf('#');
  return deliveryId.startsWith(`${tag}:`) && end > 0 ? deliveryId.slice(tag.length + 1, end) : undefined;
}
