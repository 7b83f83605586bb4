import { z } from 'zod';
import type { JsonObject } from '../../../common/json';

const id = z.number().int().positive();

const schema = z
  .strictObject({
    /** Value of the parameter that tells routing why; the skill's name when absent. */
    reason: z.string().trim().min(1).max(200).optional(),
    /** Groups whose availability counts; without them those that routing would choose. */
    groupIds: z.array(id).min(1).optional(),
    /** Give to exactly this group or operator, whatever the load, instead of to routing. */
    forward: z.strictObject({ operatorGroupId: id.optional(), userId: id.optional() }).optional(),
    /** Further session parameters to set. */
    params: z.record(z.string().regex(/^[A-Za-z]\w*$/, 'must be letters, digits and _ only'), z.string()).optional(),
  })
  .refine(({ forward }) => !forward || forward.operatorGroupId !== undefined || forward.userId !== undefined, {
    path: ['forward'],
    message: 'needs "operatorGroupId" or "userId"',
  });

export type Target = z.output<typeof schema>;

/** Checks a route's target; throws `Error` that names what is wrong. */
export function parseTarget(target: JsonObject): JsonObject {
  const result = schema.safeParse(target);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new Error(`target${issue?.path.length ? ` "${issue.path.join('.')}"` : ''}: ${issue?.message ?? 'cannot be read'}`);
  }
  return result.data as JsonObject;
}
