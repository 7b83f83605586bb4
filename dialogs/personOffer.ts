import { notAvailableCard } from '../cards/choiceCards';
import { verbs } from '../cards/verbs';
import type { Availability } from './collaborators';
import type { PersonRequest } from './state';
import { localTimeZone } from './timeZone';
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
  // Whoever called this bot decides what is next; the customer is told why nobody is there.
  if (turn.data.call) return say(turn, unmet);
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

function say(turn: Turn, { title, reason, detail }: Unmet): Promise<void> {
  const text = [reason || title, detail].filter((part) => part !== undefined && part !== '').join(' ');
  return send(turn, { text });
}

/** Offers what is left after the customer was told that the desk did not take the chat. */
export function offerNextStep(turn: Turn, request: PersonRequest): Promise<void> {
  return offer(turn, request, { title: text(turn, 'nobody.nextTitle'), reason: '' });
}

/** Tells that the handoff could not even be asked for. */
export function tellInitiationFailed(turn: Turn, request: PersonRequest): Promise<void> {
  if (turn.data.call) turn.data.call.nobody = { reason: 'error' };
  return offer(turn, request, { title: text(turn, 'nobody.nextTitle'), reason: text(turn, 'nobody.initiationFailed') });
}

/** Tells what availability found, with the next opening time when it is known. */
export function tellUnavailable(turn: Turn, request: PersonRequest, availability: Availability): Promise<void> {
  const isClosed = availability.reason === 'closed';
  const { call } = turn.data;
  if (call) {
    const reason = isClosed ? 'closed' : 'noAgents';
    call.nobody = { reason, ...(availability.opensAt !== undefined && { opensAt: availability.opensAt }) };
  }
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
  const timeZone = localTimeZone(turn);
  const parts = { weekday: 'long', day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit' } as const;
  if (timeZone !== undefined) return new Intl.DateTimeFormat(turn.language, { ...parts, timeZone }).format(date);
  return new Intl.DateTimeFormat(turn.language, { ...parts, timeZone: 'UTC', timeZoneName: 'short' }).format(date);
}
