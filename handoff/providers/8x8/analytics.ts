import type { Clock } from '../../../common/clock';
import type { HttpClient, HttpResponse } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import { numberOf, objectOf, objectsOf, wordOf } from '../../../common/jsonMembers';
import type { EightByEightSettings } from './settings';
import { SiblingFailure, toSiblingFailure } from './siblingFailure';

const TIMEOUT_IN_MS = 2_500;
const MAX_PAGES = 5;

/** What statistics tell of a queue; a member is absent when they do not. */
export interface QueueState {
  /** Agents who can take a chat at once. */
  free?: number;
  /** Agents who are there, but busy now. */
  busy?: number;
  waiting?: number;
  averageWaitSeconds?: number;
}

/** The real-time metrics API, version 5. It has a key and secret of its own and hands out short-lived tokens. */
export class Analytics {
  private token: { value: string; until: number } | undefined;

  constructor(
    private readonly settings: EightByEightSettings,
    private readonly http: HttpClient,
    private readonly clock: Clock,
  ) {}

  get isConfigured(): boolean {
    return this.settings.EIGHT_BY_EIGHT_ANALYTICS_KEY !== undefined;
  }

  async readQueue(queueId: string, signal?: AbortSignal): Promise<QueueState> {
    const metrics = 'availableIdle.rt,busy.rt,interactionsWaitInQueue.rt,interactionsAvgWaitTime.int-30m';
    const response = await this.get(`/queues/${encodeURIComponent(queueId)}?metrics=${metrics}`, signal);
    // An object in the specification, a list in the guide.
    const [queue] = objectsOf(response.json);
    const values = new Map(objectsOf(queue?.['metrics']).map((metric) => [wordOf(metric['key']), numberOf(metric['value'])]));
    return toQueueState({
      free: values.get('availableIdle.rt'),
      busy: values.get('busy.rt'),
      waiting: values.get('interactionsWaitInQueue.rt'),
      // Durations are in milliseconds here.
      averageWaitSeconds: perSecond(values.get('interactionsAvgWaitTime.int-30m')),
    });
  }

  /** Names by agent id. */
  async listAgentNames(): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const response = await this.get(`/agents?summary=true&size=1000&page=${page}`);
      for (const agent of objectsOf(response.json)) {
        const [id, name] = [wordOf(agent['id']), wordOf(agent['name'])];
        if (id !== undefined && name !== undefined) names.set(id, name);
      }
      if (page + 1 >= (numberOf(response.headers['x-total-pages']) ?? 1)) break;
    }
    return names;
  }

  private async get(path: string, signal?: AbortSignal): Promise<HttpResponse> {
    const region = this.settings.EIGHT_BY_EIGHT_ANALYTICS_REGION;
    const prefix = region === 'us' ? '' : `/${region}`;
    const response = await this.exchange({
      method: 'GET',
      url: `${this.settings.EIGHT_BY_EIGHT_BASE_URL}${prefix}/analytics/cc/v5/realtime-metrics${path}`,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${await this.accessToken()}`,
        // Another name for the tenant than the chat gateway's.
        'x-tenant-info': this.settings.EIGHT_BY_EIGHT_TENANT,
      },
      ...(signal && { signal }),
    });
    if (response.status === 200) return response;
    if (response.status === 401) this.token = undefined;
    throw new SiblingFailure(response.status);
  }

  private async accessToken(): Promise<string> {
    if (this.token && this.clock.monotonic() < this.token.until) return this.token.value;
    const { EIGHT_BY_EIGHT_ANALYTICS_KEY: key = '', EIGHT_BY_EIGHT_ANALYTICS_SECRET: secret = '' } = this.settings;
    const response = await this.exchange({
      method: 'POST',
      url: `${this.settings.EIGHT_BY_EIGHT_BASE_URL}/oauth/v2/token`,
      headers: {
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    const answer = objectOf(response.json);
    const value = wordOf(answer['access_token']);
    if (response.status !== 200 || value === undefined) throw new SiblingFailure(response.status);
    const lifeInSeconds = numberOf(answer['expires_in']) ?? 600;
    this.token = { value, until: this.clock.monotonic() + Math.max(0, lifeInSeconds - 60) * 1000 };
    return value;
  }

  private exchange(call: Omit<Parameters<HttpClient>[0], 'timeoutInMs'>): Promise<HttpResponse> {
    return this.http({ ...call, timeoutInMs: TIMEOUT_IN_MS }).catch(toSiblingFailure);
  }
}

/** The gateway-style statistics of one queue: hyphenated members, waits in seconds. */
export function fromGatewayStatistics(body: JsonObject): QueueState {
  const [queue = {}] = objectsOf(body['queue']);
  const busy = ['agent-count-busy', 'agent-count-postProcess'].map((name) => numberOf(queue[name]));
  return toQueueState({
    free: numberOf(queue['agent-count-waitTransact']),
    busy: busy.every((count) => count === undefined) ? undefined : busy.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    waiting: numberOf(queue['queue-size']),
    averageWaitSeconds: numberOf(queue['thirty-min-avg-wait-time']),
  });
}

function toQueueState(values: { [K in keyof QueueState]-?: number | undefined }): QueueState {
  const { free, busy, waiting, averageWaitSeconds } = values;
  return {
    ...(free !== undefined && { free }),
    ...(busy !== undefined && { busy }),
    ...(waiting !== undefined && { waiting }),
    ...(averageWaitSeconds !== undefined && { averageWaitSeconds }),
  };
}

function perSecond(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds / 1000);
}
