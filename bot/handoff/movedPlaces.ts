import type { Activity } from 'botbuilder';
import type { Clock } from '../../common/clock';
import { errorCode, type Log } from '../../common/log';
import type { DocumentStore } from '../../store/store';
import { isSkillTurn } from '../skill/skillTurn';

/** Handoffs of which an address is remembered here; the store has all. */
const mostRemembered = 10_000;

/**
 * Where a channel wants to be called for a handoff that began when it was called elsewhere. Teams may move a conversation to another
 * service URL at any time, and what agents say goes to the one that the customer's newest activity named
 * (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages). It is written down when it
 * changes, and read when the channel does not take something: most conversations never move.
 */
export class MovedPlaces {
  /** By handoff; the service URL that counts. */
  private readonly known = new Map<string, string>();

  constructor(
    private readonly documents: Pick<DocumentStore, 'read' | 'write'>,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly log: Log,
  ) {}

  /** To be told of the customer's activities while a handoff is open. Resolves when a move is written down. Twice is fine. */
  async note(handoffId: string, activity: Pick<Activity, 'serviceUrl' | 'recipient'>, storedUrl: unknown): Promise<void> {
    const { serviceUrl } = activity;
    // Another bot is known by its token, and not by where it says that it is.
    if (!serviceUrl || isSkillTurn(activity)) return;
    if ((this.known.get(handoffId) ?? storedUrl) === serviceUrl) return;
    try {
      await this.documents.write(new Map([[keyOf(handoffId), { value: { serviceUrl } }]]), this.clock.now());
      this.remember(handoffId, serviceUrl);
      this.log.info('a conversation has another address at its channel', { handoff: handoffId });
    } catch (error) {
      // What the customer said is worth more than where to answer; the next activity tells it again.
      this.log.warn('the new address of a conversation was not noted', { handoff: handoffId, code: errorCode(error) });
    }
  }

  /** The reference with the address that counts, as far as it is known here. */
  apply<Reference extends { serviceUrl?: string }>(handoffId: string, reference: Reference): Reference {
    const serviceUrl = this.known.get(handoffId);
    return serviceUrl === undefined ? reference : { ...reference, serviceUrl };
  }

  /**
   * To be asked when an address failed: whether the conversation is elsewhere, which `apply` knows from now on. When it is not, the
   * address from which the handoff began is tried next: the conversation may have moved back while nobody here knew where it was.
   */
  async hasMoved(handoffId: string, triedUrl: string | undefined): Promise<boolean> {
    const key = keyOf(handoffId);
    const serviceUrl = (await this.documents.read([key])).get(key)?.value['serviceUrl'];
    if (typeof serviceUrl !== 'string') return false;
    if (serviceUrl === triedUrl) {
      this.known.delete(handoffId);
      return false;
    }
    this.remember(handoffId, serviceUrl);
    return true;
  }

  private remember(handoffId: string, serviceUrl: string): void {
    if (this.known.size >= mostRemembered) this.known.clear();
    this.known.set(handoffId, serviceUrl);
  }
}

function keyOf(handoffId: string): string {
  return `movedPlace/${handoffId}`;
}
