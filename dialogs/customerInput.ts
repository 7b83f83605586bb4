import type { Activity } from 'botframework-schema';
import { isVerb, type Verb } from '../cards/verbs';
import { isJsonObject, type JsonObject, parseJson } from '../common/json';

/** What a customer did in a turn, whatever shape the channel gave it. */
export type CustomerInput =
  | { kind: 'text'; text: string }
  | { kind: 'submission'; verb: Verb; data: JsonObject }
  | { kind: 'unknownSubmission' }
  | { kind: 'files' }
  | { kind: 'empty' }
  | { kind: 'tooLong' };

/** Longer text is not a question anybody can answer. */
export const maxTextLength = 10_000;

/**
 * Reads a message or card invoke. A verb wins over text, because a button may carry both. The text of a mention of the
 * bot is not part of what was said.
 */
export function customerInput(activity: Partial<Activity>): CustomerInput {
  const value = submittedValue(activity);
  if (value) {
    const verb = value['verb'];
    if (isVerb(verb)) return { kind: 'submission', verb, data: value };
  }
  const text = customerText(activity);
  if (text.length > maxTextLength) return { kind: 'tooLong' };
  if (/[\p{L}\p{N}\p{S}\p{P}]/u.test(text)) return { kind: 'text', text };
  if (value) return { kind: 'unknownSubmission' };
  return hasFiles(activity) ? { kind: 'files' } : { kind: 'empty' };
}

function submittedValue(activity: Partial<Activity>): JsonObject | undefined {
  const value = asObject(activity.value);
  // `adaptiveCard/action` wraps what the card sends into `action`.
  const action = value && activity.type === 'invoke' ? asObject(value['action']) : undefined;
  if (!action) return value;
  const data = asObject(action['data']) ?? {};
  return isVerb(data['verb']) ? data : { ...data, verb: action['verb'] ?? '' };
}

function asObject(value: unknown): JsonObject | undefined {
  const parsed = typeof value === 'string' && value.startsWith('{') ? parseJson(value) : value;
  return isJsonObject(parsed) ? parsed : undefined;
}

/** The words of a message: without the mention of the bot, and with others who are mentioned by their names alone. */
export function customerText(activity: Partial<Activity>): string {
  if (typeof activity.text !== 'string') return '';
  const botId = activity.recipient?.id;
  let text = activity.text;
  for (const entity of Array.isArray(activity.entities) ? activity.entities : []) {
    const mention = entity as { type?: unknown; text?: unknown; mentioned?: { id?: unknown; name?: unknown } } | null;
    if (mention?.type !== 'mention' || typeof mention.text !== 'string' || mention.text === '') continue;
    const { id, name } = mention.mentioned ?? {};
    const isBot = botId !== undefined && id === botId;
    // Teams may put a hard space between the mention and the words.
    if (isBot) text = text.replace(mention.text, ' ').replace(/^(?:\s|&nbsp;)+/, '');
    else if (typeof name === 'string') text = text.replace(mention.text, () => name);
  }
  return text.trim();
}

function hasFiles(activity: Partial<Activity>): boolean {
  // Teams adds its own HTML rendering of every message as an attachment.
  const attachments = Array.isArray(activity.attachments) ? activity.attachments : [];
  return attachments.some((attachment) => attachment?.contentType !== 'text/html');
}

/** A text member of submitted data, trimmed; empty when it is missing or something else. */
export function textMember(data: JsonObject, name: string): string {
  const value = data[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trim() : '';
}
