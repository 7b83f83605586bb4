import type { Clock } from '../../../common/clock';
import { type JsonObject, toJson } from '../../../common/json';
import { KeyedQueue } from '../../../common/keyedQueue';
import { type DocumentStore, ETagMismatch } from '../../../store/store';
import type { Asked, Understood } from './asked';

/** What the channel says about a guest; nothing of it is proven. */
export type Facts = {
  name?: string;
  email?: string;
  phone?: string;
  /** Names as the channel has them: a cookie, a telephone number, ids of other networks. */
  identity?: Record<string, string>;
  crmIdentityId?: number;
  /** From a link to a Dynamics record in the directory. */
  contactId?: string;
};

/**
 * What is remembered of a session. `bot`: it is routed to us. `leaving`: we are just giving it away, and a crash may have
 * come between. `operator`: it was given away. `ended`: it is over, or mluvii takes nothing of us for it any more.
 */
export type Session = {
  state: 'bot' | 'leaving' | 'operator' | 'ended';
  /** Milliseconds since 1970 at which it was given away. */
  leftAt?: number;
  source?: string;
  language?: string;
  facts: Facts;
  /** What the customer was last asked in a form that the channel cannot show. */
  asked?: Asked;
  /** How the newest text was understood, so that it is understood alike when a crash makes it be taken up again. */
  understood?: { id: string; as: Understood };
  /** The guest's input field is hidden, at our wish. */
  isInputOff?: boolean;
  /** The customer has been greeted by ConversationStarted. */
  isStarted?: true;
  /** Where to send when mluvii is a Direct Line client. */
  reference?: JsonObject;
};

const attempts = 20;

/** The sessions, kept in the store: any instance may send in any of them. */
export class Sessions {
  private readonly queue = new KeyedQueue();

  constructor(
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
  ) {}

  async find(id: string): Promise<Session | undefined> {
    const stored = (await this.documents.read([sessionKey(id)])).get(sessionKey(id));
    // Written below from this very type.
    return stored && (stored.value as unknown as Session);
  }

  async get(id: string): Promise<Session> {
    return (await this.find(id)) ?? { state: 'bot', facts: {} };
  }

  /** Changes a session on top of whatever others changed. `undefined` leaves it alone. Resolves with what is kept then. */
  change(id: string, decide: (session: Session) => Session | undefined): Promise<Session> {
    // A document that is not there yet cannot be compared: within a process the first writers wait for each other.
    return this.queue.run(id, () => this.changeNext(id, decide));
  }

  private async changeNext(id: string, decide: (session: Session) => Session | undefined): Promise<Session> {
    for (let attempt = 1; ; attempt += 1) {
      const stored = (await this.documents.read([sessionKey(id)])).get(sessionKey(id));
      const before = (stored?.value as Session | undefined) ?? { state: 'bot', facts: {} };
      const after = decide(before);
      if (!after) return before;
      const value = toJson(after) as JsonObject;
      try {
        await this.documents.write(
          new Map([[sessionKey(id), { value, ...(stored && { eTag: stored.eTag }) }]]),
          this.clock.now(),
        );
        return after;
      } catch (error) {
        if (!(error instanceof ETagMismatch) || attempt >= attempts) throw error;
      }
    }
  }
}

/** Where a session lies in the store. */
export function sessionKey(id: string): string {
  return `mluvii/session/${id}`;
}
