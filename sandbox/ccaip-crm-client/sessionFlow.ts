import type { CrmClient } from './crmClient';
import { formatPhone, type PhoneFormat } from './phoneFormats';
import type { Variables } from './variables';

/** A customer's session at the contact center. */
export interface FlowSession {
  kind: 'chat' | 'call';
  id: string;
  customer: { name?: string; phone?: string; email?: string; identifier?: string };
  queue: { id: string; path: string };
  agentEmail?: string;
}

export interface FlowOptions {
  client: CrmClient;
  phoneFormat: PhoneFormat;
  /** Whether an open record of the customer is used again. */
  reusesRecords: boolean;
}

export interface FlowIds {
  accountId?: string;
  recordId?: string;
}

/** What the contact center does when a session starts: find or create the account, then the record, then a comment. */
export async function beginSession(session: FlowSession, { client, phoneFormat, reusesRecords }: FlowOptions): Promise<FlowIds> {
  const searching = variablesOf(session, phoneFormat, 'search');
  const variables = variablesOf(session, phoneFormat, 'create');
  const idIn = (name: Parameters<CrmClient['objectIn']>[1], made: Parameters<CrmClient['objectIn']>[0]) => {
    const id = made && made.status < 300 ? client.objectIn(made, name)?.['id'] : undefined;
    return id === undefined || id === null ? undefined : String(id);
  };
  const found = await client.call('findAccount', searching);
  // Nothing is created while it is not known whether there is one.
  if (found && (found.status === 0 || found.status >= 300)) return {};
  const accountId = idIn('findAccount', found) ?? idIn('createAccount', await client.call('createAccount', variables));
  if (accountId === undefined) return {};
  const withAccount = { ...variables, ACCOUNT_ID: accountId };
  const reused = reusesRecords ? idIn('findRecord', await client.call('findRecord', withAccount)) : undefined;
  const recordId = reused ?? idIn('createRecord', await client.call('createRecord', withAccount));
  if (recordId === undefined) return { accountId };
  const word = session.kind === 'chat' ? 'Chat' : 'Call';
  await client.call('comment', {
    ...withAccount,
    RECORD_ID: recordId,
    COMMENT_BODY: `<p><b>${word} started</b> ${session.id}</p>`,
  });
  return { accountId, recordId };
}

export interface Outcome {
  rating?: number;
  feedback?: string;
  transcript?: string;
}

/** What it does when the session is over: comment, update, and the transcript as a file. */
export async function endSession(
  session: FlowSession,
  ids: FlowIds,
  { rating, feedback, transcript }: Outcome,
  { client, phoneFormat }: FlowOptions,
): Promise<void> {
  if (ids.recordId === undefined) return;
  const variables = {
    ...variablesOf(session, phoneFormat, 'create'),
    ACCOUNT_ID: ids.accountId,
    RECORD_ID: ids.recordId,
    RATING: rating?.toString(),
    FEEDBACK: feedback,
    CALL_DURATION: '03:20',
    WAIT_TIME: '00:12',
    DISCONNECTED_BY: 'end_user',
  };
  const word = session.kind === 'chat' ? 'Chat' : 'Call';
  await client.call('comment', { ...variables, COMMENT_BODY: `<p><b>${word} ended</b> ${session.id}</p>` });
  await client.call('updateRecord', variables);
  if (transcript === undefined) return;
  const file = { name: `${session.kind}-${session.id}.txt`, contentType: 'text/plain', bytes: Buffer.from(transcript) };
  await client.call('upload', variables, file);
}

/** The variables of a session, in the configured phone format. */
export function variablesOf(session: FlowSession, format: PhoneFormat, purpose: 'search' | 'create'): Variables {
  const { customer, kind, id, queue } = session;
  const [first, ...rest] = customer.name?.split(' ') ?? [];
  return {
    [kind === 'chat' ? 'Chat_ID' : 'Call_ID']: id,
    SESSION_ID: id,
    SESSION_TYPE: kind === 'chat' ? 'Messaging Inbound (Web Chat)' : 'Voice Inbound',
    CHANNEL: kind === 'chat' ? 'chat' : 'voice_call',
    NAME: customer.name,
    SDK_NAME: customer.name,
    FIRST_NAME: first,
    LAST_NAME: rest.length > 0 ? rest.join(' ') : '--',
    PHONE_NUMBER: customer.phone === undefined ? undefined : formatPhone(customer.phone, format, purpose),
    EMAIL: customer.email,
    SDK_EMAIL: customer.email,
    SDK_IDENTIFIER: customer.identifier,
    LANG: 'en',
    MENU_PATH: queue.path,
    QUEUE_NAME: queue.path.split('/').at(-1)?.trim(),
    QUEUE_ID: queue.id,
    AGENT_EMAIL: session.agentEmail,
    TICKET_SUBJECT: `${kind === 'chat' ? 'Chat' : 'Call'} ${id}: ${queue.path}`,
    TICKET_DESCRIPTION_HTML: `<p>${customer.name ?? 'A customer'} reached <i>${queue.path}</i>.</p>`,
  };
}
