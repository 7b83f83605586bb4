import { isJsonObject, type JsonValue } from '../../common/json';

/** What stands for "not there" in a parameter: a variable nobody filled in, or the sign for a missing last name. */
const nothing = /^(?:--|\{[A-Za-z_]+\}|null|undefined)?$/;
const mostParameters = 200;
/** A container in a container is one too many already. */
const deepest = 4;

/**
 * The parameters of a call, wherever they stood: in the address, or in the body as properties, in a named map or in a named
 * list. Any of them may be missing, and a number may come as text; names are found whatever their case and underscores.
 */
export class Parameters {
  private readonly values = new Map<string, string>();

  /** Later sources win over earlier ones. */
  constructor(...sources: JsonValue[]) {
    for (const source of sources) for (const [name, value] of entriesOf(source)) this.add(name, value);
  }

  /** The first of these that has a value. */
  text(...names: string[]): string | undefined {
    for (const name of names) {
      const value = this.values.get(plain(name));
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The first of these that has a whole number. */
  number(...names: string[]): number | undefined {
    for (const name of names) {
      const value = this.text(name);
      if (value !== undefined && /^-?\d+(?:\.0+)?$/.test(value)) return Number(value);
    }
    return undefined;
  }

  private add(name: string, value: JsonValue): void {
    if (this.values.size >= mostParameters) return;
    const text = typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
    if (!nothing.test(text.trim())) this.values.set(plain(name), text);
  }
}

/** The members of a body, taken out of its container: `{ name: { … } }` and `{ name: [ { … } ] }` are `{ … }`. */
function entriesOf(source: JsonValue, depth = 0): [string, JsonValue][] {
  if (depth > deepest) return [];
  if (Array.isArray(source)) return source.flatMap((one) => entriesOf(one, depth + 1));
  if (!isJsonObject(source)) return [];
  return Object.entries(source).flatMap(([name, value]): [string, JsonValue][] => {
    const isContainer = isJsonObject(value) || (Array.isArray(value) && value.some(isJsonObject));
    return isContainer
      ? entriesOf(value, depth + 1)
      : [[name, Array.isArray(value) ? value.filter((one) => typeof one !== 'object').join(', ') : value]];
  });
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '');
}
