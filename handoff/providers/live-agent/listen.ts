import { type Clock, sleep } from '../../../common/clock';
import type { HttpResponse } from '../../../common/http';
import type { Log } from '../../../common/log';
import { HandoffError } from '../../errors';
import type { ListenBatch } from '../../provider';
import type { Step } from './answerView';
import type { LiveAgentClient } from './client';
import { type Converted, convertAnswer } from './convert';
import { failure, fromStatus } from './errors';
import type { PollGuard } from './pollGuard';
import type { PostQueue } from './postQueue';
import { gone, isGone, recoverChat } from './recover';
import type { LiveAgentSession } from './session';
import { readAnswer } from './wire';

/** One converted answer, ready to be handed out. */
export interface ListenStep {
  steps: Step[];
  changes: Partial<LiveAgentSession>;
  newUrl?: string;
}

export interface ListenContext {
  client: LiveAgentClient;
  posts: PostQueue;
  guard: PollGuard;
  organizationId: string;
  clock: Clock;
  log: Log;
  now(): number;
  /** When this answer first came; the wire itself has no times. */
  receivedAt(session: LiveAgentSession, sequence: number): string;
}

/** How long the server holds a poll before it answers 204; observed, not documented, and less than `clientPollTimeout`. */
export const heldForInMs = 30_000;

/** Before asking again after an answer that brought nothing new although it should have. */
const pauseInMs = 1_000;

type Batches = AsyncGenerator<ListenBatch<LiveAgentSession>, void>;

/**
 * Polls one chat until it ends or the signal aborts. A batch's session members move the position, and the server is told
 * (by the next poll's `ack`) only when the next batch is asked for, so that what was not written down comes again.
 */
export async function* listenToChat(
  context: ListenContext,
  session: LiveAgentSession,
  options: { moved: boolean },
  signal: AbortSignal,
): Batches {
  const release = await context.guard.enter(session.id, signal);
  try {
    yield* poll(context, session, options.moved, signal);
  } catch (error) {
    // Being told to stop is no failure.
    if (!signal.aborted || !(error instanceof HandoffError)) throw error;
  } finally {
    release();
  }
}

async function* poll(context: ListenContext, session: LiveAgentSession, moved: boolean, signal: AbortSignal): Batches {
  let current = session;
  let isLost = moved;
  while (!signal.aborted && current.state !== 'ended') {
    const step = isLost ? await recover(context, current, signal) : await pollOnce(context, current, signal);
    isLost = step === 'moved';
    if (step === 'moved') continue;
    if (step === 'nothing') {
      // Whether the next poll may be made is for others to say: a second one beside theirs ends the chat.
      yield { events: [], session: {} };
      continue;
    }
    yield* handOut(context, step, signal);
    if (signal.aborted) return;
    current = { ...current, ...step.changes };
  }
  if (current.state === 'ended') {
    context.posts.forget(current.id);
    context.guard.forget(current.id);
  }
}

/** One step after the other, pausing where the desk asks for it; only the last moves the position. */
async function* handOut(context: ListenContext, step: ListenStep, signal: AbortSignal): Batches {
  if (step.newUrl !== undefined) context.log.info('The desk moved', { followed: context.client.moveTo(step.newUrl) });
  for (const [index, { delayInMs, events }] of step.steps.entries()) {
    if (delayInMs > 0 && !(await sleep(context.clock, delayInMs, signal))) return;
    const isLast = index === step.steps.length - 1;
    if (isLast) yield { events, session: step.changes };
    else if (events.length > 0) yield { events, session: {} };
  }
  if (step.steps.length === 0) yield { events: [], session: step.changes };
}

async function pollOnce(
  context: ListenContext,
  session: LiveAgentSession,
  signal: AbortSignal,
): Promise<ListenStep | 'moved' | 'nothing'> {
  const startedAt = context.clock.monotonic();
  let response = await context.client.poll(session, session.ack, signal);
  if (response.status === 409) {
    // Either a second poll was seen, which ends the chat, or the ack was out of order: the next answer is the verdict.
    context.log.warn('The desk refused a poll as out of order');
    await sleep(context.clock, pauseInMs, signal);
    response = await context.client.poll(session, session.ack, signal);
  }
  if (response.status === 204) {
    // The server is to hold a poll; one that does not must not keep us busy.
    await sleep(context.clock, Math.max(0, startedAt + pauseInMs - context.clock.monotonic()), signal);
    return 'nothing';
  }
  if (response.status === 503) return 'moved';
  if (isGone(response)) return gone(context, session, response);
  if (response.status !== 200) throw fromStatus(response, context.now());
  return handle(context, session, response, signal);
}

async function handle(
  context: ListenContext,
  session: LiveAgentSession,
  response: HttpResponse,
  signal: AbortSignal,
): Promise<ListenStep | 'nothing'> {
  const answer = readAnswer(response.json);
  if (!answer || (answer.sequence === undefined && answer.messages.length > 0)) {
    throw failure({ code: 'outage', retriable: true, delivered: 'unknown', detail: 'an answer that is no list of messages' });
  }
  const { sequence, offset } = answer;
  if (sequence === undefined || sequence <= session.ack) {
    // Handled before, or empty. The pause keeps a server that repeats itself from keeping us busy.
    context.log.debug('The desk repeated an answer', { sequence });
    await sleep(context.clock, pauseInMs, signal);
    return 'nothing';
  }
  const converted: Converted = convertAnswer(session, answer, sequence, context.receivedAt(session, sequence), context.log);
  const isOffsetKnown = offset !== undefined && answer.messages.length > 0;
  return { ...converted, changes: { ...converted.changes, ack: sequence, ...(isOffsetKnown && { offset }) } };
}

async function recover(context: ListenContext, session: LiveAgentSession, signal: AbortSignal): Promise<ListenStep | 'nothing'> {
  const step = await recoverChat(context, session, signal);
  if (step !== 'notMoved') return step;
  // Somebody found the chat before us, or the server is of two minds: a plain poll decides.
  context.log.info('The desk says that the chat was not moved');
  await sleep(context.clock, pauseInMs, signal);
  return 'nothing';
}
