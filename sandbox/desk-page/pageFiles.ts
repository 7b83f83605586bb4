import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { packageRoot } from '../../common/packageRoot';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  // Pictures on cards and in chats may come from the bot, a stand-in or any site the card names.
  "img-src 'self' data: https: http://127.0.0.1:* http://localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface PageFile {
  contentType: string;
  read(): Buffer;
  cacheControl: string;
}

/** The files of the page by path, known beforehand: nothing outside these can be asked for. */
export class PageFiles {
  private readonly files = new Map<string, PageFile>();

  constructor() {
    const folder = path.join(packageRoot, 'web', 'desk');
    for (const name of readdirSync(folder)) {
      const contentType = types[path.extname(name)];
      if (!contentType) continue;
      // Read anew each time, so that a change to the page shows after reloading it.
      const read = () => readFileSync(path.join(folder, name));
      this.files.set(`/${name}`, { contentType, read, cacheControl: 'no-cache' });
    }
    this.addCardLibrary();
  }

  /** The bundle that draws Adaptive Cards; the page asks for it with its version, so that it can be kept for good. */
  private addCardLibrary(): void {
    const folder = path.dirname(path.dirname(require.resolve('adaptivecards')));
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
    this.files.set('/vendor/adaptivecards.min.js', {
      contentType: 'text/javascript; charset=utf-8',
      read: () => readFileSync(path.join(folder, 'dist', 'adaptivecards.min.js')),
      cacheControl: 'public, max-age=31536000, immutable',
    });
    const index = this.files.get('/index.html');
    if (!index) throw new Error('web/desk/index.html was not found: keep the web folder beside package.json');
    const read = () => Buffer.from(index.read().toString('utf8').replace('adaptivecards.min.js', `$&?v=${version}`));
    this.files.set('/', { ...index, read });
    this.files.delete('/index.html');
  }

  /** Answers with the file of that path; false when there is none. */
  send(pathname: string, request: IncomingMessage, response: ServerResponse): boolean {
    const file = this.files.get(pathname);
    if (!file) return false;
    const bytes = file.read();
    const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
    const headers = { etag, 'cache-control': file.cacheControl, 'content-security-policy': pagePolicy };
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end();
      return true;
    }
    response.writeHead(200, { ...headers, 'content-type': file.contentType, 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return true;
  }
}
