import { errorCode } from '../../common/log';
import type { CaseColumns, CaseOrigin } from '../../dynamics/cases';
import { nameBasedId } from '../../dynamics/ledger/nameBasedId';
import { isGuid } from '../../dynamics/query';
import type { CallOptions } from '../../dynamics/transport';
import type { Parameters } from '../containers/parameters';
import { plainText } from '../containers/plainText';
import type { CrmDependencies } from '../dependencies';
import { CrmProblem } from '../problem';
import { phoneOf } from './accounts';
import { type Endpoint, recordIdOf } from './endpoint';
import { factsOf, noteFacts, queueOf, setQueue } from './facts';
import { sessionKeyOf } from './sessionKey';
import { recordOf as recordOfKnown, rememberRecord } from './sessionRecords';
import { type CrmRecord, findTarget, requireTarget } from './target';

/** A chat of the bot's that began earlier is not the one the customer comes from. */
const chatIsFreshForInMs = 24 * 60 * 60_000;

/**
 * Finds the record that the agent's work belongs on: the one of this session, else the bot's open chat with the customer, else
 * the customer's open case (of the same queue, when one is named). None is an empty object.
 */
export const findRecord: Endpoint = async ({ parameters, signal }, deps) => {
  const options = { signal };
  const accountId = parameters.text('accountId', 'contactId');
  const record =
    (await recordOfSession(parameters, accountId, deps, options)) ??
    (accountId === undefined ? undefined : await recordOfCustomer(accountId, parameters, deps, options));
  return { status: 200, body: record ? await recordOf(record, deps, options) : {} };
};

/** Creates a case for a session, or answers with the one that is there. Always with its id. */
export const createRecord: Endpoint = async ({ parameters, signal }, deps) => {
  const options = { signal };
  const contactId = parameters.text('contactId', 'accountId');
  if (contactId === undefined) throw new CrmProblem('invalid', 'contactId is missing: a case belongs to an account');
  if (!isGuid(contactId)) throw new CrmProblem('invalid', 'contactId is not an id that this service gave out');
  const session = sessionKeyOf(parameters);
  const id = caseIdOf(parameters, contactId);
  const values = { ...columnsOf(parameters), origin: originOf(parameters) };
  const subject = values.subject ?? (session === undefined ? 'Contact center session' : `Contact center session ${session}`);
  const outcome = await deps.cases.create(id, contactId, { ...values, subject }, options);
  const existing = outcome === 'existed' ? await findTarget(id, deps, options) : undefined;
  const record: CrmRecord = existing ?? { kind: 'case', id, subject, isOpen: true, contactId };
  await rememberRecord(session, record, deps);
  await setQueue(id, parameters.text('queueId'), deps);
  await noteFacts(record, session, factsOf(parameters), deps, options);
  return { status: outcome === 'created' ? 201 : 200, body: await recordOf(record, deps, options) };
};

/** Brings a record to what the call says; what has no column goes into the note about the session. */
export const updateRecord: Endpoint = async (call, deps) => {
  const { parameters, signal } = call;
  const record = await requireTarget(recordIdOf(call), deps, { signal });
  // The subject of a chat activity is the bot's, and a resolved case is read only.
  if (record.kind === 'case' && record.isOpen) await deps.cases.update(record.id, columnsOf(parameters), { signal });
  await rememberRecord(sessionKeyOf(parameters), record, deps);
  await setQueue(record.id, parameters.text('queueId'), deps);
  await noteFacts(record, sessionKeyOf(parameters), factsOf(parameters), deps, { signal });
  return { status: 200, body: { id: record.id } };
};

/** The id of the case of a session, known before there is one. */
export function caseIdOfSession(session: string): string {
  return nameBasedId('customCrmCase', session);
}

