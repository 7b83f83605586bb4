import type { Clock } from '../../../common/clock';
import type { JsonObject } from '../../../common/json';
import { numberOf, objectsOf } from '../../../common/jsonMembers';
import type { Availability } from '../../provider';
import type { AppsApi } from './client';
import { toLanguage } from './language';
import type { CcaipSettings } from './settings';
import { readTarget } from './target';
import { idOf } from './wire';

/** Many customers may ask at once, and requests are few. */
const KEEP_IN_MS = 5_000;
const MAX_KEPT = 1_000;

/** Asks before a handoff how long a queue's customers wait and who is there. */
export class AvailabilityCheck {
  private readonly kept = new Map<string, { until: number; answer: Promise<Availability> }>();

  constructor(
    private readonly api: AppsApi,
    private readonly settings: CcaipSettings,
    private readonly clock: Clock,
  ) {}

  check(target: JsonObject, language: string, signal: AbortSignal): Promise<Availability> {
    const { menuId, menuType } = readTarget(target);
    const lang = toLanguage(language, this.settings.CCAIP_LANGUAGES);
    const key = `${menuType} ${menuId} ${lang}`;
    const known = this.kept.get(key);
    if (known && this.clock.monotonic() < known.until) return known.answer;
    const answer = this.ask({ lang, menu_id: String(menuId), menu_type: menuType, channel_type: 'chat' }, menuId, signal);
    if (this.kept.size >= MAX_KEPT) this.kept.clear();
    this.kept.set(key, { until: this.clock.monotonic() + KEEP_IN_MS, answer });
    answer.catch(() => this.kept.delete(key));
    return answer;
  }

  private async ask(query: Record<string, string>, menuId: number, signal: AbortSignal): Promise<Availability> {
    const queues = objectsOf(await this.api.waitTimes(query, signal));
    const queue = queues.find((entry) => idOf(entry['menu_id']) === menuId) ?? (queues.length === 1 ? queues[0] : undefined);
    return toAvailability(queue ?? {});
  }
}

/**
 * Nobody logged in is nobody there; whether somebody is free now only matters for how long it takes. A queue the answer tells
 * nothing of counts as available: what the desk says to the handoff itself decides.
 */
export function toAvailability(queue: JsonObject): Availability {
  if (numberOf(queue['logged_in_agents']) === 0) return { available: false, reason: 'noAgents' };
  const isFree = (numberOf(queue['available_agents']) ?? 0) > 0;
  const wait = numberOf(queue['chat']);
  if (isFree || wait === undefined || wait < 0) return { available: true };
  return { available: true, estimatedWaitSeconds: Math.round(wait) };
}
