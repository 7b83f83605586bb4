import { isJsonObject, parseJson } from './json';

/** What a schema says of a value; zod's schemas do, and `common` depends on none. */
interface Checker<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: readonly { path: PropertyKey[]; message: string }[] } };
}

/** Reads a setting that is a JSON object; no text is an empty one. `problem` says what is wrong without quoting the value. */
export function readJsonSetting<T>(text: string, schema: Checker<T>): { data: T } | { problem: string } {
  const json = parseJson(text.trim() === '' ? '{}' : text);
  if (!isJsonObject(json)) return { problem: 'must be a JSON object' };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { data: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `is wrong at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'it does not fit'}` };
}
