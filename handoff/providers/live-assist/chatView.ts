import { createHash } from 'node:crypto';
import { isoTime } from '../../../common/clock';
import type { HandoffEvent } from '../../events';
import type { LiveAssistSession } from './session';
import type { WireEvent } from './wire';

type EventBody = HandoffEvent extends infer E ? (E extends HandoffEvent ? Omit<E, 'eventId' | 'at'> : never) : never;

/** One answer being converted: the session as it changes from event to event, what has changed, and our events so far. */
export class ChatView {
  session: LiveAssistSession;
  readonly changes: Partial<LiveAssistSession> = {};
  readonly events: HandoffEvent[] = [];
  private position = '';
  private emitted = 0;
  private at: string;

  constructor(
    session: LiveAssistSession,
    /** Time at the desk, for what has none of its own. */
    private readonly deskTime: string,
  ) {
    this.session = session;
    this.at = deskTime;
  }

  /** Says which event of the desk's the next ones come from. */
  begin(event: WireEvent): void {
    const own = event.id ?? createHash('sha256').update(JSON.stringify(event)).digest('base64url').slice(0, 22);
    this.position = `${this.session.chatId}:${own}`;
    this.emitted = 0;
    const time = Date.parse(event.time ?? '');
    this.at = Number.isNaN(time) ? this.deskTime : isoTime(time);
  }

  /** What follows comes from the state of the chat, not from an event. */
  beginState(position: string): void {
    this.position = `${this.session.chatId}:${position}`;
    this.emitted = 0;
    this.at = this.deskTime;
  }

  change(changes: Partial<LiveAssistSession>): void {
    this.session = { ...this.session, ...changes };
    Object.assign(this.changes, changes);
  }

  emit(body: EventBody, known: { eventId?: string } = {}): void {
    const eventId = known.eventId ?? (this.emitted === 0 ? this.position : `${this.position}:${this.emitted}`);
    if (known.eventId === undefined) this.emitted += 1;
    this.events.push({ ...body, eventId, at: this.at } as HandoffEvent);
  }
}
