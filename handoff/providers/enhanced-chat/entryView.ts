import { isoTime } from '../../../common/clock';
import type { HandoffEvent } from '../../events';
import { markOf } from './ids';
import type { EnhancedChatSession } from './session';
import type { WireEntry } from './wire';

/** An event without what all events get in the same way. */
export type EventBody = HandoffEvent extends infer E ? (E extends HandoffEvent ? Omit<E, 'eventId' | 'at'> : never) : never;

/** Enough to know again what stream and listing both bring around the position. */
const mostHandled = 128;

/** Entries being converted: the session as it changes from one to the next, what has changed, and the events so far. */
export class EntryView {
  session: EnhancedChatSession;
  changes: Partial<EnhancedChatSession> = {};
  events: HandoffEvent[] = [];
  private position = '';
  private at = '';
  private emitted = 0;

  constructor(
    session: EnhancedChatSession,
    private readonly now: () => number,
  ) {
    this.session = session;
  }

  /** Says which entry the next events come from. `known` is its place where it has no identifier of its own. */
  begin(entry: WireEntry, known: string): void {
    this.position = entry.identifier || known;
    this.at = isoTime(entry.at ?? this.now());
    this.emitted = 0;
  }

  isHandled(entry: WireEntry): boolean {
    return entry.identifier !== '' && this.session.handled.includes(markOf(entry.identifier));
  }

  /** Notes that an entry is handled. */
  remember(entry: WireEntry): void {
    if (entry.identifier === '') return;
    const handled = [...this.session.handled, markOf(entry.identifier)].slice(-mostHandled);
    const newest = Math.max(entry.at ?? 0, this.session.lastTimestamp ?? 0);
    this.change({ handled, ...(newest > 0 && { lastTimestamp: newest }) });
  }

  change(changes: Partial<EnhancedChatSession>): void {
    this.session = { ...this.session, ...changes };
    Object.assign(this.changes, changes);
  }

  emit(body: EventBody): void {
    const eventId = this.emitted === 0 ? this.position : `${this.position}:${this.emitted}`;
    this.emitted += 1;
    this.events.push({ ...body, eventId, at: this.at } as HandoffEvent);
  }

  /** Hands out what has come together since the last time. */
  take(): { events: HandoffEvent[]; session: Partial<EnhancedChatSession> } {
    const { events, changes } = this;
    this.events = [];
    this.changes = {};
    return { events, session: changes };
  }
}
