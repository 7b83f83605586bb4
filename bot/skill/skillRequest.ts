import { z } from 'zod';
import { isJsonObject, type JsonValue, parseJson, toJson } from '../../common/json';

/** Name of the activity with which another bot asks for a person. */
export const escalateName = 'escalate';
/** Name of the activity with which another bot asks for an answer. */
export const answerName = 'answer';

const entriesAtMost = 200;
const text = (longest: number) => z.string().trim().min(1).max(longest);
const sender = z.union([z.enum(['customer', 'user', 'bot', 'agent']), z.object({ role: z.string() })]);
const entry = z.object({
  text: z.string().max(10_000),
  from: sender.default('customer'),
  at: z.iso.datetime({ offset: true }).optional(),
  timestamp: z.iso.datetime({ offset: true }).optional(),
});

const customer = z.object({
  name: text(100).optional(),
  email: text(254).optional(),
  phone: text(40).optional(),
  contactId: z.guid().optional(),
  isAuthenticated: z.boolean().optional(),
});

const escalate = z.object({
  skill: text(100).optional(),
  topic: text(2_000).optional(),
  language: text(35).optional(),
  customer: customer.default({}),
  // Builders without objects give the facts one by one.
  customerName: text(100).optional(),
  customerEmail: text(254).optional(),
  customerPhone: text(40).optional(),
  transcript: z.union([text(100_000), z.array(z.unknown()), z.object({ activities: z.array(z.unknown()) })]).optional(),
  fields: z.record(text(100), z.union([text(2_000), z.number().transform(String)])).default({}),
  chatActivityId: z.guid().optional(),
  sourcePageUrl: z
    .url({ protocol: /^https?$/ })
    .max(1_000)
    .optional(),
  events: z.union([z.boolean(), z.stringbool()]).default(false),
});

const answer = z.object({
  question: text(10_000),
  language: text(35).optional(),
  show: z.union([z.boolean(), z.stringbool()]).default(true),
});

/** One thing that was said before, in the caller's conversation. */
export interface EarlierEntry {
  from: 'customer' | 'bot' | 'agent';
  text: string;
  /** ISO time. */
  at?: string;
}

export interface EscalateRequest extends Omit<z.infer<typeof escalate>, 'transcript'> {
  transcript: EarlierEntry[];
}
export type AnswerRequest = z.infer<typeof answer>;

/** What is wrong with the value of a call, in words for the other bot's author; quotes nothing of it. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
}

/** Reads the value of an `escalate` activity. Empty members count as absent. Throws `InvalidRequest`. */
export function readEscalate(value: unknown): EscalateRequest {
  const { transcript, customerName, customerEmail, customerPhone, ...request } = parse(escalate, value);
  const { name = customerName, email = customerEmail, phone = customerPhone, ...rest } = request.customer;
  const facts = { ...rest, ...(name && { name }), ...(email && { email }), ...(phone && { phone }) };
  return { ...request, customer: facts, transcript: readTranscript(transcript) };
}

/** Reads an `answer` activity: the question stands in the value, or is the text of a message. Throws `InvalidRequest`. */
export function readAnswer(value: unknown, said: string | undefined): AnswerRequest {
  const given = withoutEmpty(asValue(value));
  return parse(answer, isJsonObject(given) ? { ...(said && { question: said }), ...given } : { question: said });
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(withoutEmpty(asValue(value)) ?? {});
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `"${path.join('.') || 'value'}": ${message}`);
  throw new InvalidRequest(wrong.slice(0, 5).join('; '));
}

/** Some builders send objects as their JSON text. */
function asValue(value: unknown): JsonValue | undefined {
  const given = toJson(value);
  return typeof given === 'string' ? (parseJson(given) ?? given) : given;
}

/** Builders without code send a variable that has no value as an empty text or as null. */
function withoutEmpty(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return value === null || value === '' ? undefined : value;
  const kept = Object.entries(value)
    .map(([name, member]) => [name, isJsonObject(member) ? withoutEmpty(member) : member] as const)
    .filter(([, member]) => member !== null && member !== '' && member !== undefined);
  return Object.fromEntries(kept) as JsonValue;
}

/** What cannot be read in it is left out: a gap must not cost the customer the person. */
function readTranscript(given: z.infer<typeof escalate>['transcript']): EarlierEntry[] {
  if (given === undefined) return [];
  if (typeof given === 'string') {
    const parsed = parseJson(given);
    if (Array.isArray(parsed)) return readTranscript(parsed);
    return [{ from: 'bot', text: given.slice(0, 10_000) }];
  }
  const list = Array.isArray(given) ? given : given.activities;
  return list.slice(-entriesAtMost).flatMap((item) => {
    const { success, data } = entry.safeParse(item);
    if (!success || data.text.trim() === '') return [];
    const at = data.at ?? data.timestamp;
    return [{ from: senderOf(data.from), text: data.text, ...(at !== undefined && { at: new Date(at).toISOString() }) }];
  });
}

function senderOf(from: z.infer<typeof sender>): EarlierEntry['from'] {
  const name = typeof from === 'string' ? from : from.role;
  if (name === 'agent' || name === 'bot') return name;
  return name === 'skill' ? 'bot' : 'customer';
}
