import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient, type HttpClient } from '../../common/http';
import { errorCode, type Log } from '../../common/log';
import type { StandInDesk } from '../desk';
import { runAction, setStaffed } from './deskActions';
import { DeskFeed } from './deskFeed';
import { DeskLookup } from './deskLookup';
import { sendStoredFile } from './fileProxy';
import { PageFiles } from './pageFiles';
import { Problem } from './problem';
import { guard } from './requestGuard';

export interface DeskPageOptions {
  /** 0 takes a free port. */
  port: number;
  desks: StandInDesk[];
  log: Log;
  /** Page of the Dynamics records; `{id}` in it stands for the chat activity's id, which is else appended as `?id=…`. */
  recordsUrl?: string;
  /** The customer page, linked where there is no chat yet. */
  customerUrl?: string;
}

export interface DeskPage {
  /** Without a slash at the end. */
  url: string;
  /** Resolves when nothing listens any more. Twice is fine. */
  close(): Promise<void>;
}

interface Parts {
  files: PageFiles;
  feed: DeskFeed;
  lookup: DeskLookup;
  http: HttpClient;
  log: Log;
}

/**
 * Serves the page where one answers as the agent of every stand-in desk, on 127.0.0.1 only.
 * Resolves when it listens; rejects when the port is taken.
 */
export async function startDeskPage(options: DeskPageOptions): Promise<DeskPage> {
  const { desks, log, recordsUrl, customerUrl } = options;
  const http = createHttpClient({ connections: 8 });
  const files = new PageFiles();
  const links = { ...(recordsUrl !== undefined && { recordsUrl }), ...(customerUrl !== undefined && { customerUrl }) };
  const feed = new DeskFeed(desks, links, log);
  const parts: Parts = { files, feed, lookup: new DeskLookup(desks), http, log };
  const server = createServer((request, response) => {
    void answer(parts, request, response);
  });
  const release = async () => {
    feed.close();
    await http.close();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
  } catch (error) {
    await release();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await release();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  try {
    guard(request);
    await route(parts, request, response);
  } catch (error) {
    refuse(parts.log, error, response);
  }
}

async function route(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pathname = URL.parse(request.url ?? '/', 'http://127.0.0.1')?.pathname;
  if (pathname === undefined) throw unknownPath();
  const [area, first = '', ...rest] = segments(pathname);
  if (area === 'api' && first === 'desks') {
    allow(request, 'POST');
    await act(parts, rest, request);
    response.writeHead(204).end();
    return;
  }
  if (pathname === '/events') {
    allow(request, 'GET');
    parts.feed.attach(response);
    return;
  }
  allow(request, 'GET', 'HEAD');
  const [chat, entry, index] = rest;
  if (area === 'files' && rest.length === 3 && chat !== undefined && entry !== undefined && index !== undefined) {
    await sendStoredFile(parts.lookup, parts.http, { desk: first, chat, entry, index }, response);
    return;
  }
  if (!parts.files.send(pathname, request, response)) throw unknownPath();
}

/** `<desk>/staffed` or `<desk>/chats/<chat>/<action>`. */
async function act(parts: Parts, names: string[], request: IncomingMessage): Promise<void> {
  const [deskName = '', kind, chatId = '', action = ''] = names;
  if (kind === 'staffed' && names.length === 2) {
    await setStaffed(parts.lookup.desk(deskName), request);
    return;
  }
  if (kind !== 'chats' || names.length !== 4) throw unknownPath();
  await runAction(action, parts.lookup.chat(deskName, chatId), request, parts.log);
}

function segments(pathname: string): string[] {
  try {
    return pathname.slice(1).split('/').map(decodeURIComponent);
  } catch {
    // A broken percent sequence names nothing.
    throw unknownPath();
  }
}

function allow(request: IncomingMessage, ...methods: string[]): void {
  if (methods.includes(request.method ?? '')) return;
  throw new Problem(405, 'wrongMethod', `Use ${methods.join(' or ')}.`, { allow: methods.join(', ') });
}

function unknownPath(): Problem {
  return new Problem(404, 'unknownPath', 'There is nothing at this address.');
}

function refuse(log: Log, error: unknown, response: ServerResponse): void {
  if (!(error instanceof Problem)) log.error('the desk page failed to answer', { error: errorCode(error) });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, message, headers } =
    error instanceof Problem ? error : new Problem(500, 'failed', 'The desk page failed; its log says more.');
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify({ error: { code, message } }));
}
