const guarded: [string, object][] = [
  ['Object', Object.prototype],
  ['Array', Array.prototype],
  ['String', String.prototype],
  ['Function', Function.prototype],
  ['Map', Map.prototype],
];
const pristine = new Map(guarded.map(([name, prototype]) => [name, Reflect.ownKeys(prototype).length]));

/** Names of the prototypes that have got members since the start. */
export function pollutedPrototypes(): string[] {
  return guarded.filter(([name, prototype]) => Reflect.ownKeys(prototype).length !== pristine.get(name)).map(([name]) => name);
}

/** What of a result is no data: a function or its text, which is what a look-up by a hostile name finds. Undefined when all is well. */
export function findStranger(value: unknown, place = '', depth = 0): string | undefined {
  if (typeof value === 'function') return `${place}: a function`;
  if (typeof value === 'string') return value.includes('[native code]') ? `${place}: the text of a function` : undefined;
  if (typeof value !== 'object' || value === null || depth > 12) return undefined;
  if (Buffer.isBuffer(value) || value instanceof Date) return undefined;
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value);
  for (const [key, inner] of entries) {
    if (String(key).includes('[native code]')) return `${place}: a member named by a function`;
    const found = findStranger(inner, `${place}.${String(key)}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
