import { isJsonObject, type JsonObject, type JsonValue } from './json';

/** Readers of single members of something that came over the wire, where texts and numbers are not told apart reliably. */

export function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

/** Text with something in it, without blanks around. */
export function wordOf(value: JsonValue | undefined): string | undefined {
  const trimmed = textOf(value)?.trim();
  return trimmed === '' ? undefined : trimmed;
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The objects of a list; a list of one may come as the object alone, an empty one as text. */
export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  if (Array.isArray(value)) return value.filter(isJsonObject);
  return isJsonObject(value) ? [value] : [];
}

/** A number, also when it comes as text. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
