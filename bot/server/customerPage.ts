import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Clock, systemClock } from '../../common/clock';
import type { HttpClient } from '../../common/http';
import { isJsonObject } from '../../common/json';
import { errorCode, type Log } from '../../common/log';
import { packageRoot } from '../../common/packageRoot';
import type { SignedLinks } from '../signedLinks';
import { answerBytes, answerJson, HttpProblem } from './answer';
import type { AddRoute } from './createServer';
import { CustomerTickets, type DirectLineAccess } from './customerTicket';
import { readJsonBody } from './readBody';
import { StaticFile } from './staticFile';

export interface CustomerPageOptions {
  directLine: DirectLineAccess;
  links: SignedLinks;
  http: HttpClient;
  log: Log;
  clock?: Clock;
}

/** Adds the customer's page at `/` and the ticket it talks with (`POST /directline/token`). */
export function addCustomerPage(add: AddRoute, options: CustomerPageOptions): void {
  const folder = path.join(packageRoot, 'web', 'customer');
  const script = 'text/javascript; charset=utf-8';
  const files = {
    'webchat.js': new StaticFile(path.join(packageRoot, 'node_modules', 'botframework-webchat', 'dist', 'webchat.js'), script),
    'customer.js': new StaticFile(path.join(folder, 'customer.js'), script),
    'customer.css': new StaticFile(path.join(folder, 'customer.css'), 'text/css; charset=utf-8'),
    'mark.svg': new StaticFile(path.join(folder, 'mark.svg'), 'image/svg+xml'),
  };
  for (const [name, file] of Object.entries(files)) {
    add('get', `/customer/${name}`, async (request, response) => file.answer(request, response));
    file.pack().catch((error: unknown) => options.log.warn('a file of the page was not packed', { code: errorCode(error) }));
  }
  addPage(add, readFileSync(path.join(folder, 'index.html'), 'utf8'), files, new URL(options.directLine.url));
  addTickets(add, options);
}

function addPage(
  add: AddRoute,
  html: string,
  files: Record<'webchat.js' | 'customer.js' | 'customer.css', StaticFile>,
  directLine: URL,
): void {
  const page = html
    .replaceAll('customer.css?v={{version}}', `customer.css?v=${files['customer.css'].version}`)
    .replaceAll('customer.js?v={{version}}', `customer.js?v=${files['customer.js'].version}`)
    .replaceAll('{{webChatVersion}}', files['webchat.js'].version);
  add('get', '/', async (_request, response) => {
    const nonce = randomBytes(16).toString('base64');
    answerBytes(response, 200, Buffer.from(page.replaceAll('{{nonce}}', nonce)), {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentPolicy(nonce, directLine),
    });
  });
}

function addTickets(add: AddRoute, { directLine, links, http, clock = systemClock }: CustomerPageOptions): void {
  const tickets = new CustomerTickets(directLine, links, http, () => clock.now());
  add('post', '/directline/token', async (request, response) => {
    // Conversations are opened from our page only; browsers say where a call comes from.
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') throw new HttpProblem(403, 'this is for the page of this server');
    const body = await readJsonBody(request, 8 * 1024);
    answerJson(response, 200, await tickets.make(isJsonObject(body) ? body['resume'] : undefined));
  });
}

/** The hash of nothing: Web Chat adds one empty style element without the nonce and fills it by script. */
const emptyStyle = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

/**
 * What the page may load. Web Chat puts its styles into the page (allowed by the nonce it is given), shows pictures from
 * anywhere a bot or a card names, scales uploads in a worker made from a blob, and shows videos of YouTube and Vimeo
 * only when frames are allowed, which they are not.
 */
function contentPolicy(nonce: string, directLine: URL): string {
  const socket = directLine.origin.replace(/^http/, 'ws');
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}' '${emptyStyle}'`,
    `connect-src 'self' ${directLine.origin} ${socket} blob: data:`,
    `img-src 'self' https: data: blob: ${directLine.origin}`,
    `media-src https: blob: ${directLine.origin}`,
    "font-src 'self' data:",
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
