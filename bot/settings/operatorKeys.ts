import { z } from 'zod';

/** A key and whose it is; what is done with it is noted under that name. */
export interface OperatorKey {
  name: string;
  key: string;
}

const leastLength = 24;
const named = /^([A-Za-z][\w.@-]{0,39}):(.*)$/s;

/** Reads `name:key,name2:key2`, or a single key without a name. */
export const operatorKeys = () =>
  z.string().transform((text, context): OperatorKey[] => {
    const entries = text.split(',').map((entry) => entry.trim());
    const keys = entries.map((entry) => {
      const [, name = 'operator', key = entry] = named.exec(entry) ?? [];
      return { name, key };
    });
    const problem = problemOf(entries, keys);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    return keys;
  });

function problemOf(entries: string[], keys: OperatorKey[]): string | undefined {
  if (keys.some(({ key }) => key.length < leastLength)) return `has a key that is shorter than ${leastLength} characters`;
  if (entries.length > 1 && entries.some((entry) => !named.test(entry)))
    return 'has several keys and one without a name: write name:key,name2:key2';
  if (new Set(keys.map(({ name }) => name)).size < keys.length) return 'has two keys of the same name';
  return undefined;
}
