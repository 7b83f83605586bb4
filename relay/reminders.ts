import { isoTime } from '../common/clock';
import { asJson } from '../common/json';
import type { CustomerMessage } from '../handoff/request';
import type { NewMessage } from '../store/links';
import { type Deadlines, isTerminal, type LinkData, type LiveLink } from './linkData';
import type { RelayOptions } from './options';
import { ending, type Step } from './steps';

type Patience = Pick<RelayOptions, 'idleForInMs' | 'transferredForInMs' | 'remindAfterInMs'>;

/** How much of its time has to pass before a deadline is moved. */
const movesBy = 1 / 200;
/** How long the agent's desk gets to show why the chat ends, before it ends. */
const lastNoteWithinInMs = 3_000;

/** The data after something was said or done: the time after which nobody says anything any more begins anew. Pure. */
export function stillGoing({ state, data }: LiveLink, patience: Patience, now: number): LinkData {
  if (isTerminal(state)) return data;
  return moved(data, 'idle', now, state === 'transferred' ? patience.transferredForInMs : patience.idleForInMs);
}

/** The data after the agent wrote: the customer is reminded if nothing follows, but once only until they write. Pure. */
export function agentSpoke({ state, data }: LiveLink, patience: Patience, now: number): LinkData {
  if (state !== 'connected' || patience.remindAfterInMs === undefined || data.isReminded) return data;
  return moved(data, 'remind', now, patience.remindAfterInMs);
}

/** A deadline of hours is moved about once a minute, and not written anew with each message. */
function moved(data: LinkData, deadline: 'idle' | 'remind', now: number, afterInMs: number): LinkData {
  const time = now + afterInMs;
  if (Math.abs(time - (data.deadlines[deadline] ?? 0)) < afterInMs * movesBy) return data;
  return { ...data, deadlines: { ...data.deadlines, [deadline]: time } };
}

/** True while the customer is awaited, so that their next message changes something. Pure. */
export function isAwaited({ deadlines, isReminded }: LinkData): boolean {
  return deadlines.remind !== undefined || isReminded === true;
}

/** The data after the customer wrote. Pure. */
export function customerSpoke(data: LinkData): LinkData {
  const { isReminded: _reminded, ...rest } = data;
  return { ...rest, deadlines: withoutReminder(data.deadlines) };
}

/**
 * The customer has been silent long enough: they are asked whether they are still there, and the agent reads that they were. Ids
 * are those of the silence, so that a repeat after a crash says nothing twice. Nothing is said when somebody else is awaited.
 */
export function reminder(link: LiveLink, isWriting: boolean, now: number): Step {
  const { remind = now, idle } = link.data.deadlines;
  const data = { ...link.data, deadlines: withoutReminder(link.data.deadlines) };
  if (isWriting || link.state !== 'connected' || link.data.deadlines.grace !== undefined || link.data.isPaused) return { data };
  return {
    data: { ...data, isReminded: true },
    deliveries: [
      { id: `reminder:${remind}`, delivery: { kind: 'reminder', ...(idle !== undefined && { endsInMs: idle - now }) } },
    ],
    notes: [
      note(`reminder:${remind}`, 'the customer has not answered for a while and was asked whether they are still there.', now),
    ],
  };
}

/**
 * Nothing was said for too long. Whoever waits to be picked up, or has just written, is not silent. An agent who has the chat
 * reads why it ends; then it ends.
 */
export function inactive(link: LiveLink, isWriting: boolean, patience: Patience, now: number): Step {
  const { idle: _idle, ...deadlines } = withoutReminder(link.data.deadlines);
  if (isWriting || deadlines.accept !== undefined) return { data: stillGoing(link, patience, now) };
  if (link.state !== 'connected' || link.data.isPaused) return endingForSilence(link, now);
  return {
    data: { ...link.data, deadlines: { ...deadlines, lastNote: now + lastNoteWithinInMs } },
    notes: [note('inactive', 'nothing was written for a long time, so this chat is ended.', now)],
  };
}

/** The agent has had time to read why. */
export function endingForSilence(link: LiveLink, now: number): Step {
  return ending(link, { by: 'system', reason: 'inactive' }, 'inactive', now);
}

/** A word of ours to the agent. */
export function note(id: string, text: string, now: number): NewMessage {
  const message: CustomerMessage = { id, author: 'bot', text: `Automatic note: ${text}`, files: [], at: isoTime(now) };
  return { messageId: id, payload: asJson(message) };
}

function withoutReminder({ remind: _remind, ...deadlines }: Deadlines): Deadlines {
  return deadlines;
}
