import type { Log } from '../../../common/log';
import { AnswerView, type Step } from './answerView';
import { chatHandlers, type Handler } from './chatEvents';
import { endHandlers } from './endEvents';
import { recoverMissed } from './missedMessages';
import type { LiveAgentSession } from './session';
import type { WireAnswer } from './wire';

export interface Converted {
  /** Never empty; all but the first may have a delay. */
  steps: Step[];
  changes: Partial<LiveAgentSession>;
  newUrl?: string;
}

const nothingToDo: Handler = () => undefined;

/** What each documented type does. Types that concern no handoff are named, so that only new ones are reported. */
const handlers: Record<string, Handler> = {
  ...chatHandlers,
  ...endHandlers,
  ChasitorSessionData: recoverMissed,
  // Named payloads between pages of the console; no meaning of their own.
  CustomEvent: nothingToDo,
  // The echo of the visitor's own navigation.
  NewVisitorBreadcrumb: nothingToDo,
  // Answers to other requests.
  Availability: nothingToDo,
  Settings: nothingToDo,
  VisitorId: nothingToDo,
  ReconnectSession: nothingToDo,
};

/**
 * Converts one answer of the poll, its messages in order. Pure: the same answer for the same session gives the same events
 * with the same ids. Types nobody knows are skipped; what comes after the end of the chat is left out.
 */
export function convertAnswer(
  session: LiveAgentSession,
  answer: WireAnswer,
  sequence: number,
  receivedAt: string,
  log: Log,
): Converted {
  const view = new AnswerView(session, sequence, receivedAt);
  // Typing events of one answer can come in the wrong order: when both are there, the agent is not typing.
  const isTypingOver = answer.messages.some(({ type }) => type === 'AgentNotTyping');
  for (const [index, { type, message }] of answer.messages.entries()) {
    if (view.session.state === 'ended') break;
    if (type === 'AgentTyping' && isTypingOver) continue;
    const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
    if (!handler) {
      log.debug('The desk sent an event of a type that is not known', { type });
      continue;
    }
    view.begin(index);
    handler(view, message, log);
  }
  return { steps: view.steps, changes: view.changes, ...(view.newUrl !== undefined && { newUrl: view.newUrl }) };
}
