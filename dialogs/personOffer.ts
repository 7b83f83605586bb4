import { notAvailableCard } from '../cards/choiceCards';
import { verbs } from '../cards/verbs';
import type { Availability } from './collaborators';
import type { PersonRequest } from './state';
import { send, type Turn, text } from './turn';

interface Unmet {
  title: string;
  /** Why; empty when the customer has been told already. */
  reason: string;
  detail?: string;
}

/** Remembers a request that found nobody and offers what is left: a message, another try, the bot. */
async function offer(turn: Turn, request: PersonRequest, unmet: Unmet): Promise<void> {
  turn.data.unmet = request;
  const card = notAvailableCard({
    language: turn.language,
    title: unmet.title,
    text: `${unmet.reason} ${text(turn, 'nobody.offer')}`.trim(),
    ...(unmet.detail !== undefined && { detail: unmet.detail }),
    actions: [
      { title: text(turn, 'replies.leaveMessage'), verb: verbs.leaveMessage, data: { skill: request.skill } },
      { title: text(turn, 'nobody.tryAgain'), verb: verbs.person, data: { skill: request.skill } },
      { title: text(turn, 'nobody.stayWithBot'), verb: verbs.cancel },
    ],
  });
  await send(turn, { attachments: [card], replies: [text(turn, 'replies.leaveMessage')] });
}

/** Offers what is left after the customer was told that the desk did not take the chat. */
export function offerNextStep(turn: Turn, request: PersonRequest): Promise<void> {
  return offer(turn, request, { title: text(turn, 'nobody.nextTitle'), reason: '' });
}

/** Tells that the handoff could not even be asked for. */
export function tellInitiationFailed(turn: Turn, request: PersonRequest): Promise<void> {
  return offer(turn, request, { title: text(turn, 'nobody.nextTitle'), reason: text(turn, 'nobody.initiationFailed') });
}

/** Tells what availability found, with the next opening time when it is known. */
export function tellUnavailable(turn: Turn, request: PersonRequest, availability: Availability): Promise<void> {
  const isClosed = availability.reason === 'closed';
  const opensAt = availability.opensAt === undefined ? undefined : whenText(turn, availability.opensAt);
  return offer(turn, request, {
    title: text(turn, 'nobody.title'),
    reason: text(turn, isClosed ? 'nobody.closed' : 'nobody.noAgents'),
    ...(opensAt !== undefined && { detail: text(turn, 'nobody.opensAt', { when: opensAt }) }),
  });
}

/** A time in the customer's own time zone when the channel tells it, else in UTC and saying so. */
function whenText(turn: Turn, iso: string): string | undefined {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return undefined;
  const timeZone = turn.context.activity.localTimezone;
  const parts = { weekday: 'long', day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit' } as const;
  if (typeof timeZone === 'string' && isTimeZone(timeZone))
    return new Intl.DateTimeFormat(turn.language, { ...parts, timeZone }).format(date);
  return new Intl.DateTimeFormat(turn.language, { ...parts, timeZone: 'UTC', timeZoneName: 'short' }).format(date);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // The only way to ask: a channel may send Windows names or nonsense here.
    return false;
  }
}
