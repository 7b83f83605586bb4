import { HandoffError } from '../../errors';
import type { CloseReason } from '../../provider';
import { type DeliverContext, deliver } from './deliver';
import { failure, fromStatus } from './errors';
import { nextSequence } from './reserve';
import type { LiveAgentSession } from './session';

/**
 * Ends the chat and deletes the server session. A chat the desk has not accepted yet takes no `ChatEnd`, and one that is
 * over needs none: then the session is only deleted. A session the desk does not know is closed already.
 */
export async function closeChat(
  context: DeliverContext,
  session: LiveAgentSession,
  reason: CloseReason,
  signal: AbortSignal,
): Promise<void> {
  const isOpen = session.state !== 'requested' && session.state !== 'ended' && reason !== 'afterEnd';
  if (isOpen) await endChat(context, session, signal);
  const response = await context.posts.run(session.id, signal, () => context.client.deleteSession(session, signal));
  context.posts.forget(session.id);
  if (response.status < 300 || response.status === 403 || response.status === 404) return;
  const error = fromStatus(response, context.now());
  // The session is on no server we know; without polls it ends by itself, and there is no chat in it that needs an end.
  if (error.code === 'sessionMoved' && !isOpen) return;
  throw error;
}

async function endChat(context: DeliverContext, session: LiveAgentSession, signal: AbortSignal): Promise<void> {
  const post = {
    resource: 'Chasitor/ChatEnd',
    body: { reason: 'client' },
    owner: 'end',
    sequence: nextSequence(session),
    correct: true,
  };
  try {
    await deliver(context, session, post, signal);
  } catch (error) {
    if (!(error instanceof HandoffError)) throw error;
    if (error.code === 'sessionEnded') return;
    // The server's word for a chat that is in no state to be ended: deleting the session is then what is left.
    if (error.code === 'outage' && error.detail === 'HTTP 500') return;
    throw error.code === 'sessionMoved'
      ? failure({ code: 'sessionMoved', retriable: true, delivered: 'no', cause: error, detail: error.detail ?? 'ChatEnd' })
      : error;
  }
}
