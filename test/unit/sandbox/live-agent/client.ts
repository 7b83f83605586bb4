import type { JsonObject } from '../../../../common/json';
import type { LiveAgentStandIn } from '../../../../sandbox/live-agent';

export interface Answer {
  status: number;
  text: string;
  /** Types of the events, in order. */
  types: string[];
  json: { messages?: { type: string; message: JsonObject }[]; sequence?: number; offset?: number };
}

/** A hand-driven client that can break every rule. */
export class RawClient {
  id = '';
  key = '';
  affinity = '';
  sequence = 0;

  constructor(private readonly standIn: LiveAgentStandIn) {}

  async call(method: string, path: string, headers: Record<string, string> = {}, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.standIn.url}/chat/rest/${path}`, {
      method,
      headers: {
        'X-LIVEAGENT-API-VERSION': '49',
        ...(this.affinity && { 'X-LIVEAGENT-AFFINITY': this.affinity }),
        ...(this.key && { 'X-LIVEAGENT-SESSION-KEY': this.key }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = (text.startsWith('{') ? JSON.parse(text) : {}) as Answer['json'];
    return { status: response.status, text, json, types: (json.messages ?? []).map(({ type }) => type) };
  }

  async start(): Promise<this> {
    const { json } = await this.call('GET', 'System/SessionId', { 'X-LIVEAGENT-AFFINITY': 'null' });
    const session = json as unknown as { id: string; key: string; affinityToken: string };
    this.id = session.id;
    this.key = session.key;
    this.affinity = session.affinityToken;
    return this;
  }

  initBody(changes: JsonObject = {}): JsonObject {
    return {
      organizationId: '00D000000000001',
      deploymentId: '572000000000001',
      buttonId: '573000000000001',
      sessionId: this.id,
      userAgent: 'test',
      language: 'en-US',
      screenResolution: 'n/a',
      visitorName: 'Visitor',
      prechatDetails: [{ label: 'Topic', value: 'Cards', transcriptFields: [], displayToAgent: true, entityMaps: [] }],
      prechatEntities: [],
      receiveQueueUpdates: true,
      isPost: true,
      ...changes,
    };
  }

  /** A POST under the next number, or under one given. */
  post(resource: string, body: JsonObject = {}, sequence = this.sequence + 1): Promise<Answer> {
    this.sequence = Math.max(this.sequence, sequence);
    return this.call('POST', `Chasitor/${resource}`, { 'X-LIVEAGENT-SEQUENCE': String(sequence) }, body);
  }

  poll(ack = -1): Promise<Answer> {
    return this.call('GET', `System/Messages?ack=${ack}`);
  }

  /** Up to an agent who accepted; the last acknowledged answer is the second. */
  async connect(): Promise<this> {
    await this.start();
    await this.post('ChasitorInit', this.initBody());
    await this.poll();
    await this.standIn.desk.accept(this.id, 'Grace');
    await this.poll(1);
    return this;
  }
}
