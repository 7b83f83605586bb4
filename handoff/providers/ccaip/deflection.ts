import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { objectOf, wordOf } from '../../../common/jsonMembers';
import { idOf } from './wire';

/** A chat was turned away: nobody is there, or too many wait. */
export interface Deflection {
  reason: 'after_hours' | 'over_capacity' | 'unknown';
  escalationId: number | undefined;
  /** What the platform offers; empty when it does not say. */
  options: string[];
}

/**
 * Reads a deflection from an event. Neither the event's name nor its body is documented, only that reason and options are in
 * it: so it is told by its words, wherever in the first levels they stand.
 */
export function readDeflection(type: string, body: JsonObject): Deflection | undefined {
  const places = [body, ...Object.values(body).flatMap(nested)];
  const reasons = places.flatMap(reasonsIn);
  const isNamed = /deflect/.test(type);
  const isTold = /escalat/.test(type) && (reasons.length > 0 || places.some((place) => hasOwn(place, /deflect/i)));
  if (!isNamed && !isTold) return undefined;
  const isOverCapacity = reasons.some((reason) => reason === 'over_capacity');
  return {
    reason: isOverCapacity ? 'over_capacity' : reasons.includes('after_hours') ? 'after_hours' : 'unknown',
    escalationId: escalationIdIn(body, places),
    options: places.flatMap(optionsIn),
  };
}

/** Whether waiting for a person is possible: the platform allows it for want of capacity only. */
export function canWait({ reason, escalationId, options }: Deflection): boolean {
  return reason === 'over_capacity' && escalationId !== undefined && (options.length === 0 || options.includes('human_agent'));
}

function nested(value: JsonValue): JsonObject[] {
  const items = Array.isArray(value) ? value : [value];
  return items.filter(isJsonObject).flatMap((item) => [item, ...Object.values(item).filter(isJsonObject)]);
}

function reasonsIn(place: JsonObject): ('after_hours' | 'over_capacity')[] {
  return Object.entries(place).flatMap(([key, value]) => {
    if (typeof value !== 'string' || !/reason|status|type|deflect/i.test(key)) return [];
    if (/over[\s_-]?capacity/i.test(value)) return ['over_capacity' as const];
    return /after[\s_-]?hours?/i.test(value) ? ['after_hours' as const] : [];
  });
}

function optionsIn(place: JsonObject): string[] {
  return Object.entries(place)
    .filter(([key]) => /option|channels/i.test(key))
    .flatMap(([, value]) => (Array.isArray(value) ? value : []))
    .flatMap((item) => {
      if (!isJsonObject(item)) return wordOf(item) ?? [];
      return wordOf(item['deflection_channel']) ?? wordOf(item['channel']) ?? wordOf(item['type']) ?? wordOf(item['name']) ?? [];
    })
    .map((option) => option.toLowerCase());
}

function escalationIdIn(body: JsonObject, places: JsonObject[]): number | undefined {
  const named = places.map((place) => idOf(place['escalation_id'])).find((id) => id !== undefined);
  return named ?? idOf(objectOf(body['escalation'])['id']) ?? idOf(body['id']);
}

function hasOwn(place: JsonObject, pattern: RegExp): boolean {
  return Object.keys(place).some((key) => pattern.test(key));
}
