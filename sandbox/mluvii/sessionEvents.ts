import { isoTime, systemClock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import type { Delivery } from './delivery';
import type { Operator, Session } from './state';

const tenantId = 1;

/** The tenant's webhook: tells of every session what becomes of it, to whoever subscribed. Nothing when nobody did. */
export class SessionEvents {
  constructor(private readonly out: Delivery) {}

  created(session: Session): void {
    this.tell(session, 'SessionCreated');
    this.tell(session, 'SessionStarted');
  }

  joined(session: Session, { userId }: Operator): void {
    this.tell(session, 'SessionOperatorJoined', { userId, time: now() });
  }

  left(session: Session, { userId }: Operator): void {
    this.tell(session, 'SessionOperatorLeft', { userId, time: now() });
  }

  forwarded(session: Session, to: { operatorGroupId: number } | { chatbotId: number }): void {
    this.tell(session, 'SessionForwarded', { ...to, time: now() });
  }

  /** The operator, if there was one, is told of afterwards. */
  ended(session: Session): void {
    this.tell(session, 'SessionEnded', { started: session.createdAt, ended: now() });
    if (!session.operator) return;
    this.left(session, session.operator);
    this.tell(session, 'SessionOperatorConcluded', { userId: session.operator.userId, time: now() });
  }

  tell({ id, source }: Session, eventType: string, members: JsonObject = {}): void {
    if (this.out.url === undefined) return;
    void this.out.send(String(id), { eventType, data: { id, tenantId, channel: 'Chat', source, ...members } });
  }
}

function now(): string {
  return isoTime(systemClock.now());
}
