import type { JsonObject } from '../../../common/json';
import { timeOf } from './decode';
import { Loose } from './looseJson';

/** What mluvii tells of any session of the tenant, whoever has it: of those given to operators nothing else does. */
export type SessionEvent =
  | { kind: 'operatorJoined'; sessionId: string; userId?: number; at?: string }
  | { kind: 'ended'; sessionId: string; at?: string }
  /** Known to exist, and of no use here. */
  | { kind: 'other'; name: string };

/**
 * Reads a delivery of mluvii's session webhook, `{eventType, data}`, in any letter case. Undefined when it is none. Types may be
 * added at any time.
 */
export function readSessionEvent(body: JsonObject): SessionEvent | undefined {
  const loose = new Loose(body);
  const name = loose.text('eventType');
  const data = loose.object('data');
  if (name === undefined || !data) return undefined;
  const sessionId = data.text('id') ?? data.text('sessionId');
  const type = name.toLowerCase();
  const isOfUse = type === 'sessionoperatorjoined' || type === 'sessionended';
  if (!isOfUse || sessionId === undefined || !/^\d{1,19}$/.test(sessionId)) return { kind: 'other', name: name.slice(0, 60) };
  const at = timeOf(data.text('time', 'ended'));
  const when = at === undefined ? {} : { at };
  if (type === 'sessionended') return { kind: 'ended', sessionId, ...when };
  const userId = data.number('userId');
  return { kind: 'operatorJoined', sessionId, ...when, ...(userId !== undefined && { userId }) };
}
