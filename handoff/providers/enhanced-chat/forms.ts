import type { JsonObject, JsonValue } from '../../../common/json';
import type { Card } from '../../events';
import { adaptiveCard, input, submit } from './cards';
import { toOption } from './choices';
import type { WireMessage } from './client';
import type { FormField, OpenForm } from './session';
import { numberOf, objectOf, objectsOf, titleOf, wordOf } from './wire';

/** What the customer gets of a `FormMessage`: its title and text, a card with its fields, and what is needed to answer it. */
export function formContent(messageId: string, message: JsonObject): { text: string; cards: Card[]; form?: OpenForm } {
  const form = objectOf(message, 'form');
  const text = [titleOf(form, 'formTitle'), titleOf(form, 'message')].filter((word) => word !== undefined).join('\n');
  const wired = objectsOf(form, 'sections').flatMap((section) => {
    const field = objectOf(section, 'input');
    const id = wordOf(field, 'id');
    return id === undefined ? [] : [{ field: toField(id, field), wire: field }];
  });
  if (wired.length === 0) return { text, cards: [] };
  const card = adaptiveCard(
    wired.map(({ field, wire }) => toInput(field, wire)),
    [submit('OK', { form: messageId })],
  );
  return { text, cards: [card], form: { messageId, fields: wired.map(({ field }) => field) } };
}

/**
 * The answer to a form in the desk's own form. The vendor's SDK names format and members; how they are put together is not
 * documented, so the desk may refuse it: then the answer goes as text.
 */
export function formAnswer(id: string, form: OpenForm, submission: JsonObject): WireMessage {
  return {
    id,
    messageType: 'FormResponseMessage',
    inReplyToMessageId: form.messageId,
    formResponse: { formatType: 'Inputs', inputs: form.fields.map((field) => toAnswer(field, wordFor(submission[field.id]))) },
  };
}

/** The same as lines an agent can read. */
export function formAnswerText(form: OpenForm, submission: JsonObject): string {
  return form.fields
    .map((field) => {
      const value = wordFor(submission[field.id]);
      const titles = chosen(field, value).map(({ title }) => title);
      return `${field.label}: ${field.options.length > 0 ? titles.join(', ') : value}`;
    })
    .join('\n');
}

function toField(id: string, field: JsonObject): FormField {
  return {
    id,
    label: titleOf(field, 'label') ?? id,
    type: wordOf(field, 'inputType') ?? 'Text',
    options: objectsOf(field, 'optionItems').flatMap(toOption),
    several: field['multipleSelection'] === true,
  };
}

/** The vendor does not document the input types; the word tells enough, and text takes everything else. */
function toInput({ id, label, type, options, several }: FormField, wire: JsonObject): JsonObject {
  const isRequired = wire['required'] === true;
  const common = { label, ...(isRequired && { isRequired, errorMessage: '!' }) };
  if (options.length > 0) {
    const choices = options.map((option) => ({ title: option.title, value: option.id }));
    return input('Input.ChoiceSet', id, { ...common, choices, ...(several && { isMultiSelect: true }) });
  }
  if (/date/i.test(type) && !/time/i.test(type)) return input('Input.Date', id, common);
  if (/number|integer|decimal/i.test(type)) return input('Input.Number', id, common);
  if (/check|toggle|bool/i.test(type)) return input('Input.Toggle', id, { ...common, title: label });
  const maxLength = numberOf(wire, 'maximumCharacterCount');
  return input('Input.Text', id, {
    ...common,
    ...(maxLength !== undefined && maxLength > 0 && { maxLength: Math.floor(maxLength) }),
    ...(/area|long|multi/i.test(type) && { isMultiline: true }),
    ...(/mail/i.test(type) && { style: 'Email' }),
    ...(/phone|tel/i.test(type) && { style: 'Tel' }),
  });
}

function toAnswer(field: FormField, value: string): JsonObject {
  const known = { inputId: field.id, inputLabel: field.label, inputType: field.type };
  if (field.options.length === 0) return { ...known, value };
  const selectedOptions = chosen(field, value).map(({ id, title }) => ({ optionIdentifier: id, optionTitle: title }));
  return { ...known, selectedOptions };
}

function chosen(field: FormField, value: string): { id: string; title: string }[] {
  // Cards send several choices as one text with commas.
  const ids = field.several ? value.split(',') : [value];
  return field.options.filter(({ id }) => ids.includes(id));
}

function wordFor(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
