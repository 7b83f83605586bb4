import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { isJsonObject, type JsonObject, parseJson, toJson } from '../../common/json';
import { packageRoot } from '../../common/packageRoot';
import { DataverseRefusal } from './failure';
import type { Rows } from './rows';
import { tables } from './schema';
import { detailView, listView, menu } from './views';
import { readBody, send, type WireAnswer } from './wire';
import { patchRow } from './write';

/** How the stand-in behaves towards the bot: as it should, not at all, or refusing for too many requests. */
export type Mode = 'normal' | 'down' | 'throttled';

export interface PageContext {
  rows: Rows;
  mode(): Mode;
  setMode(mode: Mode): void;
  onChange(listener: () => void): () => void;
}

const folder = path.join(packageRoot, 'sandbox', 'dynamics', 'page');
const files: Record<string, [name: string, type: string]> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
};
const safety = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};
/** Article bodies are anybody's HTML: shown without scripts, forms, network or an origin. */
const frameSafety = {
  ...safety,
  'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
};

/** Serves the records page and what it asks for. False when the path is none of its. */
export async function answerPage(context: PageContext, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
  const file = files[pathname];
  if (!file && !pathname.startsWith('/records/')) return false;
  if (!isLocal(request)) {
    send(response, { status: 403, text: '' });
    return true;
  }
  if (file) {
    const text = readFileSync(path.join(folder, file[0]), 'utf8');
    send(response, { status: 200, headers: { ...safety, 'Content-Type': file[1] }, text });
  } else if (pathname === '/records/changes') streamChanges(context, request, response);
  else send(response, await answerData(context, request, pathname.split('/').slice(2)));
  return true;
}

async function answerData(context: PageContext, request: IncomingMessage, parts: string[]): Promise<WireAnswer> {
  const [first = '', second, third] = parts;
  if (request.method === 'GET') {
    if (first === 'menu') return json(menuView(context));
    if (first === 'content' && second !== undefined) return contentFrame(context.rows, second);
    const view = second === undefined ? listView(context.rows, first) : detailView(context.rows, first, second);
    return view ? json(toJson(view) as JsonObject) : { status: 404, text: '' };
  }
  if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') return { status: 415, text: '' };
  const body = parseJson(await readBody(request));
  if (!isJsonObject(body)) return { status: 400, text: '' };
  if (first === 'mode') {
    const mode = body['mode'];
    if (mode !== 'normal' && mode !== 'down' && mode !== 'throttled') return { status: 400, text: '' };
    context.setMode(mode);
    return json({ mode });
  }
  if (first === 'knowledgearticles' && second !== undefined) return changeArticle(context.rows, second, third, body);
  return { status: 404, text: '' };
}

function changeArticle(rows: Rows, id: string, action: string | undefined, body: JsonObject): WireAnswer {
  const table = tables.get('knowledgearticles');
  if (!table || !rows.get(table.set, id)) return { status: 404, text: '' };
  const { title, summary, keywords, html } = body;
  const changes: JsonObject | undefined =
    action === 'publish'
      ? { statecode: 3, statuscode: 7 }
      : action === 'unpublish'
        ? { statecode: 0, statuscode: 2 }
        : action === undefined
          ? { title: title ?? '', description: summary ?? '', keywords: keywords ?? '', content: html ?? '' }
          : undefined;
  if (!changes) return { status: 404, text: '' };
  if (changes['title'] === '') return json({ message: 'The title must not be empty.' }, 400);
  try {
    rows.atomic(() => patchRow(rows, table, id, changes, { ifMatch: '*' }));
    return json({});
  } catch (error) {
    if (!(error instanceof DataverseRefusal)) throw error;
    return json({ message: error.message }, 400);
  }
}

function menuView({ rows, mode }: PageContext): JsonObject {
  return { mode: mode(), sets: menu.map(({ set, title }) => ({ set, title, count: rows.all(set).length })) };
}

function contentFrame(rows: Rows, id: string): WireAnswer {
  const content = rows.get('knowledgearticles', id)?.values['content'];
  if (typeof content !== 'string') return { status: 404, text: '' };
  const style = 'body{font:16px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff;margin:1rem}';
  const text = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Article</title><style>${style}</style><body>${content}</body></html>`;
  return { status: 200, headers: { ...frameSafety, 'Content-Type': 'text/html; charset=utf-8' }, text };
}

function streamChanges(context: PageContext, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { ...safety, 'Content-Type': 'text/event-stream' });
  response.write('retry: 2000\n\n');
  const stop = context.onChange(() => response.write('data: changed\n\n'));
  request.on('close', stop);
}

/** Only pages of this machine may ask: a web site open in the same browser must not reach the stand-in by its own name. */
function isLocal(request: IncomingMessage): boolean {
  const host = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
  const { origin } = request.headers;
  return host.test(request.headers.host ?? '') && (origin === undefined || host.test(origin.replace(/^https?:\/\//, '')));
}

function json(body: JsonObject, status = 200): WireAnswer {
  return { status, headers: safety, body };
}
