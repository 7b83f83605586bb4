import type { Direction, NewMessage } from '../links';
import { first, type Operation, type SqlValue } from './operation';

/** A message that is written down together with its first attempt. */
export interface Begun {
  linkId: string;
  direction: Direction;
  message: NewMessage;
  reservation: string | null;
  now: number;
}

/** Inserts a message as begun for the link that `heldLink` selects and holds, unless its id is known or another one is pending. */
export const insertBegun = (heldLink: string) => `
  INSERT INTO messages (link_id, direction, message_id, payload, accepted_at, attempts, reservation)
  SELECT held.id, ?, ?, ?, CAST(? AS BIGINT), 1, CAST(? AS TEXT) FROM (${heldLink}) AS held
  WHERE NOT EXISTS (SELECT 1 FROM messages WHERE link_id = ? AND direction = ? AND state = 'pending')
  ON CONFLICT (link_id, direction, message_id) DO NOTHING RETURNING seq`;

/** Runs `insertBegun`; `held` are the values of its `heldLink`. The message's number, or undefined when nothing was done. */
export function* begin(
  sql: string,
  { linkId, direction, message, reservation, now }: Begun,
  held: SqlValue[],
): Operation<number | undefined> {
  const { messageId, payload } = message;
  const values = [direction, messageId, JSON.stringify(payload), now, reservation, ...held, linkId, direction];
  return (yield* first<{ seq: number }>(sql, ...values))?.seq;
}
