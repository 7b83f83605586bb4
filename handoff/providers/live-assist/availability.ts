import type { JsonObject } from '../../../common/json';
import type { Availability } from '../../provider';
import type { LiveAssistClient } from './client';
import { fromStatus, unreadable } from './errors';
import { targetOf } from './target';
import { readAvailability } from './wire';

/**
 * Whether somebody with the skill is online; an unknown skill is a `HandoffError`. A long queue is no reason for "no":
 * the desk says nothing about it here.
 */
export async function checkTarget(
  client: LiveAssistClient,
  target: JsonObject,
  now: () => number,
  signal: AbortSignal,
): Promise<Availability> {
  const response = await client.availability(targetOf(target).skill, signal);
  if (response.status !== 200) throw fromStatus(response, now());
  const available = readAvailability(response.json);
  if (available === undefined) throw unreadable('no availability');
  return available ? { available } : { available, reason: 'noAgents' };
}
