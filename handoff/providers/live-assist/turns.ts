import type { ChatView } from './chatView';
import { systemMessages, type WireEvent } from './wire';

/** An agent has the chat; the same agent again is no news. */
export function join(view: ChatView, agentName: string | undefined): void {
  const { session } = view;
  if (session.state === 'ended') return;
  if (session.state === 'chatting' && (agentName === undefined || agentName === session.agentName)) return;
  view.change({ state: 'chatting', ...(agentName && { agentName }) });
  view.emit({ kind: 'agentJoined', ...(agentName && { agentName }) });
}

/** The chat waits for another agent; before the first one there is nothing to pass on. */
export function passOn(view: ChatView): void {
  if (view.session.state !== 'chatting') return;
  view.change({ state: 'transferring', isAgentTyping: false });
  view.emit({ kind: 'transferred' });
}

/** The chat is over; once, however often the desk says so. Who ended it stands in one of its lines, in any order. */
export function end(view: ChatView, events: WireEvent[], source: string | undefined): void {
  const { session } = view;
  if (session.state === 'ended') return;
  const eventId = `${session.chatId}:ended`;
  const hadAgent = session.state !== 'waiting';
  const by = source === 'visitor' ? 'customer' : (endedBy(events) ?? session.endedBy ?? 'system');
  view.change({ state: 'ended' });
  if (hadAgent) view.emit({ kind: 'ended', by }, { eventId });
  else view.emit({ kind: 'failed', reason: 'noAgentAvailable' }, { eventId });
}

function endedBy(events: WireEvent[]): 'agent' | 'system' | undefined {
  const ids = events.map(({ systemMessageId }) => systemMessageId);
  if (ids.includes(systemMessages.agentEnded)) return 'agent';
  return ids.includes(systemMessages.disconnected) ? 'system' : undefined;
}
