import { type Clock, isoTime, sleep } from '../../../common/clock';
import type { HttpResponse } from '../../../common/http';
import { HandoffError } from '../../errors';
import type { HandoffEvent } from '../../events';
import type { ListenBatch } from '../../provider';
import { convertChat, deskTime } from './convert';
import { fromStatus, isGone, unreadable } from './errors';
import { type IntroduceContext, introduce } from './introduce';
import type { PollSlots } from './pollSlots';
import type { LiveAssistSession } from './session';
import { readChat, readEstimatedWait, type WireChat } from './wire';

export interface ListenContext extends IntroduceContext {
  clock: Clock;
  slots: PollSlots;
  pollIntervalInMs: number;
  random(): number;
}

type Batch = ListenBatch<LiveAssistSession>;

/**
 * Polls one chat until it ends or the signal aborts. The desk gives out everything after the position asked for, again and again,
 * so nothing is lost as long as the position moves only with a batch that was written down.
 */
export async function* listenToChat(
  context: ListenContext,
  session: LiveAssistSession,
  signal: AbortSignal,
): AsyncGenerator<Batch, void> {
  let current = session;
  while (!signal.aborted && current.state !== 'ended') {
    let batch: Batch;
    try {
      batch = await poll(context, current, signal);
    } catch (error) {
      // Being told to stop is no failure.
      if (signal.aborted && error instanceof HandoffError) return;
      throw error;
    }
    yield isNews(batch) ? batch : { events: [], session: {} };
    if (signal.aborted) return;
    current = { ...current, ...batch.session };
    if (current.state !== 'ended') await sleep(context.clock, pauseInMs(context, current), signal);
  }
}

/** A position that moved over nothing need not be written: from the old one the same nothing is read. */
function isNews({ events, session }: Batch): boolean {
  return events.length > 0 || Object.keys(session).some((name) => name !== 'next');
}

/** As often as configured, and well within the time after which the desk gives the chat up; never all chats at once. */
function pauseInMs({ pollIntervalInMs, random }: ListenContext, { chatTimeoutInMs }: LiveAssistSession): number {
  return Math.min(pollIntervalInMs, chatTimeoutInMs / 3) * (0.75 + 0.25 * random());
}

async function poll(context: ListenContext, session: LiveAssistSession, signal: AbortSignal): Promise<Batch> {
  const { client, slots } = context;
  const { url, next } = session;
  const response = await slots.run(signal, () =>
    next === undefined ? client.readAll(url, signal) : client.readNext(url, next, signal),
  );
  if (isGone(response)) return gone(context, session, response);
  if (response.status !== 200) throw fromStatus(response, context.now());
  const chat = readChat(response.json);
  if (!chat) throw unreadable('no chat');
  const { events, changes } = convertChat(session, chat, context.now(), context.log);
  const after = { ...session, ...changes };
  const told = await introduceLater(context, after, chat, signal);
  const wait = await firstWait(context, { ...after, ...told }, deskTime(chat, context.now()), signal);
  return { events: [...events, ...wait.events], session: { ...changes, ...told, ...wait.changes } };
}

/** What the desk could not be told when the chat was opened. */
async function introduceLater(
  context: ListenContext,
  session: LiveAssistSession,
  chat: WireChat,
  signal: AbortSignal,
): Promise<Partial<LiveAssistSession>> {
  const { introduction } = session;
  const contextId = chat.info.rtSessionId;
  const isDue = introduction !== null && introduction.nextAttemptAt <= context.now();
  if (!isDue || contextId === undefined || session.state === 'ended') return {};
  return introduce(context, session, introduction, contextId, signal);
}

/** How long it may take, once; a queue's position is not told by this desk. */
async function firstWait(
  context: ListenContext,
  session: LiveAssistSession,
  at: string,
  signal: AbortSignal,
): Promise<{ events: HandoffEvent[]; changes: Partial<LiveAssistSession> }> {
  if (session.isWaitTold || session.state !== 'waiting') return { events: [], changes: {} };
  const changes = { isWaitTold: true };
  try {
    const response = await context.client.estimatedWait(session.skill, signal);
    const estimatedWaitSeconds = response.status === 200 ? readEstimatedWait(response.json) : undefined;
    if (estimatedWaitSeconds === undefined) return { events: [], changes };
    const eventId = `${session.chatId}:wait`;
    return { events: [{ kind: 'queued', estimatedWaitSeconds, eventId, at }], changes };
  } catch (error) {
    if (!(error instanceof HandoffError)) throw error;
    context.log.debug('The desk did not say how long it may take', { code: error.code });
    return { events: [], changes };
  }
}

/** The desk knows the chat no more: the one batch that says so, with the same id however often. */
function gone(context: ListenContext, session: LiveAssistSession, { status }: HttpResponse): Batch {
  const base = { eventId: `${session.chatId}:ended`, at: isoTime(context.now()) };
  const detail = `HTTP ${status}`;
  const event: HandoffEvent =
    session.state === 'waiting'
      ? { ...base, kind: 'failed', reason: 'error', detail }
      : { ...base, kind: 'ended', by: 'system', reason: detail };
  return { events: [event], session: { state: 'ended' } };
}
