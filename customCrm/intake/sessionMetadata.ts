import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';

/** Somebody on the customer's side of a session. */
export interface EndUser {
  identifier?: string;
  email?: string;
  phone?: string;
  name?: string;
}

/** What a session's metadata says, as far as it is used; everything else stays in the document. */
export interface SessionMetadata {
  kind: 'chat' | 'call';
  id: string;
  /** Milliseconds since 1970; 0 when the document does not say. */
  updatedAt: number;
  endUsers: EndUser[];
  /** The contact center's own note of the record, when it has one. */
  ticketId?: string;
  subject: string;
  /** The session in words. */
  text: string;
}

const lists: [label: string, name: string][] = [
  ['Transfers', 'transfers'],
  ['Queues', 'queue_durations'],
];

/**
 * Reads a metadata document: bare, or wrapped in `chat` or `call`. Every member but `id` may be null or missing, numbers may be
 * text. `kind` is for documents that do not tell it. Undefined when it is none.
 */
export function readSessionMetadata(document: JsonValue, kind?: 'chat' | 'call'): SessionMetadata | undefined {
  if (!isJsonObject(document)) return undefined;
  const wrapper = (['chat', 'call'] as const).find((name) => isJsonObject(document[name]) && 'id' in document[name]);
  const session = wrapper === undefined ? document : (document[wrapper] as JsonObject);
  const id = textOf(session['id']);
  const of = wrapper ?? kind ?? kindOf(session);
  if (id === undefined || !/^\d{1,18}$/.test(id) || of === undefined) return undefined;
  const ticketId = textOf(session['out_ticket_id']);
  const status = textOf(session['status']);
  return {
    kind: of,
    id,
    updatedAt: timeOf(session['updated_at']),
    endUsers: endUsersOf(session),
    ...(ticketId !== undefined && { ticketId }),
    subject: `Contact center ${of} ${id}${status === undefined ? '' : `: ${status.replaceAll('_', ' ')}`}`,
    text: describe(session, of),
  };
}

function kindOf(session: JsonObject): 'chat' | 'call' | undefined {
  const names = Object.keys(session);
  if (names.some((name) => name.startsWith('chat_'))) return 'chat';
  if (names.some((name) => name.startsWith('call_'))) return 'call';
  const type = textOf(session['session_type_v2']) ?? textOf(session['session_type']) ?? '';
  return /^messaging|chat/i.test(type) ? 'chat' : /^voice|call/i.test(type) ? 'call' : undefined;
}

function describe(session: JsonObject, kind: 'chat' | 'call'): string {
  const duration = (name: string) => seconds(session[name]);
  const agent = isJsonObject(session['agent_info']) ? nameOf(session['agent_info']) : undefined;
  const facts: [label: string, value: string | undefined][] = [
    ['Type', textOf(session['session_type_v2']) ?? textOf(session['session_type']) ?? textOf(session[`${kind}_type`])],
    ['Status', [textOf(session['status']), textOf(session['sub_status'])].filter(Boolean).join(', ') || undefined],
    ['Language', textOf(session['lang'])],
    ['Agent', agent],
    ['Began', textOf(session['created_at'])],
    ['Ended', textOf(session['ends_at'])],
    ['Waited', duration('wait_duration')],
    ['Lasted', duration(`${kind}_duration`)],
    ['Verified', typeof session['verified'] === 'boolean' ? (session['verified'] ? 'yes' : 'no') : undefined],
    ['Rating', textOf(session['rating'])],
    ['Feedback', textOf(session['feedback'])],
    ['Failed because', [textOf(session['fail_reason']), textOf(session['fail_details'])].filter(Boolean).join(', ') || undefined],
    ['Ended by', textOf(session['disconnected_by'])],
    ...lists.map(([label, name]): [string, string | undefined] => [label, listOf(session[name])]),
    ['Last changed', textOf(session['updated_at'])],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`])).join('\n');
}

function listOf(value: JsonValue | undefined): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const paths = value.flatMap((entry) => (isJsonObject(entry) ? (textOf(entry['menu_path']) ?? []) : []));
  return paths.length > 0 ? paths.join(', ') : String(value.length);
}

function endUsersOf(session: JsonObject): EndUser[] {
  const participants = Array.isArray(session['participants']) ? session['participants'].filter(isJsonObject) : [];
  const customers = participants.filter((one) => /^end[-_]user$/i.test(textOf(one['type']) ?? ''));
  const endUser = isJsonObject(session['end_user']) ? [session['end_user']] : [];
  return [...endUser, ...customers].map((one) => {
    const identifier = textOf(one['identifier']);
    const email = textOf(one['email']);
    const phone = textOf(one['phone_number']) ?? textOf(one['phone']);
    const name = nameOf(one, false);
    return {
      ...(identifier !== undefined && { identifier }),
      ...(email !== undefined && { email }),
      ...(phone !== undefined && { phone }),
      ...(name !== undefined && { name }),
    };
  });
}

function nameOf(person: JsonObject, orEmail = true): string | undefined {
  const full = [textOf(person['first_name']), textOf(person['last_name'])].filter(Boolean).join(' ');
  return textOf(person['name']) ?? (full || undefined) ?? (orEmail ? textOf(person['email']) : undefined);
}

function seconds(value: JsonValue | undefined): string | undefined {
  const text = textOf(value);
  if (text === undefined || !/^\d+(?:\.\d+)?$/.test(text)) return undefined;
  const whole = Math.round(Number(text));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function timeOf(value: JsonValue | undefined): number {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? 0 : time;
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
