import { backoffInMs } from '../../../common/backoff';
import { type CancelTimer, type Clock, sleep } from '../../../common/clock';
import { HttpFailure } from '../../../common/http';
import { HandoffError } from '../../errors';
import type { ListenBatch } from '../../provider';
import { Access, type AccessContext } from './access';
import { convertEntry, convertEvent } from './convert';
import { entriesSince } from './entries';
import { endUnreachable } from './entryEvents';
import { EntryView } from './entryView';
import { failure, fromOpeningStatus } from './errors';
import type { EventStream, Refused } from './eventStream';
import { toShortId } from './ids';
import type { EnhancedChatSession } from './session';

export interface ListenContext extends AccessContext {
  clock: Clock;
}

type Batches = AsyncGenerator<ListenBatch<EnhancedChatSession>, void>;

/** A stream that broke sooner was hardly one. */
const shortLifeInMs = 5_000;
const mostShortLives = 3;
/** Tokens that live hardly longer than it takes to renew them must not keep us busy. */
const shortestRenewalInMs = 10_000;
const reconnectBackoff = { firstInMs: 400, maxInMs: 5_000 };
/** After so many events that mean nothing the position is written down all the same. */
const mostUnwritten = 50;

/**
 * Follows one conversation until it ends or the signal aborts. Each time the stream is opened the listing of entries fills
 * what may have been lost meanwhile; both bring the same entries, which are told apart by their identifiers. Throws when the
 * desk cannot be reached; a stream that only broke is opened again.
 */
export async function* listenToConversation(context: ListenContext, session: EnhancedChatSession, signal: AbortSignal): Batches {
  const view = new EntryView(session, context.now);
  try {
    yield* follow(context, view, signal);
  } catch (error) {
    if (!(error instanceof HandoffError)) throw error;
    // Being told to stop is no failure.
    if (signal.aborted) return;
    if (error.code !== 'sessionEnded') throw error;
    endUnreachable(view, error.detail ?? error.code);
    yield view.take();
  }
}

async function* follow(context: ListenContext, view: EntryView, signal: AbortSignal): Batches {
  const { clock } = context;
  let shortLives = 0;
  while (!signal.aborted && !isOver(view)) {
    const access = new Access(context, view.session);
    const stream = await connect(context, view, access, signal);
    const openedAt = clock.monotonic();
    try {
      for (const entry of await entriesSince(context, view.session, access, signal)) convertEntry(context, view, entry);
      view.change(access.changes);
      // Even with nothing in it: it says that the desk is heard.
      yield view.take();
      if (!isOver(view)) yield* read(context, view, stream, access);
    } finally {
      stream.close();
    }
    if (signal.aborted || isOver(view)) return;
    shortLives = clock.monotonic() - openedAt < shortLifeInMs ? shortLives + 1 : 0;
    if (shortLives > mostShortLives) {
      throw failure({ code: 'outage', retriable: true, delivered: 'unknown', detail: 'streams that break at once' });
    }
    await sleep(clock, backoffInMs(Math.max(1, shortLives), reconnectBackoff), signal);
  }
}

function isOver(view: EntryView): boolean {
  return view.session.state === 'ended';
}

/** Opens the stream; the desk's servers are of two minds about the length of the organization ID. */
async function connect(context: ListenContext, view: EntryView, access: Access, signal: AbortSignal): Promise<EventStream> {
  const open = () => access.call(signal, (token) => context.client.openStream(view.session, token, signal));
  let answer = await open();
  const id = context.settings.ENHANCED_CHAT_ORGANIZATION_ID;
  if (!answer.isOpen && answer.status === 400 && id !== toShortId(id) && !view.session.usesLongId) {
    view.change({ usesLongId: true });
    answer = await open();
  }
  if (answer.isOpen) return answer;
  throw refusal(context, answer);
}

function refusal(context: ListenContext, answer: Refused): HandoffError {
  if (answer.status >= 400) return fromOpeningStatus(answer, context.now());
  return failure({ code: 'outage', retriable: true, delivered: 'no', detail: `HTTP ${answer.status} in place of a stream` });
}

async function* read(context: ListenContext, view: EntryView, stream: EventStream, access: Access): Batches {
  const cancelRenewal = scheduleRenewal(context, stream, access);
  let unwritten = 0;
  try {
    for await (const events of stream.batches()) {
      const { state } = view.session;
      for (const event of events) convertEvent(context, view, event);
      unwritten += events.length;
      if (view.events.length === 0 && view.session.state === state && unwritten < mostUnwritten) continue;
      unwritten = 0;
      yield view.take();
      if (isOver(view)) return;
    }
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    context.log.debug('The event stream broke', { code: error.code });
  } finally {
    cancelRenewal();
  }
}

/** A verified user's stream ends with its token; it is closed a little before, to be opened with the next one. */
function scheduleRenewal({ clock }: ListenContext, stream: EventStream, access: Access): CancelTimer {
  const delayInMs = access.renewAt() - clock.now();
  if (!Number.isFinite(delayInMs)) return () => undefined;
  return clock.schedule(Math.max(shortestRenewalInMs, Math.min(delayInMs, 24 * 3_600_000)), () => stream.close());
}
