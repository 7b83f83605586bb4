import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TurnContext } from 'botbuilder';
import pino from 'pino';
import restify, { type Request, type Response, type Server } from 'restify';
import { type Clock, systemClock } from '../../common/clock';
import { KeyedQueue } from '../../common/keyedQueue';
import { errorCode, type Log } from '../../common/log';
import type { InboundEvent, WebhookInbound } from '../../handoff/provider';
import type { BotAdapter } from '../adapter';
import type { Settings } from '../settings';
import { maxTokenLength, type SignedLinks } from '../signedLinks';
import { type Acceptors, createAcceptors } from './acceptors';
import type { AddRoute } from './addRoute';
import { Admission, type AdmissionLimits } from './admission';
import { safely } from './answer';
import { type ArticleRouteOptions, createArticleRoute } from './articleRoute';
import { createFileRoute, type FileFetcher } from './fileRoute';
import { createGuard, findRefusal } from './guard';
import { type HealthCheck, HealthRoutes } from './healthRoutes';
import { measured } from './measured';
import { mendWriteHead } from './mendWriteHead';
import { createMessagesRoute } from './messagesRoute';
import { SenderRate } from './senderRate';
import { createWebhookRoute } from './webhookRoute';

/** Takes over an upgraded connection (a web socket) whose path begins with the key it was registered under. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface ServerOptions {
  settings: Pick<Settings, 'mode' | 'host' | 'publicUrl' | 'shutdownTimeoutInMs'>;
  log: Log;
  adapter: Pick<BotAdapter, 'authenticate' | 'runTurn'>;
  /** What the bot does with a turn. */
  runTurn(context: TurnContext): Promise<void>;
  /** Turns of one conversation follow one another in here, keyed by `conversationKey`; one of its own by default. */
  turns?: Pick<KeyedQueue, 'run'>;
  /** Whether a turn failed because the store cannot be reached (503, the channel comes again) rather than by a fault (500). */
  isUnavailable?(error: unknown): boolean;
  /** Whether `/readyz` is to send traffic to other instances; false when absent. */
  isDraining?(): boolean;
  /** Parts that `/readyz` reports, by name. */
  health?: Readonly<Record<string, HealthCheck>>;
  /** The inbound side of each provider that is called by its desk, by provider name. */
  webhooks?: ReadonlyMap<string, WebhookInbound>;
  /** Resolves when the events are written down; a rejection makes the desk come again. */
  onEvents?(provider: string, events: InboundEvent[]): Promise<void>;
  links: SignedLinks;
  articles?: Pick<ArticleRouteOptions, 'find' | 'markRead'>;
  fetchFile?: FileFetcher;
  /** Further routes: pages, operator, sandbox. */
  routes?(add: AddRoute): void;
  /** Web socket routes by path prefix. */
  upgrades?: Readonly<Record<string, UpgradeHandler>>;
  clock?: Clock;
  /** How much is taken on at the same time. */
  limits?: Partial<AdmissionLimits>;
  /** Of one sender; any number without. */
  messagesPerMinute?: number;
}

export interface BotServer {
  /** Begins to take requests; resolves with the port. Rejects when the port is taken. */
  start(port: number, host?: string): Promise<number>;
  /**
   * Takes no more requests, finishes those under way within the shutdown time, then cuts what is left.
   * Twice is fine.
   */
  stop(): Promise<void>;
}

/** The product's HTTP server: restify behind a guard, with the routes of the bot, its desks and its links. */
export function createServer(options: ServerOptions): BotServer {
  const { log, settings } = options;
  const clock = options.clock ?? systemClock;
  let stopping: Promise<void> | undefined;
  const isStopping = () => stopping !== undefined;
  const hostNames = namesOfSandbox(settings);
  mendWriteHead();
  const server = restify.createServer({
    name: '',
    log: pino({ level: 'silent' }) as unknown as never,
    ignoreTrailingSlash: true,
    // The router takes no part of a path longer than 100 characters unless told; sealed links are. The definitions lack it.
    ...({ maxParamLength: maxTokenLength } satisfies object),
  });
  setLimits(server);
  const admission = new Admission(options.limits);
  const takes = createGuard({
    isHttps: settings.publicUrl.startsWith('https:'),
    isStopping,
    isFull: (request) => isAdmitted(request) && admission.isFullFor(request),
    ...(hostNames && { hostNames }),
  });
  // The type definitions are older than `first`.
  (server as Server & { first(guard: typeof takes): void }).first(takes);
  hideErrors(server);
  // restify repeats the HTTP server's errors as its own, and one that nobody hears ends the process.
  server.on('error', (error: unknown) => log.warn('the server failed', { code: errorCode(error) }));
  // A connection that was busy when the stop began is kept alive by its client otherwise.
  server.on('after', () => {
    if (isStopping()) setImmediate(() => server.server.closeIdleConnections());
  });

  const add: AddRoute = (method, path, handler) => {
    server[method](path, safely(log, handler) as unknown as restify.RequestHandlerType);
  };
  addRoutes(options, add, { clock, isStopping, admission });
  const sockets = guardUpgrades(server, options, hostNames);
  const acceptors = createAcceptors(server.server);

  return {
    start: (port, host = settings.host) => acceptors.listen(port, host),
    stop: () => {
      stopping ??= stop(server, acceptors, sockets, settings.shutdownTimeoutInMs, clock);
      return stopping;
    },
  };
}

