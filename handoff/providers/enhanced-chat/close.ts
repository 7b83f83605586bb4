import type { HttpResponse } from '../../../common/http';
import { HandoffError } from '../../errors';
import type { CloseReason } from '../../provider';
import { Access } from './access';
import type { DeliverContext } from './deliver';
import { fromStatus, isSuccess } from './errors';
import type { EnhancedChatSession } from './session';

/**
 * Ends the messaging session, which frees the agent, then closes the conversation, so that nothing late opens a new session
 * in it. A conversation the desk does not know or give to us any more is closed already; so is one whose token is used up.
 */
export async function closeConversation(
  context: DeliverContext,
  session: EnhancedChatSession,
  reason: CloseReason,
  signal: AbortSignal,
): Promise<void> {
  const access = new Access(context, session);
  try {
    if (reason !== 'afterEnd' && session.state !== 'ended') {
      check(context, await access.call(signal, (token) => context.client.endSession(session, token, signal)));
    }
    check(context, await access.call(signal, (token) => context.client.closeConversation(session, token, signal)));
  } catch (error) {
    if (!(error instanceof HandoffError) || error.code !== 'sessionEnded') throw error;
  }
  context.window.forget(session.conversationId);
}

function check(context: DeliverContext, response: HttpResponse): void {
  // 409 and 417 say that there is nothing left to be ended.
  const isOver = response.status === 409 || response.status === 417;
  if (!isSuccess(response) && !isOver) throw fromStatus(response, context.now());
}
