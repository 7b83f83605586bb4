import type { HttpResponse } from '../../../common/http';
import { AnswerView } from './answerView';
import { convertAnswer } from './convert';
import { endUnknownSession } from './endEvents';
import { failure, fromStatus } from './errors';
import type { ListenContext, ListenStep } from './listen';
import type { LiveAgentSession } from './session';
import { findMessage, readAnswer, textOf, type WireAnswer } from './wire';

/**
 * Finds a chat again after its server is gone: another server takes it over, tells the transcript so far, and is told that
 * we are ready. Resolves with what was missed and with the new address; until that is written down nothing may be sent.
 * `notMoved` when the server says that the chat is where it was.
 */
export async function recoverChat(
  context: ListenContext,
  session: LiveAgentSession,
  signal: AbortSignal,
): Promise<ListenStep | 'notMoved'> {
  const { client, log } = context;
  // Before the first answer there is no offset; then the transcript from its beginning is what is wanted.
  const response = await client.reconnect(session, session.offset ?? 0, signal);
  if (response.status === 405) return 'notMoved';
  if (isGone(response)) return gone(context, session, response);
  const reconnected = response.status === 200 ? findMessage(readAnswer(response.json), 'ReconnectSession') : undefined;
  const affinity = reconnected && textOf(reconnected, 'affinityToken');
  if (!affinity) throw notRecovered(context, response);

  const isReset = reconnected['resetSequence'] !== false;
  const changes = { affinity, ...(isReset && { epoch: session.epoch + 1, ack: -1 }) };
  const moved: LiveAgentSession = { ...session, ...changes };
  const first = await client.poll(moved, moved.ack, signal);
  if (isGone(first)) return gone(context, session, first);
  const answer = first.status === 200 ? readAnswer(first.json) : undefined;
  if (!answer && first.status !== 204) throw notRecovered(context, first);
  if (!findMessage(answer, 'ChasitorSessionData')) log.warn('A moved chat came back without its transcript');

  await confirm(context, moved, signal);
  log.info('A chat was found again on another server', { epoch: moved.epoch });
  return answer ? withAnswer(context, moved, changes, answer) : { steps: [], changes };
}

function withAnswer(
  context: ListenContext,
  moved: LiveAgentSession,
  changes: Partial<LiveAgentSession>,
  answer: WireAnswer,
): ListenStep {
  const sequence = answer.sequence ?? moved.ack;
  const converted = convertAnswer(moved, answer, sequence, context.receivedAt(moved, sequence), context.log);
  const position = { ack: sequence, ...(answer.offset !== undefined && { offset: answer.offset }) };
  return { ...converted, changes: { ...changes, ...converted.changes, ...position } };
}

/** `Chasitor/ChasitorResyncState`: has no number of its own, but keeps its place among the chat's POSTs. */
async function confirm(context: ListenContext, moved: LiveAgentSession, signal: AbortSignal): Promise<void> {
  const body = { organizationId: context.organizationId };
  const response = await context.posts.run(moved.id, signal, () =>
    context.client.post(moved, 'Chasitor/ChasitorResyncState', body, undefined, signal),
  );
  if (response.status < 200 || response.status > 299) throw notRecovered(context, response);
}

export function isGone(response: HttpResponse): boolean {
  return response.status === 403 || response.status === 404;
}

/** The one batch that says that the desk knows the chat no more. */
export function gone(context: ListenContext, session: LiveAgentSession, response: HttpResponse): ListenStep {
  const view = new AnswerView(session, session.ack, context.receivedAt(session, session.ack));
  endUnknownSession(view, `HTTP ${response.status}`);
  return { steps: view.steps, changes: view.changes };
}

/** The chat may still be found at the next try. */
function notRecovered(context: ListenContext, response: HttpResponse): Error {
  const { code, detail, retryAfterInMs } = fromStatus(response, context.now());
  const wait = retryAfterInMs === undefined ? {} : { retryAfterInMs };
  return failure({
    code: code === 'rateLimited' ? code : 'outage',
    retriable: true,
    delivered: 'no',
    detail: `reconnect ${detail ?? ''}`.trim(),
    ...wait,
  });
}
