import type { JsonObject, JsonValue } from '../../common/json';
import type { ReadRequest } from '../request';
import { type Answer, failures } from './answers';
import { QUEUES } from './options';
import type { State } from './state';

/** Opening hours, statistics and agents' names: the neighboring interfaces a careful client asks before a handoff. */
export class Siblings {
  isStaffed = true;
  /** As the schedule interface tells it: 0 open, -1 closed, or a choice in any of its spellings. */
  scheduleStatus: number | string = 0;
  private readonly tokens = new Set<string>();

  constructor(
    private readonly state: State,
    private readonly credentials: { key: string; secret: string; tenant: string },
    private readonly violate: (violation: string) => void,
  ) {}

  /** The part under `/cc/v1`, which has the gateway's own keys. */
  gatewayStyle(request: ReadRequest, segments: string[]): Answer {
    const [family, ...rest] = segments;
    if (family === 'schedules' && rest.length === 2 && rest[1] === 'status')
      return { status: 200, body: { 'schedule-status': { status: this.scheduleStatus } } };
    if (family === 'stats' && rest[0] === 'rt' && rest[1] === 'queue') {
      const queue = QUEUES.find(({ id }) => id === rest[2]);
      return queue ? { status: 200, body: { queue: this.legacyQueue(queue) } } : failures.notFound();
    }
    this.violate(`no such operation: ${request.method} ${request.path}`);
    return failures.notFound();
  }

  token(request: ReadRequest): Answer {
    const expected = `Basic ${Buffer.from(`${this.credentials.key}:${this.credentials.secret}`).toString('base64')}`;
    if (request.body.toString() !== 'grant_type=client_credentials')
      this.violate('the token is not asked for with client credentials');
    if (request.headers.authorization !== expected)
      return { status: 401, body: { ErrorCode: 'invalid_client', Error: 'Invalid client' } };
    const token = `token-${this.tokens.size + 1}`;
    this.tokens.add(token);
    return { status: 200, body: { access_token: token, token_type: 'BearerToken', expires_in: '1799', status: 'approved' } };
  }

  /** `segments` follow `realtime-metrics`. */
  metrics(request: ReadRequest, segments: string[]): Answer {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!this.tokens.has(token)) return { status: 401, body: { message: 'Unauthorized' } };
    if (request.headers['x-tenant-info'] !== this.credentials.tenant)
      return { status: 400, body: { message: 'Bad request: missing tenant' } };
    const [family, id] = segments;
    if (family === 'agents' && id === undefined) {
      const agents = [...this.state.agents.values()].map(({ id: agentId, name }) => ({ id: agentId, name }));
      return { status: 200, body: agents, headers: { 'x-page': '0', 'x-total-pages': '1' } };
    }
    const queue = QUEUES.find((candidate) => candidate.id === id);
    if (family === 'queues' && queue) return { status: 200, body: [this.metricsOf(queue)] };
    return failures.notFound();
  }

  private legacyQueue({ id, name }: { id: string; name: string }): JsonObject {
    return {
      'queue-id': Number(id),
      'queue-name': name,
      'media-type': 'chat',
      'queue-size': this.waiting(id),
      'thirty-min-avg-wait-time': 45,
      'agent-count-waitTransact': this.isStaffed ? '2' : 0,
      'agent-count-busy': 0,
      'agent-count-postProcess': 0,
      'agent-count-onBreak': 1,
      'agent-count-loggedOut': 7,
    };
  }

  private metricsOf({ id, name }: { id: string; name: string }): JsonValue {
    return {
      id,
      name,
      metrics: [
        { key: 'availableIdle.rt', value: this.isStaffed ? 2 : 0 },
        { key: 'busy.rt', value: '0' },
        { key: 'interactionsWaitInQueue.rt', value: this.waiting(id) },
        { key: 'interactionsAvgWaitTime.int-30m', value: null },
      ],
    };
  }

  private waiting(queueId: string): number {
    const all = [...this.state.conversations.values()];
    return all.filter((chat) => chat.state === 'active' && !chat.agent && chat.queueId === queueId).length;
  }
}
