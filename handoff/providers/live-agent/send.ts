import type { JsonObject } from '../../../common/json';
import type { Log } from '../../../common/log';
import { HandoffError } from '../../errors';
import type { FileLinker, FileReader, Sent } from '../../provider';
import type { CustomerMessage } from '../../request';
import { type DeliverContext, deliver } from './deliver';
import { failure, sessionEnded } from './errors';
import { outgoingText } from './outgoing';
import { type Reservation, readReservation, reservePost } from './reserve';
import type { LiveAgentSession } from './session';
import { uploadFile } from './upload';

export interface SendContext extends DeliverContext {
  organizationId: string;
  readFile: FileReader;
  linkFile: FileLinker;
  log: Log;
}

/** Sends one message as one `ChatMessage`; a file the agent asked for goes before it. */
export async function sendMessage(
  context: SendContext,
  session: LiveAgentSession,
  message: CustomerMessage,
  given: JsonObject | undefined,
  signal: AbortSignal,
): Promise<Sent<LiveAgentSession>> {
  const { reservation, changes } = take(context, session, message, given);
  requireAgent(session);
  const outcome = await handOverFile(context, session, message, reservation, signal);
  const links = outcome === 'uploaded' ? reservation.links.slice(1) : reservation.links;
  const text = outgoingText(session, message, links, context.log);
  const sequence = await deliver(
    context,
    session,
    { ...postFor(text), owner: message.id, sequence: reservation.sequence, correct: true },
    signal,
  );
  if (text !== '') changes.sentMessages = session.sentMessages + 1;
  if (outcome === 'uploaded' && reservation.uploadToken !== undefined) changes.usedFileToken = reservation.uploadToken;
  if (sequence !== reservation.sequence) {
    changes.nextSequence = sequence + 1;
    changes.sequenceEpoch = session.epoch;
  }
  return { session: changes };
}

/** Shows or hides the typing sign. Without an agent there is nobody to show it to and nothing is sent. */
export async function sendTypingNotice(
  context: SendContext,
  session: LiveAgentSession,
  isTyping: boolean,
  given: JsonObject | undefined,
  signal: AbortSignal,
): Promise<Sent<LiveAgentSession>> {
  if (session.state !== 'connected') return {};
  const { reservation, changes } = take(context, session, undefined, given);
  const resource = isTyping ? 'Chasitor/ChasitorTyping' : 'Chasitor/ChasitorNotTyping';
  const owner = `typing ${reservation.epoch} ${reservation.sequence}`;
  // A notice is not worth a second number: a message may be using that one right now.
  await deliver(context, session, { resource, body: {}, owner, sequence: reservation.sequence, correct: false }, signal);
  return { session: changes };
}

function take(
  context: SendContext,
  session: LiveAgentSession,
  message: CustomerMessage | undefined,
  given: JsonObject | undefined,
): { reservation: Reservation; changes: Partial<LiveAgentSession> } {
  if (session.state === 'ended') throw sessionEnded('the chat is over');
  const stored = readReservation(given);
  if (stored && stored.epoch !== session.epoch) {
    throw failure({ code: 'outage', retriable: true, delivered: 'no', detail: 'reserved before the chat moved' });
  }
  if (stored) return { reservation: stored, changes: {} };
  const fresh = reservePost(session, message, undefined, context);
  return { reservation: fresh.reservation as Reservation, changes: { ...fresh.session } };
}

/** The server answers 500 to text that no agent can read yet; the relay holds it. */
function requireAgent(session: LiveAgentSession): void {
  if (session.state === 'connected') return;
  throw failure({ code: 'rejected', retriable: true, delivered: 'no', detail: 'no agent has the chat yet' });
}

/** A message that was only a file uses its number for a harmless notice, so that the next number is in order. */
function postFor(text: string): { resource: string; body: JsonObject } {
  return text === ''
    ? { resource: 'Chasitor/ChasitorNotTyping', body: {} }
    : { resource: 'Chasitor/ChatMessage', body: { text } };
}

/**
 * Uploads the file that answers the agent's request. When the desk (or the file itself) refuses, it goes as a link;
 * when the outcome is not known the attempt fails and is repeated whole.
 */
async function handOverFile(
  context: SendContext,
  session: LiveAgentSession,
  message: CustomerMessage,
  reservation: Reservation,
  signal: AbortSignal,
): Promise<'uploaded' | 'link'> {
  const file = message.files[0];
  const asked = session.fileRequest;
  if (!file || reservation.uploadToken === undefined || asked?.token !== reservation.uploadToken) return 'link';
  if (asked.outcome === 'received' || session.usedFileToken === asked.token) return 'uploaded';
  if (asked.outcome !== undefined) return 'link';
  try {
    await uploadFile(context, session, asked, file, signal);
    return 'uploaded';
  } catch (error) {
    if (!(error instanceof HandoffError) || error.retriable) throw error;
    context.log.warn('The desk did not take a requested file; it goes as a link', { code: error.code, detail: error.detail });
    return 'link';
  }
}
