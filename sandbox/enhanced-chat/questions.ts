import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import type { Question } from './conversation';

/** What an agent of this desk can send of a card: a form, choices, or words with a link; and what may come back to it. */
export function toMessages(card: JsonObject): { message: JsonObject; question?: Question }[] {
  const parts = everyPart(card);
  const words = parts.flatMap((part) => (part['type'] === 'TextBlock' ? textsOf(part, 'text') : [])).join('\n');
  const inputs = parts.filter((part) => String(part['type']).startsWith('Input.') && typeof part['id'] === 'string');
  if (inputs.length > 0) return [toForm(words, inputs)];
  const submits = parts.filter((part) => part['type'] === 'Action.Submit').flatMap((part) => textsOf(part, 'title'));
  if (submits.length > 0) return [toChoices(words, submits)];
  const facts = parts.flatMap((part) => (part['type'] === 'FactSet' ? objectsOf(part['facts']) : []));
  const lines = facts.map((fact) => [...textsOf(fact, 'title'), ...textsOf(fact, 'value')].join(': '));
  const text = [words, ...lines].filter((line) => line !== '').join('\n');
  const links = parts.filter((part) => part['type'] === 'Action.OpenUrl').map(toLink);
  const messages =
    text === '' ? links : [{ messageType: 'StaticContentMessage', staticContent: { formatType: 'Text', text } }, ...links];
  if (messages.length === 0) throw new Error('This desk sends choices, forms, texts and links; the card has none of them.');
  return messages.map((message) => ({ message }));
}

function toChoices(text: string, titles: string[]): { message: JsonObject; question: Question } {
  const options = new Map(titles.map((title) => [randomUUID(), title]));
  const optionItems = [...options].map(([id, title]) => ({
    itemType: 'TitleOptionItem',
    titleItem: { title },
    optionIdentifier: id,
    optionId: id,
  }));
  return {
    message: { messageType: 'ChoicesMessage', choices: { formatType: 'Buttons', text, optionItems } },
    question: { kind: 'choices', options, fields: new Set() },
  };
}

function toForm(text: string, inputs: JsonObject[]): { message: JsonObject; question: Question } {
  const sections = inputs.map((input) => ({ sectionType: 'SingleInput', submitForm: false, input: toField(input) }));
  const fields = new Set(inputs.map((input) => String(input['id'])));
  return {
    message: {
      messageType: 'FormMessage',
      form: { formatType: 'Inputs', formTitle: { title: text }, reply: { title: 'Thank you' }, sections },
    },
    question: { kind: 'form', options: new Map(), fields },
  };
}

const inputTypes: Record<string, string> = { 'Input.Date': 'DatePicker', 'Input.ChoiceSet': 'Select', 'Input.Number': 'Number' };

function toField(input: JsonObject): JsonObject {
  const choices = objectsOf(input['choices']);
  return {
    id: String(input['id']),
    inputType: inputTypes[String(input['type'])] ?? (input['style'] === 'Tel' ? 'Phone' : 'Text'),
    label: { title: textsOf(input, 'label')[0] ?? String(input['id']) },
    required: input['isRequired'] === true,
    ...(choices.length > 0 && {
      multipleSelection: input['isMultiSelect'] === true,
      optionItems: choices.map((choice) => {
        const id = String(choice['value']);
        return { itemType: 'TitleOptionItem', titleItem: { title: String(choice['title']) }, optionIdentifier: id, optionId: id };
      }),
    }),
  };
}

function toLink(action: JsonObject): JsonObject {
  const url = String(action['url']);
  const titleItem = { title: textsOf(action, 'title')[0] ?? url };
  return { messageType: 'StaticContentMessage', staticContent: { formatType: 'RichLink', linkItem: { titleItem, url } } };
}

function everyPart(value: JsonValue): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(everyPart);
  return isJsonObject(value) ? [value, ...Object.values(value).flatMap(everyPart)] : [];
}

function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function textsOf(part: JsonObject, name: string): string[] {
  const text = part[name];
  return typeof text === 'string' && text !== '' ? [text] : [];
}
