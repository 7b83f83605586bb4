import type { Log } from '../../../common/log';
import type { ChatView } from './chatView';
import { htmlToText } from './htmlText';
import { join, passOn } from './turns';
import { systemMessages, type WireChat, type WireEvent } from './wire';

/** Lines the desk itself writes into a chat; their words are for its own window, so only their numbers count. */
export function takeSystemLine(view: ChatView, event: WireEvent, chat: WireChat, log: Log): void {
  switch (event.systemMessageId) {
    case systemMessages.preChat:
      // The conversation before the chat comes back, and the customer was there.
      return;
    case systemMessages.agentAccepted:
      join(view, chat.info.agentName);
      return;
    case systemMessages.agentEnded:
      view.change({ endedBy: 'agent' });
      return;
    case systemMessages.disconnected:
      view.change({ endedBy: 'system' });
      return;
    case systemMessages.transferredToAgent:
    case systemMessages.transferredToSkill:
    case systemMessages.requeued:
      passOn(view);
      return;
    case systemMessages.ticketId:
      tellTicket(view, event);
      return;
    default:
      log.debug('The desk wrote a line of its own', { systemMessageId: event.systemMessageId });
  }
}

/** A ticket's number is something to keep. */
function tellTicket(view: ChatView, event: WireEvent): void {
  const text = event.textType === 'plain' ? (event.text ?? '') : htmlToText(event.text ?? '');
  if (text !== '' && view.session.state === 'chatting') view.emit({ kind: 'agentMessage', text, attachments: [], cards: [] });
}
