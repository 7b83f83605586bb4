import { z } from 'zod';
import type { JsonObject } from '../../../common/json';
import type { FileLinker } from '../../provider';
import type { HandoffRequest } from '../../request';
import { toHistory } from './history';
import { toLanguageCode } from './language';
import { HANDOFF_PROPERTY, MAX_PROPERTIES, type NewConversation, type Property } from './wire';

const id = z
  .union([z.string(), z.number().int().nonnegative().transform(String)])
  .transform((value) => value.trim())
  .pipe(z.string().min(1, 'must not be empty'));
const targetSchema = z.union([z.strictObject({ queueId: id }), z.strictObject({ scriptId: id })], {
  error: 'must be { "queueId": "…" } or { "scriptId": "…" }',
});

/** A queue or a script of the desk. Throws an `Error` that says what is wrong. */
export function parseTarget(target: JsonObject): JsonObject {
  const parsed = targetSchema.safeParse(target);
  if (parsed.success) return parsed.data;
  throw new Error(`8x8 target ${parsed.error.issues.map(({ message }) => message).join('; ')}`);
}

/** The conversation the desk is asked for. `target` is as `parseTarget` returned it. */
export function toNewConversation(request: HandoffRequest, channelId: string, link: FileLinker): NewConversation {
  const { customer } = request;
  const target = targetSchema.parse(request.target);
  const language = toLanguageCode(request.language);
  const messages = toHistory(request.transcript, link);
  const [name, phone, userId] = [word(customer.name), word(customer.phone), word(customer.contactId)];
  const email = word(customer.email);
  return {
    channelId,
    user: {
      ...(name && { name }),
      // The field is checked as an address: what is none would cost the whole handoff, so it goes with the details.
      ...(email && isEmail(email) && { email }),
      ...(phone && { phone }),
      ...(userId && { userId }),
      ...(language && { language }),
      additionalProperties: toProperties(request, language),
    },
    assignment: 'queueId' in target ? { type: 'queue', id: target.queueId } : { type: 'script', id: target.scriptId },
    ...(messages.length > 0 && { history: { messages } }),
  };
}

/** What the agent reads beside the chat; at most 30, with what does not fit gathered in the last. */
export function toProperties(request: HandoffRequest, language: string | undefined): Property[] {
  const email = word(request.customer.email);
  const own: [string, string | undefined][] = [
    // First, because it finds the link again when the answer to `open` was lost.
    [HANDOFF_PROPERTY, request.id],
    ['ChatActivityId', request.chatActivityId],
    ['Topic', request.topic],
    ['Skill', request.skill],
    ['Authenticated', request.customer.isAuthenticated ? 'yes' : 'no'],
    ['Channel', request.channel],
    ['Language', language === request.language ? undefined : request.language],
    ['Email', email && !isEmail(email) ? email : undefined],
    ['Page', request.sourcePageUrl],
    ['RequestedAt', request.requestedAt],
  ];
  const reserved = new Set(own.map(([key]) => key.toLowerCase()));
  const fields = Object.entries(request.fields).map(([key, value]): [string, string | undefined] => {
    const label = key.trim();
    return [reserved.has(label.toLowerCase()) ? `${label} (answer)` : label, value];
  });
  const all = [...own, ...fields]
    .map(([key, value]) => ({ key, value: value?.trim() ?? '' }))
    .filter(({ key, value }) => key !== '' && value !== '');
  if (all.length <= MAX_PROPERTIES) return all;
  const rest = all.slice(MAX_PROPERTIES - 1).map(({ key, value }) => `${key}: ${value}`);
  return [...all.slice(0, MAX_PROPERTIES - 1), { key: 'Further details', value: rest.join('\n') }];
}

function word(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** As strict as a desk may be: an unusual address is still read among the details, one that is refused costs the handoff. */
function isEmail(value: string): boolean {
  return z.email().safeParse(value).success;
}
