import { isoTime } from '../../../common/clock';
import type { JsonObject } from '../../../common/json';
import type { AnswerView } from './answerView';
import { join } from './chatEvents';
import { decodeEntities } from './htmlText';
import { hashesOf, hashOf } from './outgoing';
import type { LiveAgentSession } from './session';
import { readTranscript, type WireTranscriptEntry } from './wire';

/**
 * The transcript a chat's new server sends after a move: gives out what the agent wrote in between, once each, and notes
 * what it has of the customer's. Ids count the agent's messages, so that a repeated recovery gives the same ones.
 */
export function recoverMissed(view: AnswerView, message: JsonObject): void {
  const entries = readTranscript(message['chatMessages']);
  const visitor = entries.filter((entry) => entry.type === 'Chasitor');
  view.change({
    recovered: {
      epoch: view.session.epoch,
      visitorMessages: visitor.length,
      lastVisitorHashes: hashesOf(visitor.at(-1)?.content ?? ''),
    },
  });
  for (const entry of entries.slice(seenUpTo(entries, view.session))) {
    if (entry.type === 'OperatorTransferred') showSuccessor(view, entry.name);
    else if (entry.type === 'Agent' && entry.content !== '') giveOut(view, entry);
  }
}

/** Index of the first entry after the last agent message that was handled. */
function seenUpTo(entries: WireTranscriptEntry[], session: LiveAgentSession): number {
  const { agentMessages, lastAgentHash } = session;
  if (agentMessages === 0 || lastAgentHash === undefined) return 0;
  const agentIndexes = entries.flatMap((entry, index) => (entry.type === 'Agent' ? [index] : []));
  const isLast = (index: number | undefined) =>
    index !== undefined && hashOf(decodeEntities(entries[index]?.content ?? '')) === lastAgentHash;
  const byCount = agentIndexes[agentMessages - 1];
  if (byCount !== undefined && isLast(byCount)) return byCount + 1;
  // The transcript counts otherwise than we do, or is only its later part: the text itself decides.
  const byText = agentIndexes.findLast(isLast);
  return byText === undefined ? 0 : byText + 1;
}

function showSuccessor(view: AnswerView, name: string | undefined): void {
  if (name === undefined || name !== view.session.agentName) join(view, name);
}

function giveOut(view: AnswerView, entry: WireTranscriptEntry): void {
  const { session } = view;
  if (session.state !== 'connected' || session.agentGone) join(view, entry.name ?? session.agentName);
  const text = decodeEntities(entry.content);
  const agentMessages = session.agentMessages + 1;
  view.change({ agentMessages, lastAgentHash: hashOf(text) });
  view.emit(
    { kind: 'agentMessage', text, attachments: [], cards: [], ...(entry.name && { agentName: entry.name }) },
    { eventId: `${session.id}:missed:${agentMessages}`, ...(entry.timestamp !== undefined && { at: isoTime(entry.timestamp) }) },
  );
}
