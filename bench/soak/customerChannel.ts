import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import type { Balancer } from './balancer';
import { pause } from './pause';

/** The plain Bot Framework channel: takes what the bot says, and brings it what customers say until it is taken. */
export interface CustomerChannel {
  readonly url: string;
  /** Posts an activity, again and again with the same id while no instance takes it. Throws when the bot refuses it for good. */
  post(conversation: string, activity: JsonObject): Promise<void>;
  /** Posts that were repeated. */
  readonly repeats: number;
  close(): Promise<void>;
}

const pathOf = /^\/v3\/conversations\/([^/]+)\/activities(?:\/[^/]+)?$/;

/** Starts it. `onActivity` gets everything that is sent to a conversation, in the order of arrival. */
export async function startCustomerChannel(
  balancer: () => Balancer,
  onActivity: (conversation: string, activity: JsonObject) => void,
): Promise<CustomerChannel> {
  let activities = 0;
  let repeats = 0;
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, conversation] = pathOf.exec(request.url ?? '') ?? [];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const activity = parseJson(Buffer.concat(chunks).toString('utf8'));
    if (request.method !== 'POST' || conversation === undefined || !isJsonObject(activity)) {
      response.writeHead(404).end();
      return;
    }
    activities += 1;
    onActivity(decodeURIComponent(conversation), activity);
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id: `b${activities}` }));
  };
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let posted = 0;

  return {
    url,
    get repeats() {
      return repeats;
    },
    post: async (conversation, activity) => {
      posted += 1;
      const body = JSON.stringify({
        type: 'message',
        id: `c${posted}`,
        timestamp: new Date().toISOString(),
        channelId: 'directline',
        serviceUrl: url,
        from: { id: `customer-${conversation}` },
        recipient: { id: 'bot' },
        conversation: { id: conversation },
        locale: 'en',
        ...activity,
      });
      for (let attempt = 1; !(await isTaken(balancer(), body)); attempt += 1) {
        repeats += 1;
        await pause(Math.min(2_000, 200 * attempt));
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function isTaken(balancer: Balancer, body: string): Promise<boolean> {
  let status: number;
  try {
    ({ status } = await balancer.send('/api/messages', { 'content-type': 'application/json' }, body));
  } catch {
    // No answer: whether it was taken is not known, and the same activity id makes a repeat harmless.
    return false;
  }
  if (status >= 400 && status < 500) throw new Error(`The bot refused an activity with ${status}.`);
  return status < 300;
}
