import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../common/packageRoot';
import type { AddRoute } from './addRoute';
import { answerBytes } from './answer';
import { StaticFile } from './staticFile';

const folder = path.join(packageRoot, 'web', 'operator');
const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const files = [
  'api.js',
  'confirm.js',
  'dom.js',
  'format.js',
  'handoffView.js',
  'icon.svg',
  'operator.css',
  'operator.js',
  'table.css',
  'table.js',
  'views.js',
];
/** Everything comes from here, nothing is sent elsewhere, and nobody shows it in a frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page at `/operator`. It holds nothing secret: the key is typed in there, and every request is checked. */
export function addOperatorPage(add: AddRoute): void {
  for (const name of files) {
    const file = new StaticFile(path.join(folder, name), types[path.extname(name)] ?? 'application/octet-stream');
    add('get', `/operator/assets/${name}`, async (request, response) => file.answer(request, response));
  }
  const page = readFileSync(path.join(folder, 'index.html'));
  add('get', '/operator', async (_request, response) => {
    answerBytes(response, 200, page, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
  });
}
