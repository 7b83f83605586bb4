import type { HandoffEvent } from '../../events';
import type { LiveAgentSession } from './session';

/** An event without what all events get in the same way. */
export type EventBody = HandoffEvent extends infer E ? (E extends HandoffEvent ? Omit<E, 'eventId' | 'at'> : never) : never;

/** Events that belong together, to be shown this long after the ones before. */
export interface Step {
  delayInMs: number;
  events: HandoffEvent[];
}

/**
 * One answer being converted: the session as it changes from event to event, what has changed, and the events so far.
 * The wire has no event ids, so an id is made of where the event stood: the same answer fetched again gives the same ids.
 */
export class AnswerView {
  session: LiveAgentSession;
  readonly changes: Partial<LiveAgentSession> = {};
  readonly steps: Step[] = [{ delayInMs: 0, events: [] }];
  /** Address of another server for new chats, when the answer named one. */
  newUrl: string | undefined;
  private position = '';
  private emitted = 0;

  constructor(
    session: LiveAgentSession,
    private readonly sequence: number,
    private readonly receivedAt: string,
  ) {
    this.session = session;
  }

  /** Says which message of the answer the next events come from. */
  begin(index: number): void {
    this.position = `${this.session.id}:${this.session.epoch}:${this.sequence}:${index}`;
    this.emitted = 0;
  }

  change(changes: Partial<LiveAgentSession>): void {
    this.session = { ...this.session, ...changes };
    Object.assign(this.changes, changes);
  }

  /** Adds an event; `eventId` and `at` only for events the wire tells more about. */
  emit(body: EventBody, known: { eventId?: string; at?: string } = {}): void {
    const eventId = known.eventId ?? (this.emitted === 0 ? this.position : `${this.position}:${this.emitted}`);
    if (known.eventId === undefined) this.emitted += 1;
    const at = known.at ?? this.receivedAt;
    this.steps.at(-1)?.events.push({ ...body, eventId, at } as HandoffEvent);
  }

  /** What follows is shown later by this much. */
  delay(delayInMs: number): void {
    if (delayInMs > 0) this.steps.push({ delayInMs, events: [] });
  }
}
