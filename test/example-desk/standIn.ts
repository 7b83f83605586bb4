import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import type { DeskChat, DeskEntry, StandInDesk } from '../../sandbox/desk';
import { Faults, withFaults } from '../../sandbox/faults';

const queues = [
  { id: 'cards', name: 'Cards' },
  { id: 'complaints', name: 'Complaints' },
];
const retryInMs = 20;

/** The desk itself, as strict as its documentation: what the provider does wrong is a violation, and fails the test. */
export async function startTinCan(options: { key: string; secret: string }) {
  const chats = new Map<string, DeskChat & { correlation: string }>();
  const listeners = new Set<() => void>();
  const violations: string[] = [];
  const faults = new Faults();
  let webhook = '';
  let isOpen = true;
  let { secret } = options;
  const deliveries = new Map<string, Promise<void>>();

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const find = (id: string) => {
    const chat = chats.get(id);
    if (!chat) throw new Error(`There is no chat ${id}.`);
    return chat;
  };
  const note = (chat: DeskChat, from: DeskEntry['from'], text: string, id: string = randomUUID()) => {
    chat.entries.push({ id, at: new Date().toISOString(), from, text });
    changed();
  };

  function sign(body: Buffer, sentAt = Date.now(), by = secret): Record<string, string> {
    const signature = createHmac('sha256', by).update(`${sentAt}.`).update(body).digest('hex');
    return { 'x-sent-at': String(sentAt), 'x-signature': signature };
  }

  /** Tells the other side, again and again until it says that it has it; the events of one chat in their order. */
  function tell(chat: DeskChat & { correlation: string }, event: string, more: JsonObject = {}): Promise<void> {
    const body = {
      event,
      eventId: randomUUID(),
      chat: chat.id,
      correlation: chat.correlation,
      at: new Date().toISOString(),
      ...more,
    };
    const bytes = Buffer.from(JSON.stringify(body));
    const deliver = async (): Promise<void> => {
      while (isOpen) {
        const answer = await fetch(`${webhook}/events`, { method: 'POST', headers: sign(bytes), body: new Uint8Array(bytes) });
        if (answer.ok) return;
        await new Promise((resolve) => setTimeout(resolve, retryInMs));
      }
    };
    const delivered = (deliveries.get(chat.id) ?? Promise.resolve()).then(deliver);
    deliveries.set(chat.id, delivered);
    return delivered;
  }

  function open(body: JsonObject): { status: number; body: JsonObject } {
    const { correlation, queue, topic, customer, details, past } = body;
    if (
      typeof correlation !== 'string' ||
      !queues.some(({ id }) => id === queue) ||
      !isJsonObject(details) ||
      !Array.isArray(past)
    ) {
      violations.push('a chat without correlation, queue, details or past');
      return { status: 422, body: {} };
    }
    const at = new Date().toISOString();
    const earlier = past.filter(isJsonObject).map((one): DeskEntry => {
      return {
        id: randomUUID(),
        at: String(one['at']),
        from: one['from'] as DeskEntry['from'],
        text: String(one['text']),
        isEarlier: true,
      };
    });
    const chat = {
      id: randomUUID(),
      desk: 'tin-can',
      state: 'waiting' as const,
      customerName: String(customer),
      topic: String(topic),
      queue: String(queue),
      since: at,
      customerIsTyping: false,
      details: Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)])),
      entries: earlier,
      correlation,
    };
    chats.set(chat.id, chat);
    changed();
    return { status: 201, body: { id: chat.id } };
  }

  function answer(method: string, path: string, body: JsonObject): { status: number; body?: JsonObject } {
    if (method === 'POST' && path === '/chats') return open(body);
    const [, , id = '', rest] = path.split('/');
    const chat = chats.get(id);
    if (!chat) return { status: 404 };
    if (chat.state === 'ended') return { status: 410 };
    if (method === 'POST' && rest === 'messages') {
      const { id: messageId, text } = body;
      if (typeof messageId !== 'string' || typeof text !== 'string' || text === '') {
        violations.push('a message without id or text');
        return { status: 422 };
      }
      if (!chat.entries.some((entry) => entry.id === messageId)) note(chat, 'customer', text, messageId);
      return { status: 201 };
    }
    if (method === 'DELETE' && rest === undefined) {
      chat.state = 'ended';
      changed();
      return { status: 204 };
    }
    violations.push(`no such call: ${method} ${path}`);
    return { status: 404 };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.headers.authorization !== `Bearer ${options.key}`) {
      violations.push('a call without the key');
      response.writeHead(401).end();
      return;
    }
    const body = parseJson(Buffer.concat(chunks).toString('utf8'));
    const { status, body: text } = answer(request.method ?? '', request.url ?? '', isJsonObject(body) ? body : {});
    response.writeHead(status, { 'content-type': 'application/json' }).end(text && JSON.stringify(text));
  }

  const server = createServer((request, response) => {
    withFaults(faults, request, response, () => handle(request, response)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  /** What the desk's agents can do. */
  const desk: StandInDesk = {
    name: 'tin-can',
    title: 'Tin Can',
    features: { typing: false, transfer: true, sendFile: false, requestFile: false, sendCard: false },
    isStaffed: () => true,
    setStaffed: () => undefined,
    queues: () => queues,
    chats: () => [...chats.values()].map((chat) => structuredClone(chat)),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async accept(chatId, agentName) {
      const chat = find(chatId);
      Object.assign(chat, { state: 'active', agentName });
      changed();
      await tell(chat, 'joined', { agent: agentName });
    },
    async decline(chatId) {
      const chat = find(chatId);
      chat.state = 'ended';
      changed();
      await tell(chat, 'declined');
    },
    async say(chatId, text) {
      const chat = find(chatId);
      note(chat, 'agent', text);
      await tell(chat, 'said', { text, ...(chat.agentName && { agent: chat.agentName }) });
    },
    typing: async () => undefined,
    async transfer(chatId, queueId) {
      const chat = find(chatId);
      Object.assign(chat, { state: 'waiting', queue: queueId });
      changed();
      await tell(chat, 'passed', { text: queueId });
    },
    async end(chatId) {
      const chat = find(chatId);
      chat.state = 'ended';
      changed();
      await tell(chat, 'ended');
    },
  };

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    desk,
    faults,
    violations,
    sign,
    connect: (url: string) => {
      webhook = url;
    },
    setSecret: (next: string) => {
      secret = next;
    },
    emit: (chatId: string, event: string) => tell(find(chatId), event),
    async close() {
      isOpen = false;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.allSettled([closed, ...deliveries.values()]);
      // The other side learns of its cut connections in the next rounds of the loop.
      for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