async function recordOfSession(
  parameters: Parameters,
  accountId: string | undefined,
  deps: CrmDependencies,
  options: CallOptions,
): Promise<CrmRecord | undefined> {
  const chatId = parameters.text('chatId');
  const conversation = chatId === undefined ? undefined : await deps.conversations.findByChat(chatId);
  if (conversation?.chatActivityId !== undefined) {
    const chat = await deps.chats.get(conversation.chatActivityId, options);
    if (chat) {
      if (chat.contactId === undefined && accountId !== undefined && isGuid(accountId) && chat.isOpen)
        await linkCustomer(chat.id, accountId, deps, options);
      const contactId = chat.contactId ?? accountId;
      return { ...chat, kind: 'chat', ...(contactId !== undefined && { contactId }) };
    }
  }
  const session = sessionKeyOf(parameters);
  if (session === undefined) return undefined;
  const known = await recordOfKnown(session, deps);
  return findTarget(known?.id ?? caseIdOfSession(session), deps, options);
}

/** Who the bot could not tell is known now. The agent's work does not depend on it. */
async function linkCustomer(chatId: string, contactId: string, deps: CrmDependencies, options: CallOptions): Promise<void> {
  try {
    await deps.chats.linkCustomer(chatId, contactId, options);
  } catch (error) {
    deps.log.warn('A chat activity was not linked to its customer', { chatActivityId: chatId, code: errorCode(error) });
  }
}

async function recordOfCustomer(
  accountId: string,
  parameters: Parameters,
  deps: CrmDependencies,
  options: CallOptions,
): Promise<CrmRecord | undefined> {
  const state = stateOf(parameters);
  if (state !== 'closed' && !isCall(parameters)) {
    const chat = await deps.chats.openOf(accountId, deps.clock.now() - chatIsFreshForInMs, options);
    if (chat) return { ...chat, kind: 'chat' };
  }
  const cases = await deps.cases.ofContact(accountId, state, options);
  const queue = parameters.text('queueId');
  if (queue === undefined) return cases[0] && { ...cases[0], kind: 'case' };
  const queues = await Promise.all(cases.map((one) => queueOf(one.id, deps)));
  const ofQueue =
    cases.find((_one, index) => queues[index] === queue) ?? cases.find((_one, index) => queues[index] === undefined);
  return ofQueue && { ...ofQueue, kind: 'case' };
}

async function recordOf(record: CrmRecord, deps: CrmDependencies, options: CallOptions): Promise<object> {
  const { id, subject, isOpen, contactId } = record;
  const customer = contactId === undefined ? undefined : await deps.customers.get(contactId, options);
  const phone = customer && phoneOf(customer, deps.countryCode);
  return {
    id,
    subject,
    status: isOpen ? 'open' : 'closed',
    ...(contactId !== undefined && { contactId }),
    ...(phone !== undefined && { phone }),
  };
}

/** Repeated calls mean the same case: of the same session, or with the same id or words when no session is named. */
function caseIdOf(parameters: Parameters, contactId: string): string {
  const session = sessionKeyOf(parameters);
  if (session !== undefined) return caseIdOfSession(session);
  const own = parameters.text('id');
  if (own !== undefined) return nameBasedId('customCrmCase', 'own id', contactId, own);
  const words = ['subject', 'description', 'menu', 'direction'].map((name) => parameters.text(name) ?? '');
  return nameBasedId('customCrmCase', 'words', contactId, ...words);
}

function columnsOf(parameters: Parameters): CaseColumns {
  const subject = parameters.text('subject', 'title', 'ticketSubject');
  const description = parameters.text('description', 'ticketDescription', 'ticketDescriptionHtml');
  const rating = parameters.number('rating');
  return {
    ...(subject !== undefined && { subject: plainText(subject).replace(/\s+/g, ' ') }),
    ...(description !== undefined && { description: plainText(description) }),
    ...(rating !== undefined && rating >= 1 && rating <= 5 && { satisfaction: rating }),
  };
}

function originOf(parameters: Parameters): CaseOrigin {
  return isCall(parameters) ? 'phone' : 'web';
}

function isCall(parameters: Parameters): boolean {
  const kind = parameters.text('sourceType', 'channel', 'sessionType') ?? '';
  return /phone|voice|call/i.test(kind) || (parameters.text('callId') !== undefined && parameters.text('chatId') === undefined);
}

function stateOf(parameters: Parameters): 'open' | 'closed' | 'any' {
  const wanted = parameters.text('status')?.toLowerCase();
  if (wanted === 'closed' || wanted === '2') return 'closed';
  return wanted === 'any' || wanted === 'all' ? 'any' : 'open';
}
