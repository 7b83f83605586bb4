import { z } from 'zod';
import type { JsonObject } from '../../../common/json';
import { failure } from './errors';

const schema = z.strictObject({
  /** Another deployment of the same org; the one of the settings when absent. */
  esDeveloperName: z
    .string()
    .regex(/^[A-Za-z]\w*$/, 'must be the API name of a deployment')
    .exactOptional(),
  /** Values of channel parameters by which the org's flow routes. */
  routingAttributes: z
    .record(
      z.string().regex(/^[A-Za-z]\w*$/, 'must be named by the API names of channel parameters'),
      z.string().min(1, 'must not be empty').max(255, 'must not be longer than 255 characters'),
    )
    .exactOptional(),
});

export type EnhancedChatTarget = z.output<typeof schema>;

/** Reads a route's target; throws `Error` naming the member that is wrong. An empty target is the deployment's own routing. */
export function parseTarget(target: JsonObject): EnhancedChatTarget {
  const parsed = schema.safeParse(target);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`Enhanced Chat target: ${issue?.path.join('.') || 'target'} ${issue?.message ?? 'is wrong'}`);
}

/** The target of a request that is under way; throws `HandoffError` with code `invalid`. */
export function targetOf(target: JsonObject): EnhancedChatTarget {
  try {
    return parseTarget(target);
  } catch (error) {
    throw failure({ code: 'invalid', retriable: false, delivered: 'no', detail: 'target', cause: error });
  }
}
