import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../common/clock';
import { createHttpClient } from '../../common/http';
import { errorCode, type Log } from '../../common/log';
import { Faults, withFaults } from '../faults';
import { ClientRoutes } from './clientRoutes';
import { ConnectorRoutes } from './connectorRoutes';
import { Conversations } from './conversations';
import { Delivery } from './delivery';
import { answer, answerError, DirectLineError, type Exchange } from './exchange';
import { Streams } from './stream';
import { Tokens } from './tokens';

export interface DirectLineOptions {
  /** 0 chooses a free one. */
  port: number;
  /** The bot's messaging endpoint, such as `http://127.0.0.1:3978/api/messages`. */
  botUrl: string;
  log: Log;
  /** Where conversations are kept, so that they go on after a restart; nowhere without. */
  dataFile?: string;
  clock?: Clock;
  /** 30 minutes by default. */
  tokenLifetimeInMs?: number;
}

/** A Direct Line that runs. */
export interface DirectLine {
  port: number;
  /** The address clients use (`…/v3/directline`). */
  url: string;
  /** What `tokens/generate` is called with. */
  secret: string;
  /** Misbehavior planned for requests of clients and of the bot. */
  faults: Faults;
  /** Ends all connections; resolves when the port is free. Twice is fine. */
  stop(): Promise<void>;
}

/**
 * Starts a Direct Line 3.0 of our own on the loopback: the channel between the customer page and the bot when there is
 * no Azure Bot Service. Speaks with clients by web socket or polling, and is the bot's connector at the same address.
 */
export async function startDirectLine(options: DirectLineOptions): Promise<DirectLine> {
  const clock = options.clock ?? systemClock;
  const conversations = new Conversations(clock, options.dataFile);
  const tokens = new Tokens(conversations.key, clock, options.tokenLifetimeInMs ?? 30 * 60_000);
  const http = createHttpClient();
  const stopped = new AbortController();
  const bot = { id: 'switchboard', name: 'Switchboard' };
  const server = createServer();
  const ownUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const delivery = new Delivery({ botUrl: options.botUrl, http, clock, log: options.log, signal: stopped.signal });
  const clientRoutes = new ClientRoutes({ conversations, tokens, delivery, clock, ownUrl, bot });
  const connectorRoutes = new ConnectorRoutes({ conversations, clock, bot });
  const streams = new Streams(conversations, tokens, clock);

  const faults = new Faults();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const exchange = toExchange(request, response);
      await withFaults(faults, request, response, () => route(exchange, { clientRoutes, connectorRoutes, conversations }));
    } catch (error) {
      if (error instanceof DirectLineError) return answerError(response, error);
      options.log.error('the direct line failed', { code: errorCode(error) });
      answerError(response, new DirectLineError(500, 'ServiceError', 'The direct line failed.'));
    }
  };
  server.on('request', (request, response) => void handle(request, response));
  server.on('upgrade', (request, socket, head) => streams.upgrade(request, socket, head));
  await listen(server, options.port);

  let stopping: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port,
    url: `${ownUrl()}/v3/directline`,
    secret: conversations.secret,
    faults,
    stop: () => {
      stopping ??= new Promise<void>((resolve) => {
        stopped.abort();
        streams.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }).then(() => http.close());
      return stopping;
    },
  };
}

interface Routes {
  clientRoutes: ClientRoutes;
  connectorRoutes: ConnectorRoutes;
  conversations: Conversations;
}

async function route(exchange: Exchange, routes: Routes): Promise<void> {
  const { request, response, path } = exchange;
  const [version, side, ...rest] = path;
  response.setHeader('cache-control', 'no-store');
  if (version === 'v3' && side === 'conversations') return routes.connectorRoutes.handle({ ...exchange, path: rest });
  if (version !== 'v3' || side !== 'directline') throw new DirectLineError(404, 'NotFound', 'There is nothing here.');
  // Pages of any origin may use Direct Line: what protects it is the token.
  response.setHeader('access-control-allow-origin', '*');
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
    response.setHeader('access-control-allow-headers', 'authorization, content-type, x-ms-bot-agent, x-requested-with');
    response.setHeader('access-control-max-age', '3600');
    return answer(response, 204);
  }
  if (rest[0] === 'attachments') return serveFile(exchange, routes.conversations, rest[1] ?? '');
  return routes.clientRoutes.handle({ ...exchange, path: rest });
}

const shownTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'audio/mpeg', 'audio/ogg', 'video/mp4']);

function serveFile({ request, response }: Exchange, conversations: Conversations, id: string): void {
  const file = request.method === 'GET' || request.method === 'HEAD' ? conversations.findFile(id) : undefined;
  if (!file) throw new DirectLineError(404, 'AttachmentNotFound', 'There is no such file.');
  response.writeHead(200, {
    'content-type': file.contentType,
    'content-length': file.bytes.length,
    'content-disposition': `${shownTypes.has(file.contentType) ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

function toExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const host = request.headers.host ?? '';
  // A name of somebody's own that leads to the loopback is how a foreign web page would get here.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host))
    throw new DirectLineError(421, 'BadArgument', 'This server has another name.');
  let url: URL;
  try {
    url = new URL(request.url ?? '/', 'http://localhost');
    decodeURIComponent(url.pathname);
  } catch {
    // That it does not parse is all there is to know.
    throw new DirectLineError(400, 'BadArgument', 'The address is not valid.');
  }
  return { request, response, path: url.pathname.split('/').slice(1), query: url.searchParams };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
