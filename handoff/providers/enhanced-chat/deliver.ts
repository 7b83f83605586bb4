import type { HttpResponse } from '../../../common/http';
import type { CustomerFile } from '../../request';
import type { Access, AccessContext } from './access';
import type { NewSession, WireMessage, WireUpload } from './client';
import { deliveredIds } from './delivered';
import { lastStatus } from './entries';
import { fromStatus, isSuccess, sessionEnded } from './errors';
import { type Part, textMessage } from './outgoing';
import type { SendWindow } from './sendWindow';
import type { EnhancedChatSession } from './session';

export interface DeliverContext extends AccessContext {
  window: SendWindow;
  linkFile(file: CustomerFile): string;
}

/** Detail of the error when the desk has ended the messaging session. */
export const endedAlready = 'HTTP 417 after the end';

/** The desk takes no larger files. */
export const maxFileBytes = 5 * 1024 * 1024;

/**
 * Makes the request of one part; resolves when the desk accepted it. A file the desk does not take goes as a link, an answer
 * it does not take as text. Throws `HandoffError`.
 */
export async function deliver(
  context: DeliverContext,
  session: EnhancedChatSession,
  access: Access,
  part: Part,
  signal: AbortSignal,
  upload?: WireUpload,
): Promise<void> {
  if (part.kind === 'message') {
    const response = await post(context, session, access, signal, messageCall(context, session, part.message, signal));
    if (response.status !== 400 || !part.instead) return settle(context, session, access, part.id, response, signal);
    context.log.warn('The desk did not take an answer in its own form; it goes as text');
    const again = await post(context, session, access, signal, messageCall(context, session, part.instead, signal));
    return settle(context, session, access, part.id, again, signal);
  }
  if (upload && upload.bytes.length <= maxFileBytes) {
    const message = { id: part.id, fileId: part.fileId };
    const response = await post(context, session, access, signal, (token, anew) =>
      context.client.sendFile(session, token, message, upload, anew, signal),
    );
    if (!isRefusedFile(response.status)) return settle(context, session, access, part.id, response, signal);
    context.log.info('The desk does not take a file; it goes as a link', { status: response.status });
  }
  const link = textMessage(part.linkId, `${part.file.name}: ${context.linkFile(part.file)}`);
  const response = await post(context, session, access, signal, messageCall(context, session, link, signal));
  return settle(context, session, access, part.linkId, response, signal);
}

type Call = (token: string, anew: NewSession | undefined) => Promise<HttpResponse>;

function messageCall(context: DeliverContext, session: EnhancedChatSession, message: WireMessage, signal: AbortSignal): Call {
  return (token, anew) => context.client.sendMessage(session, token, message, anew, signal);
}

/**
 * One counted request. 417 says that no session runs and the channel wants its pre-chat values again: the same message goes
 * once more with them, unless the agent has ended the chat: what comes late is for the bot, and must not open a new one.
 */
async function post(
  context: DeliverContext,
  session: EnhancedChatSession,
  access: Access,
  signal: AbortSignal,
  call: Call,
): Promise<HttpResponse> {
  context.window.take(session.conversationId);
  const response = await access.call(signal, (token) => call(token, undefined));
  if (response.status !== 417) return response;
  if ((await lastStatus(context, session, access, signal)) === 'Ended') throw sessionEnded(endedAlready);
  const { routingAttributes, language } = session;
  return access.call(signal, (token) => call(token, { isNewMessagingSession: true, routingAttributes, language }));
}

async function settle(
  context: DeliverContext,
  session: EnhancedChatSession,
  access: Access,
  id: string,
  response: HttpResponse,
  signal: AbortSignal,
): Promise<void> {
  if (isSuccess(response)) return;
  // What the desk does with an id it has seen is not documented; a conflict is one way to say that it has.
  if (response.status === 409 && (await deliveredIds(context, session, access, 0, signal)).has(id)) return;
  if (response.status === 417) throw sessionEnded('HTTP 417 twice');
  throw fromStatus(response, context.now());
}

/** Too large, of a type that is not allowed, or file transfer is off; not what concerns the conversation as a whole. */
function isRefusedFile(status: number): boolean {
  return status === 400 || status === 405 || status === 413 || status === 415;
}
