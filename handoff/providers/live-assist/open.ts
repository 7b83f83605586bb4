import type { HttpResponse } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import { HandoffError } from '../../errors';
import type { Opened } from '../../provider';
import type { HandoffRequest } from '../../request';
import { contextData } from './contextData';
import { fromStatus, unreadable } from './errors';
import { type IntroduceContext, introduce } from './introduce';
import { preChatLines } from './preChatLines';
import type { Introduction, LiveAssistSession } from './session';
import { type LiveAssistTarget, targetOf } from './target';
import { onOrigin } from './urls';
import { readInfo } from './wire';

/** Asked of the desk: how long it keeps a chat that nobody polls. Time enough for a restart. */
const chatTimeoutInSeconds = 120;
/** The chat exists; what follows must not keep the customer waiting. */
const introduceWithinInMs = 6_000;

/**
 * Asks for a chat, then tells the desk who the customer is. Once the chat exists nothing fails any more: what the desk could
 * not be told is told by the listener.
 */
export async function openChat(
  context: IntroduceContext,
  request: HandoffRequest,
  signal: AbortSignal,
): Promise<Opened<LiveAssistSession>> {
  const target = targetOf(request.target);
  const { response, origin } = await context.client.requestChat(chatRequest(request, target), signal);
  if (response.status < 200 || response.status > 299) throw fromStatus(response, context.now());
  const { url, chatId } = addressOf(response, origin);
  const session: LiveAssistSession = {
    url,
    chatId,
    ...(target.skill !== undefined && { skill: target.skill }),
    hasRecord: request.chatActivityId !== undefined,
    lastEventId: 0,
    state: 'waiting',
    isAgentTyping: false,
    typingChanges: 0,
    chatTimeoutInMs: chatTimeoutInSeconds * 1000,
    isWaitTold: false,
    introduction: introductionOf(request, target),
    isContextTaken: false,
    lines: 0,
  };
  return { session: { ...session, ...(await introduceAtOnce(context, session, signal)) }, sessionKey: chatId };
}

function chatRequest({ language, ...request }: HandoffRequest, target: LiveAssistTarget): JsonObject {
  const line = preChatLines({ language, ...request });
  return {
    ...(target.skill !== undefined && { skill: target.skill }),
    language,
    interactionTimeout: chatTimeoutInSeconds,
    ...(line.length > 0 && { preChatLines: { line } }),
  };
}

/** The chat's address is where we asked, whatever name the desk calls itself by. */
function addressOf(response: HttpResponse, origin: string): { url: string; chatId: string } {
  const url = onOrigin(origin, response.headers['location'] ?? '')?.replace(/[?#].*$|\/+$/g, '');
  const chatId = url === undefined ? undefined : /\/chat\/([^/]+)$/.exec(url)?.[1];
  if (url === undefined || chatId === undefined) throw unreadable(`HTTP ${response.status} without the address of a chat`);
  return { url, chatId };
}

function introductionOf(request: HandoffRequest, target: LiveAssistTarget): Introduction {
  const visitorName = request.customer.name?.trim();
  return { contextData: contextData(request, target), attempts: 0, nextAttemptAt: 0, ...(visitorName && { visitorName }) };
}

async function introduceAtOnce(
  context: IntroduceContext,
  session: LiveAssistSession,
  signal: AbortSignal,
): Promise<Partial<LiveAssistSession>> {
  const { introduction } = session;
  if (!introduction) return {};
  const limited = AbortSignal.any([signal, AbortSignal.timeout(introduceWithinInMs)]);
  try {
    const response = await context.client.info(session.url, limited);
    const contextId = response.status === 200 ? readInfo(response.json)?.rtSessionId : undefined;
    if (contextId !== undefined) return await introduce(context, session, introduction, contextId, limited);
    context.log.warn('The desk did not say which session the chat has', { status: response.status });
  } catch (error) {
    if (!(error instanceof HandoffError)) throw error;
    context.log.warn('The desk could not be asked which session the chat has', { code: error.code });
  }
  return {};
}
