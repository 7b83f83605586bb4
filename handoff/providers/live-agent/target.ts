import { z } from 'zod';
import type { JsonObject } from '../../../common/json';
import { failure } from './errors';
import { toShortId } from './ids';

const id = (prefix: string, what: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$`),
      `must be a ${what} ID of 15 or 18 characters beginning with ${prefix}`,
    )
    .transform(toShortId);

const overridePattern = /^(005[A-Za-z0-9]{12,15}|573[A-Za-z0-9]{12,15}|005[A-Za-z0-9]{12,15}_573[A-Za-z0-9]{12,15})$/;

const schema = z
  .strictObject({
    buttonId: id('573', 'button'),
    agentId: id('005', 'user').exactOptional(),
    /** With `agentId`: whether the button's queue takes over when that agent is not there. */
    fallback: z.boolean().exactOptional(),
    /** Tried in order instead of the three above: `buttonId`, `agentId` or `agentId_buttonId`. */
    buttonOverrides: z
      .array(
        z
          .string()
          .regex(overridePattern, 'must be buttonId, agentId or agentId_buttonId')
          .transform((entry) => entry.split('_').map(toShortId).join('_')),
      )
      .min(1)
      .exactOptional(),
  })
  .refine((target) => target.fallback === undefined || target.agentId !== undefined, {
    message: 'is only for a target with an agentId',
    path: ['fallback'],
  });

export type LiveAgentTarget = z.output<typeof schema>;

/** Reads a route's target; throws `Error` naming the member that is wrong. IDs come back in their 15-character form. */
export function parseTarget(target: JsonObject): LiveAgentTarget {
  const parsed = schema.safeParse(target);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`Live Agent target: ${issue?.path.join('.') || 'target'} ${issue?.message ?? 'is wrong'}`);
}

/** The target of a request that is under way; throws `HandoffError` with code `invalid`. */
export function targetOf(target: JsonObject): LiveAgentTarget {
  try {
    return parseTarget(target);
  } catch (error) {
    throw failure({ code: 'invalid', retriable: false, delivered: 'no', detail: 'target', cause: error });
  }
}
