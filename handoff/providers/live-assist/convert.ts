import { isoTime } from '../../../common/clock';
import type { Log } from '../../../common/log';
import type { HandoffEvent } from '../../events';
import { ChatView } from './chatView';
import { htmlToText } from './htmlText';
import type { LiveAssistSession } from './session';
import { takeSystemLine } from './systemLines';
import { end, join, passOn } from './turns';
import type { WireChat, WireEvent } from './wire';

export interface Converted {
  events: HandoffEvent[];
  changes: Partial<LiveAssistSession>;
}

/**
 * Converts one answer of the poll. Pure: the same answer for the same session gives the same events with the same ids. What was
 * handled before is left out, and so is what nobody knows.
 */
export function convertChat(session: LiveAssistSession, chat: WireChat, receivedAtInMs: number, log: Log): Converted {
  const view = new ChatView(session, deskTime(chat, receivedAtInMs));
  const isHandled = ({ id }: WireEvent) => id !== undefined && id <= session.lastEventId;
  const fresh = chat.events.filter((event) => !isHandled(event));
  for (const event of fresh) {
    if (view.session.state === 'ended') break;
    view.begin(event);
    takeEvent(view, event, chat, log);
  }
  const newest = newestOf(session, fresh);
  if (newest > session.lastEventId) view.change({ lastEventId: newest });
  takeInfo(view, chat);
  const next = chat.next;
  if (next !== undefined && next !== session.next) view.change({ next });
  return { events: view.events, changes: view.changes };
}

function takeEvent(view: ChatView, event: WireEvent, chat: WireChat, log: Log): void {
  switch (event.type) {
    case 'state':
      takeState(view, event, chat);
      return;
    case 'line':
      takeLine(view, event, chat, log);
      return;
    // The agent opens a page for the customer, who gets its address.
    case 'url':
      if (event.source !== 'visitor') say(view, event.url ?? event.text ?? '', event.by ?? chat.info.agentName);
      return;
    case 'a2a-transfer':
      passOn(view);
      return;
    default:
      log.debug('The desk sent an event of a type that is not known', { type: event.type });
  }
}

function takeState(view: ChatView, event: WireEvent, chat: WireChat): void {
  if (event.state === 'waiting') passOn(view);
  else if (event.state === 'chatting') join(view, chat.info.agentName);
  else if (event.state === 'ended') end(view, chat.events, event.source);
}

function takeLine(view: ChatView, event: WireEvent, chat: WireChat, log: Log): void {
  if (event.systemMessageId !== undefined || event.source === 'system') {
    takeSystemLine(view, event, chat, log);
    return;
  }
  // Our own lines come back.
  if (event.source === 'visitor') return;
  if (event.source !== 'agent') {
    log.debug('The desk sent a line of somebody who is not known');
    return;
  }
  say(view, event.textType === 'plain' ? (event.text ?? '') : htmlToText(event.text ?? ''), event.by ?? chat.info.agentName);
}

/** Whoever writes is there, even if the event that should have said so got lost. */
function say(view: ChatView, text: string, agentName: string | undefined): void {
  if (text === '') return;
  if (view.session.state !== 'chatting') join(view, agentName ?? view.session.agentName);
  view.emit({ kind: 'agentMessage', text, attachments: [], cards: [], ...(agentName && { agentName }) });
}

/** The state of the chat at the time of the answer, for what no event told. */
function takeInfo(view: ChatView, { info, events }: WireChat): void {
  const { session } = view;
  view.beginState(`state:${newestOf(session, events)}`);
  const isOther = info.agentName !== undefined && info.agentName !== session.agentName;
  if (info.state === 'ended') end(view, events, undefined);
  else if (info.state === 'chatting' && (session.state === 'waiting' || isOther)) join(view, info.agentName);
  if (info.chatTimeoutInSeconds !== undefined && info.chatTimeoutInSeconds > 0) {
    const chatTimeoutInMs = info.chatTimeoutInSeconds * 1000;
    if (chatTimeoutInMs !== session.chatTimeoutInMs) view.change({ chatTimeoutInMs });
  }
  const isTyping = info.agentTyping === undefined ? undefined : info.agentTyping === 'typing';
  if (isTyping === undefined || isTyping === session.isAgentTyping || view.session.state !== 'chatting') return;
  const typingChanges = session.typingChanges + 1;
  view.change({ isAgentTyping: isTyping, typingChanges });
  view.emit({ kind: 'agentTyping', isTyping }, { eventId: `${session.chatId}:typing:${typingChanges}` });
}

function newestOf({ lastEventId }: LiveAssistSession, events: WireEvent[]): number {
  return events.reduce((newest, { id }) => Math.max(newest, id ?? 0), lastEventId);
}

/** The newest time the desk names: its clock counts among its events, and ours may be another. */
export function deskTime({ info, events }: WireChat, receivedAtInMs: number): string {
  const times = [info.lastUpdate, ...events.map(({ time }) => time)].map((time) => Date.parse(time ?? ''));
  const known = times.filter((time) => !Number.isNaN(time));
  return isoTime(known.length > 0 ? known.reduce((newest, time) => Math.max(newest, time)) : receivedAtInMs);
}
