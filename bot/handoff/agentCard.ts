import { isJsonObject, type JsonObject, type JsonValue, toJson } from '../../common/json';

/**
 * Marks buttons on an agent's card, so that a submission is told apart from clicks on the bot's own older cards. What it holds
 * are the words on the card, because the submission comes back without them.
 */
export const agentCardMark = 'switchboardAgentCard';

type CardWords = {
  /** What the button says; absent when it is the only one beside fields, and tells nothing. */
  title?: string;
  fields: CardField[];
};
type CardField = { id: string; label?: string; choices?: { title: string; value: string }[] };

/** The card with its buttons marked; pure. */
export function markCard(content: JsonObject): JsonObject {
  const fields = partsOf(content).flatMap(toField);
  const actions = partsOf(content).filter(isSubmit);
  return mark(content, (title) => ({ ...(title !== '' && (fields.length === 0 || actions.length > 1) && { title }), fields }));
}

/** What an agent reads of a submission: the labels and choices as the customer saw them, without what only programs need. */
export function describeSubmission(submission: JsonObject, words: JsonValue | undefined): string {
  const known = readWords(words);
  const lines = known.fields.flatMap((field) => lineOf(field, submission[field.id]));
  const shown = [...(known.title === undefined ? [] : [known.title]), ...lines];
  // A card from before there were words in the mark, or a form that was left empty.
  if (shown.length === 0)
    return Object.entries(submission)
      .map(([name, value]) => `${name}: ${plain(value)}`)
      .join('\n');
  return shown.join('\n');
}

function lineOf({ label, choices }: CardField, value: JsonValue | undefined): string[] {
  if (value === undefined || value === null || value === '') return [];
  const written = plain(value);
  // Several choices come in one text, separated by commas.
  const titles =
    choices &&
    (titleOf(choices, written) ??
      written
        .split(',')
        .map((one) => titleOf(choices, one) ?? one)
        .join(', '));
  return [label === undefined ? (titles ?? written) : `${label}: ${titles ?? written}`];
}

function titleOf(choices: NonNullable<CardField['choices']>, value: string): string | undefined {
  return choices.find((choice) => choice.value === value)?.title;
}

function plain(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Every object of a card, in reading order. */
function partsOf(value: JsonValue): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  if (!isJsonObject(value)) return [];
  const inner = Object.entries(value).flatMap(([name, part]) => (name === 'data' ? [] : partsOf(part)));
  return [value, ...inner];
}

function isSubmit({ type }: JsonObject): boolean {
  return type === 'Action.Submit' || type === 'Action.Execute';
}

function toField({ type, id, label, title, choices }: JsonObject): CardField[] {
  if (typeof type !== 'string' || !type.startsWith('Input.') || typeof id !== 'string') return [];
  const words = [label, title].find((word) => typeof word === 'string' && word.trim() !== '');
  const options = (Array.isArray(choices) ? choices : []).flatMap((choice) =>
    isJsonObject(choice) && typeof choice['title'] === 'string' && typeof choice['value'] === 'string'
      ? [{ title: choice['title'], value: choice['value'] }]
      : [],
  );
  return [{ id, ...(typeof words === 'string' && { label: words }), ...(options.length > 0 && { choices: options }) }];
}

function mark(value: JsonValue, words: (title: string) => CardWords): JsonObject {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) => {
    if (!isJsonObject(part) || !isSubmit(part)) return part;
    const data = isJsonObject(part['data']) ? part['data'] : { value: toJson(part['data']) };
    return { ...part, data: { ...data, [agentCardMark]: words(typeof part['title'] === 'string' ? part['title'].trim() : '') } };
  }) as JsonObject;
}

/** What came back is the client's: whatever is not of the shape is left out. */
function readWords(words: JsonValue | undefined): CardWords {
  if (!isJsonObject(words)) return { fields: [] };
  const fields = (Array.isArray(words['fields']) ? words['fields'] : []).flatMap((field): CardField[] => {
    if (!isJsonObject(field) || typeof field['id'] !== 'string') return [];
    const { id, label } = field;
    const choices = toField({ type: 'Input.ChoiceSet', id, choices: field['choices'] ?? [] })[0]?.choices;
    return [{ id, ...(typeof label === 'string' && { label }), ...(choices && { choices }) }];
  });
  return { ...(typeof words['title'] === 'string' && { title: words['title'] }), fields };
}
