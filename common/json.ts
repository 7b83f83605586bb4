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
 * Reduces a value to what JSON can carry (undefined members dropped, dates as text).
 * For data that is typed with optional members but must be stored as JSON.
 */
export function toJson<T>(value: T): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue;
}
