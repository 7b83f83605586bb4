import { z } from 'zod';
import type { JsonObject } from '../../../common/json';

const targetSchema = z.strictObject(
  {
    menuId: z.union([z.number(), z.string().trim().regex(/^\d+$/).transform(Number)]).pipe(z.number().int().positive()),
    menuType: z.enum(['web_menu', 'mobile_menu', 'ivr_menu']).default('web_menu'),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? 'has unknown members' : undefined) },
);

export type Target = z.output<typeof targetSchema>;

/** A queue of the desk. Throws an `Error` that says what is wrong. */
export function parseTarget(target: JsonObject): JsonObject {
  return readTarget(target);
}

export function readTarget(target: JsonObject): Target {
  const parsed = targetSchema.safeParse(target);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(' '));
  throw new Error(`CCAIP target must be { "menuId": 7, "menuType"?: "web_menu" }: ${problems.join('; ')}`);
}
