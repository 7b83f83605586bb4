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
  const { client } = context;
  const access = new Access(context, session);
  const over = (end: (token: string) => Promise<HttpResponse>) => endOnce(context, () => access.call(signal, end));
  if (reason !== 'afterEnd' && session.state !== 'ended') await over((token) => client.endSession(session, token, signal));
  // Also when no session ran any more: an open conversation would take up whatever comes late.
  await over((token) => client.closeConversation(session, token, signal));
  context.window.forget(session.conversationId);
}

/** Resolves when it is over, whoever ended it. */
async function endOnce(context: DeliverContext, call: () => Promise<HttpResponse>): Promise<void> {
  try {
    const response = await call();
    // 409 and 417 say that there is nothing left to be ended.
    const isOver = response.status === 409 || response.status === 417;
    if (!isSuccess(response) && !isOver) throw fromStatus(response, context.now());
  } catch (error) {
    if (!(error instanceof HandoffError) || error.code !== 'sessionEnded') throw error;
  }
}
