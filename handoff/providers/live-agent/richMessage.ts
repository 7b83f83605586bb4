import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';

const headings = ['text', 'title', 'menuText', 'prompt'] as const;
const labels = ['text', 'label', 'title', 'name'] as const;
const lists = ['items', 'buttons', 'choices', 'options', 'menuItems'] as const;

/**
 * A menu or button row of the desk's own bot as text with numbered choices; the customer answers in words. The vendor does
 * not document the shape, so the usual member names are tried on the message and one level below.
 */
export function richMessageText(message: JsonObject): string {
  const parts = [message, ...Object.values(message).filter(isJsonObject)];
  const heading = firstOf(parts, (part) => firstText(part, headings)) ?? '';
  const choices = firstOf(parts, listOf) ?? [];
  const lines = choices.map((choice, index) => `${index + 1}. ${choice}`);
  return [heading, ...lines].filter((line) => line !== '').join('\n');
}

function listOf(part: JsonObject): string[] | undefined {
  for (const name of lists) {
    const value = part[name];
    if (!Array.isArray(value)) continue;
    const choices = value.map(choiceText).filter((choice) => choice !== '');
    if (choices.length > 0) return choices;
  }
  return undefined;
}

function choiceText(item: JsonValue): string {
  if (typeof item === 'string') return item;
  return isJsonObject(item) ? (firstText(item, labels) ?? '') : '';
}

function firstText(object: JsonObject, names: readonly string[]): string | undefined {
  return firstOf(names, (name) => {
    const value = object[name];
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  });
}

function firstOf<T, R>(values: readonly T[], find: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
