import type { CustomerMessage } from '../../request';
import { Access, type AccessContext } from './access';
import { pageSize, readPage } from './entries';
import { type Part, partsOf } from './outgoing';
import type { EnhancedChatSession } from './session';
import { objectOf, wordOf } from './wire';

/** The desk's clock may differ from ours by as much. */
const toleranceInMs = 5 * 60_000;
const mostPages = 20;

/** Whether the desk has the whole message. */
export async function wasDelivered(
  context: AccessContext,
  session: EnhancedChatSession,
  message: CustomerMessage,
  signal: AbortSignal,
): Promise<boolean> {
  const ids = await deliveredIds(context, session, new Access(context, session), Date.parse(message.at), signal);
  return partsOf(session, message).every((part) => isThere(part, ids));
}

export function isThere(part: Part, ids: ReadonlySet<string>): boolean {
  return ids.has(part.id) || (part.kind === 'file' && ids.has(part.linkId));
}

/** Ids of the messages the desk has, newest first, as far back as this time (milliseconds since 1970) and a little more. */
export async function deliveredIds(
  context: AccessContext,
  session: EnhancedChatSession,
  access: Access,
  since: number,
  signal: AbortSignal,
): Promise<Set<string>> {
  const ids = new Set<string>();
  const seen = new Set<string>();
  let until: number | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const entries = await readPage(context, session, access, signal, {
      limit: pageSize,
      direction: 'FromEnd',
      ...(until !== undefined && { endTimestamp: until }),
      entryTypeFilter: 'Message',
    });
    const before = seen.size;
    for (const { identifier, payload } of entries) {
      seen.add(identifier);
      for (const id of [identifier, wordOf(payload, 'id'), wordOf(objectOf(payload, 'abstractMessage'), 'id')]) {
        if (id !== undefined) ids.add(id.toLowerCase());
      }
    }
    const oldest = Math.min(...entries.map(({ at }) => at ?? Number.POSITIVE_INFINITY));
    if (entries.length < pageSize || seen.size === before || oldest < since - toleranceInMs) break;
    until = oldest;
  }
  return ids;
}
