import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../common/json';
import type { HandoffRequest } from '../../request';

export type MluviiSession = {
  /** Ours; mluvii knows the chat by it. */
  conversationId: string;
  /** Time of the last activity we sent, milliseconds since 1970: mluvii sorts by time, so each has to be later. */
  lastAt: number;
};

/**
 * The conversation of a handoff at one target: the same on every attempt, so that a repeated opening finds the session the first
 * one made, and another for the next route. Begins with the handoff's id, so that events find it again.
 */
export function conversationIdOf({ id, target }: Pick<HandoffRequest, 'id' | 'target'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted(target)))
    .digest('hex');
  return `${id}.${digest.slice(0, 8)}`;
}

/** The handoff a conversation belongs to; undefined when it is none of ours. */
export function handoffIdOf(conversationId: string): string | undefined {
  return /^(.+)\.[0-9a-f]{8}$/.exec(conversationId)?.[1];
}

function sorted(target: JsonObject): [string, unknown][] {
  return Object.entries(target).sort(([one], [other]) => (one < other ? -1 : 1));
}
