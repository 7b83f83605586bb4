import type { Parameters } from '../containers/parameters';

/**
 * The one name of a session over all that is said about it, such as `chat-135` or `call-97`: so are its files called, too.
 * Undefined when the caller names no session.
 */
export function sessionKeyOf(parameters: Parameters): string | undefined {
  const chat = parameters.text('chatId');
  if (chat !== undefined) return `chat-${chat}`;
  const call = parameters.text('callId');
  if (call !== undefined) return `call-${call}`;
  const session = parameters.text('sessionId');
  if (session === undefined) return undefined;
  return /^(?:chat|call)-/.test(session) ? session : `session-${session}`;
}
