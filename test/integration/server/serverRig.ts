import { connect } from 'node:net';
import type { Activity, TurnContext } from 'botbuilder';
import { BotAdapter } from '../../../bot/adapter';
import { type BotServer, createServer, type ServerOptions } from '../../../bot/server/createServer';
import { createSignedLinks, type SignedLinks } from '../../../bot/signedLinks';
import { systemClock } from '../../../common/clock';
import { createHttpClient } from '../../../common/http';
import { silentLog } from '../../../common/log';

export interface ServerRig {
  port: number;
  url: string;
  server: BotServer;
  links: SignedLinks;
  heard: Activity[];
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Sends bytes as they are and resolves with all that comes back until the connection ends. */
  raw(text: string | Buffer): Promise<string>;
  stop(): Promise<void>;
}

/** A server with authentication off whose bot only listens, unless the test says otherwise. */
export async function startServer(options: Partial<ServerOptions> = {}): Promise<ServerRig> {
  const http = createHttpClient();
  const identity = { appType: 'SingleTenant' as const, allowedCallers: [] };
  const heard: Activity[] = [];
  const links = createSignedLinks(['a key for the tests that is long enough']);
  const server = createServer({
    settings: { mode: 'sandbox', host: '127.0.0.1', publicUrl: 'http://localhost:3978', shutdownTimeoutInMs: 1_000 },
    log: silentLog,
    adapter: new BotAdapter({ identity, http, clock: systemClock, sendTimeoutInMs: 1_000 }),
    runTurn: async (context: TurnContext) => {
      heard.push(context.activity);
    },
    links,
    ...options,
  });
  const port = await server.start(0);
  const url = `http://127.0.0.1:${port}`;
  return {
    port,
    url,
    server,
    links,
    heard,
    post: (body, headers) =>
      fetch(`${url}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    raw: (text) =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        let received = '';
        socket.on('data', (chunk) => {
          received += chunk.toString('latin1');
          if (/^HTTP\/1\.1 \d+[\s\S]*\r\n\r\n/.test(received)) socket.end();
        });
        socket.on('close', () => resolve(received));
        socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve(received) : reject(error)));
      }),
    stop: async () => {
      await server.stop();
      await http.close();
    },
  };
}

/** A message as a channel sends it. */
export function message(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'message',
    id: 'a1',
    channelId: 'directline',
    serviceUrl: 'http://127.0.0.1:9/',
    conversation: { id: 'c1' },
    from: { id: 'u1' },
    recipient: { id: 'bot' },
    text: 'hello',
    timestamp: '2026-01-05T09:00:00.000Z',
    ...changes,
  };
}
