import type { z } from 'zod';
import type { Environment, SettingsProblem } from './settingsGroup';

/** Reads one group of variables; what is wrong goes to `problems`, and the result is then undefined. */
export function readGroup<Schema extends z.ZodObject>(
  env: Environment,
  schema: Schema,
  problems: SettingsProblem[],
): z.infer<Schema> | undefined {
  const names = Object.keys(schema.shape);
  const values = Object.fromEntries(names.map((name) => [name, env[name]]));
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const variable = String(issue.path[0] ?? names.join(', '));
    const value = env[variable];
    const isMissing = value === undefined && issue.code !== 'custom';
    const wrong = isMissing ? 'is missing' : withoutValue(issue.message, value ?? '');
    problems.push({ variable, message: `${wrong}. ${describe(schema, variable)}`.trim() });
  }
  return undefined;
}

/** Variables without those that are empty: an unset secret in a deployment often arrives as an empty text. */
export function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
}

/** What a variable is for, from its schema. */
export function describe(schema: z.ZodObject, variable: string): string {
  return (schema.shape[variable] as z.ZodType | undefined)?.description ?? '';
}

/** A schema's own message may quote what was given, which may be a secret. Parts of words are no quotes. */
function withoutValue(message: string, value: string): string {
  if (value.length < 3) return message;
  const quoted = new RegExp(`(?<!\\w)${value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`, 'g');
  return message.replace(quoted, '…');
}
