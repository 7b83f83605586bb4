import type { Access, AccessContext } from './access';
import type { EntryQuery } from './client';
import { failure, fromStatus } from './errors';
import type { EnhancedChatSession } from './session';
import { readEntries, type WireEntry, wordOf } from './wire';

export const pageSize = 50;
const listedTypes = 'Message,ParticipantChanged,RoutingResult,SessionStatusChanged';
/** Servers' clocks differ, and an entry may be listed after a younger one. */
const overlapInMs = 30_000;
const mostPages = 200;

/** What happened since the newest entry handled (and a little before), oldest first, whatever the stream may have lost. */
export async function entriesSince(
  context: AccessContext,
  session: EnhancedChatSession,
  access: Access,
  signal: AbortSignal,
): Promise<WireEntry[]> {
  const found = new Map<string, WireEntry>();
  let from = session.lastTimestamp === undefined ? undefined : session.lastTimestamp - overlapInMs;
  for (let page = 0; page < mostPages; page += 1) {
    const entries = await readPage(context, session, access, signal, {
      limit: pageSize,
      direction: 'FromStart',
      ...(from !== undefined && { startTimestamp: from }),
      entryTypeFilter: listedTypes,
    });
    const before = found.size;
    for (const [index, entry] of entries.entries()) found.set(entry.identifier || `${page}:${index}`, entry);
    const newest = Math.max(...entries.map(({ at }) => at ?? 0));
    if (entries.length < pageSize || found.size === before || newest === from) break;
    from = newest;
  }
  return [...found.values()].sort((one, other) => (one.at ?? 0) - (other.at ?? 0));
}

/** The last word about the messaging session: `Ended`, `Inactive`, …; undefined when there is none yet. */
export async function lastStatus(
  context: AccessContext,
  session: EnhancedChatSession,
  access: Access,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = { limit: pageSize, direction: 'FromEnd', entryTypeFilter: 'SessionStatusChanged' } as const;
  const entries = await readPage(context, session, access, signal, query);
  const newest = entries.reduce<WireEntry | undefined>(
    (latest, entry) => (latest === undefined || (entry.at ?? 0) > (latest.at ?? 0) ? entry : latest),
    undefined,
  );
  return newest && wordOf(newest.payload, 'sessionStatus');
}

export async function readPage(
  context: AccessContext,
  session: EnhancedChatSession,
  access: Access,
  signal: AbortSignal,
  query: EntryQuery,
): Promise<WireEntry[]> {
  const response = await access.call(signal, (token) => context.client.readEntries(session, token, query, signal));
  if (response.status !== 200) throw fromStatus(response, context.now());
  const entries = readEntries(response.json);
  if (!entries)
    throw failure({ code: 'outage', retriable: true, delivered: 'unknown', detail: 'an answer that is no list of entries' });
  return entries;
}
