import { isJsonObject, type JsonObject } from '../../../common/json';
import type { HandoffError } from '../../errors';
import type { Availability } from '../../provider';
import type { LiveAgentClient } from './client';
import { failure } from './errors';
import { toShortId } from './ids';
import { type LiveAgentTarget, targetOf } from './target';
import { findMessage, numberOf, readAnswer, textOf } from './wire';

/** Asks whether the target would be served now. Advisory: the request may still be refused. */
export async function checkTarget(client: LiveAgentClient, given: JsonObject, signal: AbortSignal): Promise<Availability> {
  const target = targetOf(given);
  const response = await client.availability(idsOf(target), signal);
  const message = response.status === 200 ? findMessage(readAnswer(response.json), 'Availability') : undefined;
  if (!message) throw response.status === 200 ? unreadable() : client.openingFailure(response);
  const results = readResults(message);
  const served = chosen(target, results);
  if (!served) return { available: false, reason: 'noAgents' };
  const wait = numberOf(served, 'estimatedWaitTime');
  return { available: true, ...(wait !== undefined && wait >= 0 && { estimatedWaitSeconds: wait }) };
}

/** Combined entries cannot be asked about; their parts can. */
function idsOf(target: LiveAgentTarget): string[] {
  const ids = target.buttonOverrides?.flatMap((entry) => entry.split('_')) ?? [
    target.buttonId,
    ...(target.agentId ? [target.agentId] : []),
  ];
  return [...new Set(ids)];
}

function readResults(message: JsonObject): Map<string, JsonObject> {
  const results = Array.isArray(message['results']) ? message['results'].filter(isJsonObject) : [];
  return new Map(results.map((result) => [toShortId(textOf(result, 'id') ?? ''), result]));
}

/** The result of whoever would get the chat; an absent `isAvailable` means not available. */
function chosen(target: LiveAgentTarget, results: Map<string, JsonObject>): JsonObject | undefined {
  const free = (id: string) => {
    const result = results.get(id);
    return result?.['isAvailable'] === true ? result : undefined;
  };
  if (target.buttonOverrides)
    return target.buttonOverrides
      .flatMap((entry) => entry.split('_'))
      .map(free)
      .find(Boolean);
  if (!target.agentId) return free(target.buttonId);
  return free(target.agentId) ?? (target.fallback ? free(target.buttonId) : undefined);
}

function unreadable(): HandoffError {
  return failure({
    code: 'unavailable',
    retriable: false,
    delivered: 'no',
    detail: 'backend not available, not an availability answer',
  });
}
