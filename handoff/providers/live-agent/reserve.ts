import type { JsonObject } from '../../../common/json';
import type { Log } from '../../../common/log';
import type { FileLinker, Reserved } from '../../provider';
import type { CustomerMessage } from '../../request';
import { hashOf, linkLine, outgoingText } from './outgoing';
import type { LiveAgentSession } from './session';

/** What a message keeps from its first attempt on, so that a repeat is the same POST to the server. */
export type Reservation = {
  sequence: number;
  /** The number counts only in this epoch; after a move to another server numbers begin anew. */
  epoch: number;
  /** One line per file, in case it goes as a link. */
  links: string[];
  /** The file request that the message's first file answers. */
  uploadToken?: string;
};

/**
 * Takes the POST number of a message or, without one, of a typing notice. Numbers are raised in the session before anything
 * leaves: the server silently ignores a number it has seen, so a number must never be used for two things. A repeat in the
 * same epoch keeps its number; after a move the transcript of the new server tells whether the message is there already.
 */
export function reservePost(
  session: LiveAgentSession,
  message: CustomerMessage | undefined,
  previous: JsonObject | undefined,
  deps: { linkFile: FileLinker; log: Log },
): Reserved<LiveAgentSession> {
  const earlier = readReservation(previous);
  if (earlier && earlier.epoch === session.epoch) return { reservation: earlier };
  if (earlier && message && isInTranscript(session, message, earlier, deps.log)) {
    const sentMessages = Math.max(session.sentMessages, session.recovered?.visitorMessages ?? 0);
    return { reservation: earlier, session: { sentMessages }, alreadyDelivered: true };
  }
  const sequence = nextSequence(session);
  const uploadToken = earlier ? earlier.uploadToken : openFileRequest(session, message);
  const reservation: Reservation = {
    sequence,
    epoch: session.epoch,
    links: earlier?.links ?? (message?.files ?? []).map((file) => linkLine(file.name, deps.linkFile(file))),
    ...(uploadToken !== undefined && { uploadToken }),
  };
  return { reservation, session: { nextSequence: sequence + 1, sequenceEpoch: session.epoch } };
}

/** Number of the next new POST. */
export function nextSequence(session: LiveAgentSession): number {
  return session.sequenceEpoch === session.epoch ? session.nextSequence : 1;
}

/** Reads a stored reservation; undefined when there is none. */
export function readReservation(value: JsonObject | undefined): Reservation | undefined {
  if (!value || typeof value['sequence'] !== 'number' || typeof value['epoch'] !== 'number') return undefined;
  const links = Array.isArray(value['links']) ? value['links'].filter((link) => typeof link === 'string') : [];
  const token = value['uploadToken'];
  return { sequence: value['sequence'], epoch: value['epoch'], links, ...(typeof token === 'string' && { uploadToken: token }) };
}

function openFileRequest(session: LiveAgentSession, message: CustomerMessage | undefined): string | undefined {
  const asked = session.fileRequest;
  if (!message || message.files.length === 0 || !asked || asked.outcome !== undefined) return undefined;
  return asked.token === session.usedFileToken ? undefined : asked.token;
}

/**
 * Messages go one by one, so at most the last one's fate is open: it has arrived when the transcript ends with its text and
 * has more entries than were confirmed (the customer may well say the same thing twice).
 */
function isInTranscript(session: LiveAgentSession, message: CustomerMessage, earlier: Reservation, log: Log): boolean {
  const { recovered } = session;
  if (!recovered || recovered.epoch !== session.epoch || recovered.visitorMessages <= session.sentMessages) return false;
  const texts = [earlier.links, earlier.links.slice(1)].map((links) => outgoingText(session, message, links, log));
  return texts.some((text) => recovered.lastVisitorHashes.includes(hashOf(text)));
}
