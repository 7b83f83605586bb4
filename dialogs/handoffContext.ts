import type { Activity, Transcript } from 'botframework-schema';
import type { Said } from './collaborators';

/** The value of the `handoff.initiate` event: everything about the request but the conversation itself. */
export interface HandoffContext {
  /** Name of the escalation skill. */
  skill: string;
  topic: string;
  /** BCP 47. */
  language: string;
  customer: { name?: string; email?: string; phone?: string; contactId?: string; isAuthenticated: boolean };
  /** Answers to the skill's own fields, label → value. */
  fields: Record<string, string>;
  /** Id of the Dynamics chat activity that desk and bot share; absent when no record could be made. */
  chatActivityId?: string;
  /** Articles shown in this conversation, oldest first. */
  articles: { number: string; title: string }[];
  sourcePageUrl?: string;
  /** ISO time at which the visit before ended: what was said until then is not for the desk. */
  since?: string;
}

export const handoffStatusEvent = 'handoff.status';

/** Set in the turn's state when the status comes from the relay itself; a client could send such an event, too. */
export const ownStatus = Symbol('own handoff status');

/** The value of a `handoff.status` event. */
export interface HandoffStatus {
  state: 'accepted' | 'failed' | 'completed';
  handoffId?: string;
  /** Why it failed. */
  reason?: string;
  /** Name of the escalation skill. */
  skill?: string;
  endedBy?: 'agent' | 'customer' | 'system';
  /** The desk completes the chat activity itself. */
  deskOwnsRecord?: boolean;
  /** Whether an agent had joined; without it, an acceptance told before or an end by the agent means so. */
  wasConnected?: boolean;
}

const states: readonly unknown[] = ['accepted', 'failed', 'completed'] satisfies HandoffStatus['state'][];
const sides: readonly unknown[] = ['agent', 'customer', 'system'] satisfies HandoffStatus['endedBy'][];

/** Reads the value of a status event; undefined when it is none. */
export function readHandoffStatus(value: unknown): HandoffStatus | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { state, handoffId, reason, skill, endedBy, deskOwnsRecord, wasConnected } = value as Record<
    keyof HandoffStatus,
    unknown
  >;
  if (!states.includes(state)) return undefined;
  return {
    state: state as HandoffStatus['state'],
    ...(typeof handoffId === 'string' && { handoffId }),
    ...(typeof reason === 'string' && { reason }),
    ...(typeof skill === 'string' && { skill }),
    ...(sides.includes(endedBy) && { endedBy: endedBy as 'agent' | 'customer' | 'system' }),
    ...(deskOwnsRecord === true && { deskOwnsRecord }),
    ...(typeof wasConnected === 'boolean' && { wasConnected }),
  };
}

/** The transcript as the Bot Framework's handoff protocol attaches it to the event. */
export function toTranscript(entries: readonly Said[]): Transcript {
  return {
    activities: entries.map(
      (entry) =>
        ({
          type: 'message',
          timestamp: new Date(entry.at),
          from: { id: entry.from, name: entry.from, role: entry.from === 'customer' ? 'user' : 'bot' },
          text: entry.text,
          attachments: [
            ...(entry.cards ?? []),
            ...(entry.files ?? []).map((file) => ({ contentType: file.contentType, contentUrl: file.url, name: file.name })),
          ],
          channelData: { articles: entry.articles ?? [] },
        }) as unknown as Activity,
    ),
  };
}
