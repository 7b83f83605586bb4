import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../common/clock';
import { silentLog } from '../../../common/log';
import { type DirectLine, startDirectLine } from '../../../sandbox/direct-line/startDirectLine';

export interface HeardActivity {
  type: string;
  id: string;
  text?: string;
  serviceUrl: string;
  conversation: { id: string };
  from: { id: string };
  recipient: { id: string };
  channelData?: Record<string, unknown>;
  attachments?: { contentType: string; contentUrl: string; name: string }[];
  membersAdded?: { id: string }[];
}

/** A bot of a few lines that answers over the connector, and a Direct Line before it. */
export interface LineRig {
  line: DirectLine;
  heard: HeardActivity[];
  /** What the bot does with a message; answers 200 by default. Resolves with the status to answer. */
  onActivity: (activity: HeardActivity) => Promise<number>;
  /** Calls an operation of clients. */
  call(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown },
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Sends an activity as the bot. */
  say(conversationId: string, activity: Record<string, unknown>, replyToId?: string): Promise<{ status: number; id: string }>;
  stopBot(): Promise<void>;
  startBot(): Promise<void>;
  restartLine(): Promise<void>;
  stop(): Promise<void>;
}

export async function startLine(
  options: { dataFile?: string; clock?: Clock; tokenLifetimeInMs?: number } = {},
): Promise<LineRig> {
  const heard: HeardActivity[] = [];
  let bot: Server;
  let botPort = 0;
  const startBot = async () => {
    bot = createServer((request, response) => {
      void readJson(request).then(async (activity) => {
        heard.push(activity);
        response.statusCode = await rig.onActivity(activity);
        response.end();
      });
    });
    await new Promise<void>((resolve) => bot.listen(botPort, '127.0.0.1', resolve));
    botPort = (bot.address() as AddressInfo).port;
  };
  const stopBot = () =>
    new Promise<void>((resolve) => {
      bot.close(() => resolve());
      bot.closeAllConnections();
    });
  await startBot();
  const startIt = (port: number) =>
    startDirectLine({ port, botUrl: `http://127.0.0.1:${botPort}/api/messages`, log: silentLog, ...options });
  const rig: LineRig = {
    line: await startIt(0),
    heard,
    onActivity: async () => 200,
    call: async (method, path, { token = rig.line.secret, body } = {}) => {
      const response = await fetch(rig.line.url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    say: async (conversationId, activity, replyToId) => {
      const path = `/v3/conversations/${conversationId}/activities${replyToId ? `/${encodeURIComponent(replyToId)}` : ''}`;
      const response = await fetch(new URL(path, rig.line.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(activity),
      });
      return { status: response.status, id: ((await response.json()) as { id: string }).id };
    },
    stopBot,
    startBot,
    restartLine: async () => {
      const { port } = rig.line;
      await rig.line.stop();
      rig.line = await startIt(port);
    },
    stop: async () => {
      await rig.line.stop();
      await stopBot();
    },
  };
  return rig;
}

async function readJson(request: IncomingMessage): Promise<HeardActivity> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as HeardActivity;
}