function addRoutes(
  options: ServerOptions,
  add: AddRoute,
  own: { clock: Clock; isStopping(): boolean; admission: Admission },
): void {
  const { log, links } = options;
  const shared = { log, isStopping: own.isStopping, admission: own.admission };
  const messages = createMessagesRoute({
    ...shared,
    adapter: options.adapter,
    runTurn: (context) => options.runTurn(context),
    turns: options.turns ?? new KeyedQueue(),
    isUnavailable: (error) => options.isUnavailable?.(error) ?? false,
    ...(options.messagesPerMinute !== undefined && { senders: new SenderRate(options.messagesPerMinute, own.clock) }),
  });
  add('post', '/api/messages', measured('messages', messages));
  const health = new HealthRoutes(options.health ?? {}, own.clock, own.isStopping, () => options.isDraining?.() ?? false);
  add('get', '/healthz', (_request, response) => health.answerHealth(response));
  add('get', '/readyz', (_request, response) => health.answerReadiness(response));
  const { onEvents, webhooks } = options;
  if (webhooks && onEvents) {
    const receive = createWebhookRoute({ ...shared, webhooks, onEvents: (provider, events) => onEvents(provider, events) });
    const webhook = measured('webhooks', receive);
    for (const method of ['get', 'head', 'post', 'put', 'patch', 'del'] as const) {
      add(method, '/webhooks/:provider', webhook);
      add(method, '/webhooks/:provider/*', webhook);
    }
  }
  if (options.articles) {
    const article = createArticleRoute({ ...options.articles, links, log });
    add('get', '/a/:token', article);
    add('head', '/a/:token', article);
  }
  if (options.fetchFile) {
    const file = createFileRoute(links, options.fetchFile);
    add('get', '/files/:token/:name', file);
    add('head', '/files/:token/:name', file);
  }
  options.routes?.(add);
}

/** A sandbox on the loopback answers to loopback names only, so that no web page can reach it through a name of its own. */
function namesOfSandbox(settings: ServerOptions['settings']): string[] | undefined {
  if (settings.mode !== 'sandbox' || !['127.0.0.1', 'localhost', '::1'].includes(settings.host)) return undefined;
  return ['127.0.0.1', 'localhost', '[::1]', new URL(settings.publicUrl).hostname];
}

/** Whether a request passes the admission: the others (health, articles, files) cost little, and health must always be told. */
function isAdmitted({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && (url.startsWith('/api/messages') || url.startsWith('/webhooks/'));
}

function setLimits(server: Server): void {
  const { server: http } = server;
  http.headersTimeout = 10_000;
  http.requestTimeout = 60_000;
  // Longer than the idle time of usual load balancers, so that they and not we close the connection.
  http.keepAliveTimeout = 65_000;
}

/** Errors that restify makes itself (no such route, method not allowed) must not repeat the request. */
function hideErrors(server: Server): void {
  server.on(
    'restifyError',
    (
      _request: Request,
      _response: Response,
      error: { statusCode?: number; toJSON?: unknown; toString?: unknown },
      done: () => void,
    ) => {
      const reason =
        error.statusCode === 404
          ? 'there is nothing here'
          : error.statusCode === 405
            ? 'the method is not allowed'
            : 'the request was not taken';
      error.toJSON = () => ({ error: reason });
      error.toString = () => reason;
      done();
    },
  );
}

/** An upgrade passes no route and no guard of restify: whatever is thrown here would end the process. */
function guardUpgrades(server: Server, options: ServerOptions, hostNames: readonly string[] | undefined): Set<Duplex> {
  const sockets = new Set<Duplex>();
  server.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    try {
      const prefix = Object.keys(options.upgrades ?? {}).find((known) => request.url?.startsWith(known));
      const handler = prefix === undefined ? undefined : options.upgrades?.[prefix];
      if (!handler || findRefusal(request, hostNames)) {
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      handler(request, socket, head);
    } catch (error) {
      options.log.warn('an upgrade failed', { code: errorCode(error) });
      socket.destroy();
    }
  });
  return sockets;
}

async function stop(
  { server: http }: Server,
  acceptors: Acceptors,
  sockets: Set<Duplex>,
  timeoutInMs: number,
  clock: Clock,
): Promise<void> {
  const cancel = clock.schedule(timeoutInMs, () => http.closeAllConnections());
  const closed = acceptors.close();
  http.closeIdleConnections();
  for (const socket of sockets) socket.destroy();
  await closed;
  cancel();
}
