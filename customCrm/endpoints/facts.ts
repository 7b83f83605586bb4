import { isJsonObject, type JsonObject } from '../../common/json';
import { nameBasedId } from '../../dynamics/ledger/nameBasedId';
import type { NoteTarget } from '../../dynamics/notes';
import type { CallOptions } from '../../dynamics/transport';
import { ETagMismatch, noDocument } from '../../store/store';
import type { Parameters } from '../containers/parameters';
import { plainText } from '../containers/plainText';
import type { CrmDependencies } from '../dependencies';

/** What a session is described with and the CRM has no column for; label → names of the parameter. */
const known: [label: string, ...names: string[]][] = [
  ['Source', 'sourceType'],
  ['Channel', 'channel'],
  ['Session type', 'sessionType'],
  ['Session', 'sessionId'],
  ['Chat', 'chatId'],
  ['Call', 'callId'],
  ['Direction', 'direction'],
  ['Menu', 'menu', 'menuPath'],
  ['Queue', 'queueName'],
  ['Queue number', 'queueId'],
  ['Language', 'lang', 'language'],
  ['Agent', 'agentEmail'],
  ['Agent number', 'agentCustomId', 'agentId'],
  ['Rating', 'rating'],
  ['Feedback', 'feedback'],
  ['Call duration', 'callDuration'],
  ['Hold time', 'holdTime'],
  ['Wait time', 'waitTime'],
  ['Disconnected by', 'disconnectedBy'],
  ['Device', 'deviceType'],
  ['Called from', 'outboundPhoneNumber'],
  ['Verified', 'verified'],
];
const mostTries = 10;

/** The facts among the parameters of a call. */
export function factsOf(parameters: Parameters): JsonObject {
  return Object.fromEntries(
    known.flatMap(([label, ...names]) => {
      const value = parameters.text(...names);
      return value === undefined ? [] : [[label, plainText(value)]];
    }),
  );
}

/**
 * Adds facts to those known of a record's session and brings its note to what is known. One note per record and session,
 * however often it is called.
 */
export async function noteFacts(
  target: NoteTarget,
  session: string | undefined,
  facts: JsonObject,
  deps: CrmDependencies,
  options: CallOptions,
): Promise<void> {
  if (Object.keys(facts).length === 0) return;
  const merged = await merge(`customCrm/facts/${target.id}/${session ?? ''}`, facts, deps);
  const lines = known.flatMap(([label]) => (merged[label] === undefined ? [] : [`${label}: ${String(merged[label])}`]));
  const subject = session === undefined ? 'Contact center session' : `Contact center session ${session}`;
  const noteId = nameBasedId('customCrmFacts', target.id, session ?? '');
  await deps.notes.put(noteId, target, { subject, text: lines.join('\n') }, options);
}

/** The queue that served a record's session, when it was told. */
export async function queueOf(recordId: string, { documents }: Pick<CrmDependencies, 'documents'>): Promise<string | undefined> {
  const key = queueKey(recordId);
  const queue = (await documents.read([key])).get(key)?.value['queue'];
  return typeof queue === 'string' ? queue : undefined;
}

/** Remembers which queue a record belongs to. Twice is fine. */
export async function setQueue(
  recordId: string,
  queue: string | undefined,
  { documents, clock }: Pick<CrmDependencies, 'documents' | 'clock'>,
): Promise<void> {
  if (queue !== undefined) await documents.write(new Map([[queueKey(recordId), { value: { queue } }]]), clock.now());
}

const queueKey = (recordId: string) => `customCrm/queue/${recordId}`;

/** Several calls about one session may come at once, to several instances. */
async function merge(key: string, facts: JsonObject, { documents, clock }: CrmDependencies): Promise<JsonObject> {
  for (let tries = 1; ; tries += 1) {
    const stored = (await documents.read([key])).get(key);
    const merged = { ...(isJsonObject(stored?.value) && stored.value), ...facts };
    try {
      await documents.write(new Map([[key, { value: merged, eTag: stored?.eTag ?? noDocument }]]), clock.now());
      return merged;
    } catch (error) {
      if (!(error instanceof ETagMismatch) || tries >= mostTries) throw error;
    }
  }
}
