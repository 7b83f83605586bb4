import type { JsonObject } from '../../../common/json';
import { HandoffError } from '../../errors';
import type { FetchedFile, FileReader, Reserved, Sent } from '../../provider';
import type { CustomerMessage } from '../../request';
import { Access } from './access';
import { type DeliverContext, deliver } from './deliver';
import { deliveredIds, isThere } from './delivered';
import { failure, fromStatus, isSuccess, sessionEnded } from './errors';
import { idFrom } from './ids';
import { type Part, partsOf } from './outgoing';
import type { EnhancedChatSession } from './session';

export interface SendContext extends DeliverContext {
  readFile: FileReader;
}

/** Notes that an attempt begins, so that the next one knows to look for what this one may have left at the desk. */
export function reserveAttempt(previous: JsonObject | undefined): Reserved<EnhancedChatSession> {
  return { reservation: { isRepeat: previous !== undefined } };
}

/**
 * Sends a message, in several parts when it is long or has files. Each part has an id of its own, equal on every attempt; a
 * repeat first asks which of them the desk has. Files are read before anything is sent.
 */
export async function sendMessage(
  context: SendContext,
  session: EnhancedChatSession,
  message: CustomerMessage,
  reservation: JsonObject | undefined,
  signal: AbortSignal,
): Promise<Sent<EnhancedChatSession>> {
  if (session.state === 'ended') throw sessionEnded('the chat is over');
  const parts = partsOf(session, message);
  const files = new Map<Part, FetchedFile>();
  for (const part of parts) if (part.kind === 'file') files.set(part, await context.readFile(part.file, signal));
  const access = new Access(context, session);
  const isRepeat = reservation?.['isRepeat'] === true;
  const known = isRepeat ? await deliveredIds(context, session, access, Date.parse(message.at), signal) : new Set<string>();
  let isPartlySent = false;
  for (const part of parts) {
    if (isThere(part, known)) continue;
    try {
      const file = files.get(part);
      const upload = part.kind === 'file' && file ? { name: part.file.name, ...file } : undefined;
      await deliver(context, session, access, part, signal, upload);
    } catch (error) {
      throw isPartlySent ? partly(error) : error;
    }
    isPartlySent = true;
  }
  return { session: access.changes };
}

/** Shows or hides the typing sign. Without an agent there is nobody to show it to and nothing is sent. */
export async function sendTypingNotice(
  context: DeliverContext,
  session: EnhancedChatSession,
  isTyping: boolean,
  signal: AbortSignal,
): Promise<Sent<EnhancedChatSession>> {
  if (session.state !== 'connected') return {};
  const access = new Access(context, session);
  const id = idFrom(session.conversationId, 'typing', String(isTyping), String(context.now()));
  const response = await access.call(signal, (token) => context.client.sendTyping(session, token, id, isTyping, signal));
  if (!isSuccess(response)) throw fromStatus(response, context.now());
  return { session: access.changes };
}

/** Tells that the customer has read up to the entry of this event; nothing for one that had no identifier. */
export async function markRead(
  context: DeliverContext,
  session: EnhancedChatSession,
  eventId: string,
  signal: AbortSignal,
): Promise<Sent<EnhancedChatSession>> {
  // A second event of one entry has a number behind; an entry without an identifier is known by its conversation.
  const entryId = eventId.replace(/:\d+$/, '');
  if (session.state !== 'connected' || entryId.startsWith(`${session.conversationId}:`)) return {};
  const access = new Access(context, session);
  const id = idFrom(session.conversationId, 'read', entryId);
  const response = await access.call(signal, (token) => context.client.acknowledgeRead(session, token, id, entryId, signal));
  if (!isSuccess(response)) throw fromStatus(response, context.now());
  return { session: access.changes };
}

/** What of a message has left cannot be said to be without effect. */
function partly(error: unknown): unknown {
  if (!(error instanceof HandoffError) || error.delivered === 'unknown') return error;
  const { code, retriable, retryAfterInMs, detail } = error;
  return failure({
    code,
    retriable,
    delivered: 'unknown',
    cause: error,
    ...(retryAfterInMs !== undefined && { retryAfterInMs }),
    ...(detail !== undefined && { detail }),
  });
}
