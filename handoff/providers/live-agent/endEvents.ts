import { ownMember } from '../../../common/json';
import type { FailureReason } from '../../events';
import type { AnswerView } from './answerView';
import type { Handler } from './chatEvents';
import { textOf } from './wire';

const requestFailures: Record<string, FailureReason> = {
  Unavailable: 'noAgentAvailable',
  Blocked: 'rejected',
  NoPost: 'error',
  InternalFailure: 'error',
  Unknown: 'error',
};

/** Ends before any agent was there. The lists are open at the vendor: an unknown word is an `error` with the word as detail. */
const endsWithoutAgent: Record<string, FailureReason> = {
  agentsUnavailable: 'noAgentAvailable',
  agentPushTimeout: 'timedOut',
  // An agent turned the waiting chat away.
  agent: 'noAgentAvailable',
};

/** Everything after which the chat is over at the desk. */
export const endHandlers: Record<string, Handler> = {
  // Also comes in the middle of a chat, when the agent goes offline.
  ChatRequestFail: (view, message) => {
    const reason = textOf(message, 'reason') ?? 'Unknown';
    fail(view, ownMember(requestFailures, reason) ?? 'error', reason);
  },

  ChatEnded: (view, message) => {
    const reason = textOf(message, 'reason') ?? 'unknown';
    if (reason === 'client') end(view, 'customer', reason);
    else if (isWithAgent(view) || (reason === 'agent' && view.session.state === 'transferring'))
      end(view, reason === 'agent' ? 'agent' : 'system', reason);
    else if (reason === 'clientIdleTimeout') end(view, 'system', reason);
    else fail(view, ownMember(endsWithoutAgent, reason) ?? 'error', reason);
  },

  // The server could not make what it had accepted.
  AsyncResult: (view, message, log) => {
    if (message['isSuccess'] !== false && !message['error']) return;
    log.warn('The desk failed to carry out an accepted request');
    fail(view, 'error', 'AsyncResult');
  },

  // The org moved to other servers; a chat cannot move along and has to be started anew there.
  SwitchServer: (view, message) => {
    view.newUrl = textOf(message, 'newUrl');
    fail(view, 'error', 'SwitchServer');
  },
};

/** The server does not know the session any more. The same id however often it says so. */
export function endUnknownSession(view: AnswerView, detail: string): void {
  const eventId = `${view.session.id}:gone`;
  const isMidChat = isWithAgent(view);
  view.change({ state: 'ended' });
  if (isMidChat) view.emit({ kind: 'ended', by: 'system', reason: detail }, { eventId });
  else view.emit({ kind: 'failed', reason: 'error', detail }, { eventId });
}

function isWithAgent(view: AnswerView): boolean {
  return view.session.state === 'connected';
}

/** With an agent there, a failure is the end of a chat; before (or between two agents), nobody takes it. */
function fail(view: AnswerView, reason: FailureReason, detail: string): void {
  if (isWithAgent(view)) {
    end(view, 'system', detail);
    return;
  }
  view.change({ state: 'ended' });
  view.emit({ kind: 'failed', reason, detail });
}

function end(view: AnswerView, by: 'agent' | 'customer' | 'system', reason: string): void {
  view.change({ state: 'ended' });
  view.emit({ kind: 'ended', by, reason });
}
