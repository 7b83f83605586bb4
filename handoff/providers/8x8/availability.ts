import type { Clock } from '../../../common/clock';
import type { HttpClient } from '../../../common/http';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { numberOf, objectOf, textOf, wordOf } from '../../../common/jsonMembers';
import { errorCode, type Log } from '../../../common/log';
import type { Availability } from '../../provider';
import { type Analytics, fromGatewayStatistics, type QueueState } from './analytics';
import type { EightByEightSettings } from './settings';
import { SiblingFailure, toSiblingFailure } from './siblingFailure';
import { TimedCache } from './timedCache';

const TIMEOUT_IN_MS = 2_500;
/** The vendor refreshes its figures every 5 to 10 seconds. */
const KEEP_IN_MS = 10_000;
const KEEP_FAILURE_IN_MS = 5_000;

/** Asks before a handoff whether the center is open and somebody works on the queue. */
export class AvailabilityCheck {
  private readonly schedules: TimedCache<boolean>;
  private readonly queues: TimedCache<QueueState>;

  constructor(
    private readonly settings: EightByEightSettings,
    private readonly http: HttpClient,
    clock: Clock,
    private readonly log: Log,
    private readonly analytics: Analytics,
  ) {
    this.schedules = new TimedCache(clock, KEEP_IN_MS, KEEP_FAILURE_IN_MS);
    this.queues = new TimedCache(clock, KEEP_IN_MS, KEEP_FAILURE_IN_MS);
  }

  /** A check that fails counts as the settings say; a "no" of the other check holds all the same. */
  async check(target: JsonObject): Promise<Availability> {
    const [isOpen, queue] = await Promise.all([
      this.attempt('schedule', () => this.isOpen()),
      this.attempt('statistics', () => this.readQueue(wordOf(target['queueId']))),
    ]);
    if (isOpen === false) return { available: false, reason: 'closed' };
    const staffing = queue && queue !== 'failed' ? staffingOf(queue, this.settings.EIGHT_BY_EIGHT_QUEUE_LIMIT) : undefined;
    if (staffing?.available === false) return staffing;
    const hasFailed = isOpen === 'failed' || queue === 'failed';
    if (hasFailed && this.settings.EIGHT_BY_EIGHT_AVAILABILITY === 'fail-closed') return { available: false };
    return staffing ?? { available: true };
  }

  private async attempt<T>(check: string, ask: () => Promise<T>): Promise<T | 'failed'> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof SiblingFailure && error.isRefusal)
        this.log.error('The API key may not make the availability check: its app lacks a product', { check, status: error.code });
      else this.log.warn('The availability check failed', { check, code: errorCode(error) });
      return 'failed';
    }
  }

  private async isOpen(): Promise<boolean | undefined> {
    const id = this.settings.EIGHT_BY_EIGHT_SCHEDULE_ID;
    if (id === undefined) return undefined;
    return this.schedules.get(id, async () => {
      const body = await this.read(`/cc/v1/schedules/${encodeURIComponent(id)}/status`);
      const status = scheduleStatus(objectOf(body['schedule-status'])['status']);
      if (status === undefined) throw new SiblingFailure('unreadable');
      return status === 0 || this.settings.EIGHT_BY_EIGHT_OPEN_CHOICES.includes(String(status));
    });
  }

  private async readQueue(queueId: string | undefined): Promise<QueueState | undefined> {
    const source = this.settings.EIGHT_BY_EIGHT_STATISTICS;
    // A script decides on the queue itself.
    if (source === 'off' || queueId === undefined) return undefined;
    return this.queues.get(queueId, async () => {
      const state =
        source === 'analytics'
          ? await this.analytics.readQueue(queueId)
          : fromGatewayStatistics(await this.read(`/cc/v1/stats/rt/queue/${encodeURIComponent(queueId)}`));
      if (state.free === undefined) throw new SiblingFailure('unreadable');
      return state;
    });
  }

  private async read(path: string): Promise<JsonObject> {
    const response = await this.http({
      method: 'GET',
      url: `${this.settings.EIGHT_BY_EIGHT_BASE_URL}${path}`,
      headers: {
        accept: 'application/json',
        'x-api-key': this.settings.EIGHT_BY_EIGHT_API_KEY,
        'x-8x8-tenant': this.settings.EIGHT_BY_EIGHT_TENANT,
      },
      timeoutInMs: TIMEOUT_IN_MS,
    }).catch(toSiblingFailure);
    if (response.status !== 200) throw new SiblingFailure(response.status);
    if (!isJsonObject(response.json)) throw new SiblingFailure('unreadable');
    return response.json;
  }
}

/** 0 is open, -1 closed, 1 to 6 a choice of the tenant's, which clients saw as number, numeral and "Choice #1". */
export function scheduleStatus(value: JsonValue | undefined): number | undefined {
  const choice = /^Choice #(\d+)$/i.exec(textOf(value)?.trim() ?? '');
  return choice ? Number(choice[1]) : numberOf(value);
}

/** Somebody is there who is free or will be after the current chat, and the queue is not too long. */
function staffingOf(queue: QueueState, limit: number | undefined): Availability {
  const isStaffed = (queue.free ?? 0) + (queue.busy ?? 0) > 0;
  const isFull = limit !== undefined && (queue.waiting ?? 0) >= limit;
  if (!isStaffed || isFull) return { available: false, reason: 'noAgents' };
  // A free agent means no wait, whatever the average of the last half hour was.
  const wait = (queue.free ?? 0) > 0 ? 0 : queue.averageWaitSeconds;
  return { available: true, ...(wait !== undefined && { estimatedWaitSeconds: wait }) };
}
