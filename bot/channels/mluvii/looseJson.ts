import { isJsonObject, type JsonObject, type JsonValue, parseJson, wordIn } from '../../../common/json';

/** The members of an object that has come in whatever letter case; nothing of it can be relied on. */
export class Loose {
  private readonly byName: Map<string, JsonValue>;

  constructor(object: JsonObject) {
    this.byName = new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));
  }

  /** The first of these members that is there and not null. */
  value(...names: string[]): JsonValue | undefined {
    for (const name of names) {
      const value = this.byName.get(name.toLowerCase());
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  }

  text(...names: string[]): string | undefined {
    const value = this.value(...names);
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' ? value : undefined;
  }

  number(...names: string[]): number | undefined {
    const value = this.value(...names);
    if (typeof value === 'number') return value;
    return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
  }

  truth(...names: string[]): boolean | undefined {
    const value = this.value(...names);
    if (typeof value === 'boolean') return value;
    return typeof value === 'string' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : undefined;
  }

  list(...names: string[]): JsonValue[] {
    const value = this.value(...names);
    return Array.isArray(value) ? value : [];
  }

  objects(...names: string[]): Loose[] {
    return this.list(...names)
      .filter(isJsonObject)
      .map((item) => new Loose(item));
  }

  object(...names: string[]): Loose | undefined {
    const value = this.value(...names);
    return isJsonObject(value) ? new Loose(value) : undefined;
  }

  /** A dictionary of texts; keys are data and keep their letter case. */
  texts(...names: string[]): Record<string, string> {
    const value = this.value(...names);
    if (!isJsonObject(value)) return {};
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, text]) => text !== null)
        .map(([name, text]) => [name, typeof text === 'string' ? text : JSON.stringify(text)]),
    );
  }

  /** A dictionary of lists of texts. */
  textLists(...names: string[]): Record<string, string[]> {
    const value = this.value(...names);
    if (!isJsonObject(value)) return {};
    return Object.fromEntries(
      Object.entries(value).map(([name, list]) => [name, (Array.isArray(list) ? list : [list]).map((item) => wordIn(item))]),
    );
  }
}

/** An object that came as it is or as text. */
export function looseObject(value: unknown): JsonObject | undefined {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  return isJsonObject(parsed) ? parsed : undefined;
}

/** Parses text whose whole numbers may be longer than a number of ours: those come out as text, digit by digit. */
export function parseExactly(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown) as JsonValue;
  } catch {
    // Not JSON is an expected answer from outside; the caller decides what it means.
    return undefined;
  }
}

/** The definitions lack the third parameter. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isTooLong = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isTooLong && /^-?\d+$/.test(context?.source ?? '') ? context?.source : value;
}
