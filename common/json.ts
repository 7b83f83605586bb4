/** Anything JSON can carry. Data that crosses the store is typed with these, so that nothing unserializable slips in. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** True for a plain JSON object (not null, not an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses text that comes from outside; undefined instead of an exception when it is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // Not JSON is an expected answer from outside; the caller decides what it means.
    return undefined;
  }
}

/**
 * Typed data handed to something that writes it as JSON at once, as the store does: no copy is made. For what is kept in
 * memory or compared, `toJson`.
 */
export function asJson(value: object): JsonObject {
  return value as JsonObject;
}

/**
 * Reduces a value to what JSON can carry (undefined members dropped, dates as text).
 * For data that is typed with optional members but must be stored as JSON.
 */
export function toJson<T>(value: T): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue;
}

/** What stands under a name that came from outside; what every object inherits (`constructor` …) does not count. */
export function ownMember<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A member of JSON as text: numbers and truths in words, anything else is the fallback. */
export function wordIn(value: JsonValue | undefined, fallback = ''): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : fallback;
}
