import type { HttpResponse } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import type { CloseReason, FileLinker, Reserved, Sent, SessionStatus } from '../../provider';
import type { CustomerMessage } from '../../request';
import type { LiveAssistClient } from './client';
import { failure, fromStatus, isGone, sessionEnded, unreadable } from './errors';
import { decodeEntities, htmlToText } from './htmlText';
import { fileLinks, hashOf, outgoingLine } from './outgoing';
import type { LiveAssistSession } from './session';
import { readChat, readInfo, systemMessages, type WireEvent } from './wire';

export interface SendContext {
  client: LiveAssistClient;
  linkFile: FileLinker;
  now(): number;
}

/**
 * Counts the message before it leaves, and keeps its line's hash. The desk cannot tell a repeated line, but shows our lines to
 * us: how many there were before tells whether this one is among them.
 */
export function reserveLine(
  session: LiveAssistSession,
  message: CustomerMessage | undefined,
  previous: JsonObject | undefined,
  linkFile: FileLinker,
): Reserved<LiveAssistSession> {
  if (!message) return { reservation: {} };
  const reservation = readReservation(previous) ?? { linesBefore: session.lines, links: fileLinks(message, linkFile) };
  const { linesBefore, links } = reservation;
  return {
    reservation,
    session: {
      lines: Math.max(session.lines, linesBefore + 1),
      sending: { messageId: message.id, linesBefore, lineHash: hashOf(outgoingLine(message, links)) },
    },
  };
}

/** Sends one message as one line. */
export async function sendLine(
  context: SendContext,
  session: LiveAssistSession,
  message: CustomerMessage,
  reservation: JsonObject | undefined,
  signal: AbortSignal,
): Promise<Sent<LiveAssistSession>> {
  if (session.state === 'ended') throw sessionEnded('the chat is over');
  // Between two agents the chat is as open as with one.
  if (session.state === 'waiting')
    throw failure({ code: 'rejected', retriable: true, delivered: 'no', detail: 'no agent has the chat yet' });
  const links = readReservation(reservation)?.links ?? fileLinks(message, context.linkFile);
  const text = outgoingLine(message, links);
  if (text === '') return {};
  const response = await context.client.addEvent(session.url, { '@type': 'line', text }, signal);
  if (!isTaken(response)) throw await refusal(context, session, response, signal);
  return {};
}

/** Shows or hides the typing sign. Without an agent there is nobody to show it to and nothing is sent. */
export async function sendTypingSign(
  context: SendContext,
  session: LiveAssistSession,
  isTyping: boolean,
  signal: AbortSignal,
): Promise<Sent<LiveAssistSession>> {
  if (session.state !== 'chatting') return {};
  const response = await context.client.tellTyping(session.url, isTyping, signal);
  if (!isTaken(response)) throw fromStatus(response, context.now());
  return {};
}

/** Ends the chat at the desk. A chat that is over, or unknown there, is fine. */
export async function closeChat(
  context: SendContext,
  session: LiveAssistSession,
  _reason: CloseReason,
  signal: AbortSignal,
): Promise<void> {
  if (session.state === 'ended') return;
  const response = await context.client.addEvent(session.url, { '@type': 'state', state: 'ended' }, signal);
  if (isTaken(response) || isGone(response)) return;
  const error = await refusal(context, session, response, signal);
  if (error.code !== 'sessionEnded') throw error;
}

/** How the chat stands at the desk. */
export async function statusOf(context: SendContext, session: LiveAssistSession, signal: AbortSignal): Promise<SessionStatus> {
  const response = await context.client.info(session.url, signal);
  if (isGone(response)) return 'ended';
  if (response.status !== 200) throw fromStatus(response, context.now());
  const state = readInfo(response.json)?.state;
  if (state === 'ended') return 'ended';
  if (state === 'chatting') return 'connected';
  if (state === 'waiting') return 'queued';
  throw unreadable('no state of the chat');
}

/**
 * Looks the message up among the chat's lines. True only when there are more of ours than before it and the last is this one;
 * undefined when the session tells of another message.
 */
export async function wasLineDelivered(
  context: SendContext,
  session: LiveAssistSession,
  message: CustomerMessage,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { sending } = session;
  if (sending?.messageId !== message.id) return undefined;
  const response = await context.client.readAll(session.url, signal);
  if (isGone(response)) return undefined;
  const chat = response.status === 200 ? readChat(response.json) : undefined;
  if (!chat) throw response.status === 200 ? unreadable('no chat') : fromStatus(response, context.now());
  const ours = chat.events.filter(isOurs);
  return ours.length > sending.linesBefore && spellings(ours.at(-1)).some((text) => hashOf(text) === sending.lineHash);
}

function isOurs({ type, source, systemMessageId }: WireEvent): boolean {
  return type === 'line' && source === 'visitor' && systemMessageId !== systemMessages.preChat;
}

/** The desk may hand our text back escaped, or as HTML. */
function spellings(event: WireEvent | undefined): string[] {
  const text = event?.text ?? '';
  return [text, decodeEntities(text), htmlToText(text)];
}

function isTaken({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/** Why a line or an end was refused: no status is documented for a chat that is over, so the desk is asked. */
async function refusal(context: SendContext, session: LiveAssistSession, response: HttpResponse, signal: AbortSignal) {
  const detail = `HTTP ${response.status}`;
  if (isGone(response)) return sessionEnded(detail);
  const error = fromStatus(response, context.now());
  if (error.retriable || error.code === 'unauthorized') return error;
  return (await statusOf(context, session, signal)) === 'ended' ? sessionEnded(detail) : error;
}

function readReservation(value: JsonObject | undefined): { linesBefore: number; links: string[] } | undefined {
  const { linesBefore, links } = value ?? {};
  if (typeof linesBefore !== 'number' || !Array.isArray(links)) return undefined;
  return { linesBefore, links: links.filter((link) => typeof link === 'string') };
}
