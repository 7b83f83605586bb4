import { z } from 'zod';
import type { JsonObject } from '../../../common/json';
import { failure } from './errors';

const schema = z.strictObject({
  /** A chat skill of the desk; without it any agent may take the chat. */
  skill: z.string().trim().min(1, 'must be the name of a skill').max(200, 'is too long for the name of a skill').exactOptional(),
});

export type LiveAssistTarget = z.output<typeof schema>;

/** Reads a route's target; throws `Error` naming the member that is wrong. */
export function parseTarget(target: JsonObject): LiveAssistTarget {
  const parsed = schema.safeParse(target);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`Live Assist target: ${issue?.path.join('.') || 'target'} ${issue?.message ?? 'is wrong'}`);
}

/** The target of a request that is under way; throws `HandoffError` with code `invalid`. */
export function targetOf(target: JsonObject): LiveAssistTarget {
  try {
    return parseTarget(target);
  } catch (error) {
    throw failure({ code: 'invalid', retriable: false, delivered: 'no', detail: 'target', cause: error });
  }
}
