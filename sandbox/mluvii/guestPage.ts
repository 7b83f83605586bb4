import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../common/packageRoot';
import type { ReadRequest } from '../request';
import type { Answer } from './answer';

const folder = path.join(packageRoot, 'sandbox', 'mluvii', 'page');
const files: Record<string, [name: string, type: string]> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
};
const safety = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** The page on which a person plays a guest; undefined when the request is for something else. No part of mluvii. */
export async function guestPage(request: ReadRequest): Promise<Answer | undefined> {
  const file = files[request.path];
  if (!file || request.method !== 'GET') return undefined;
  const [name, type] = file;
  return { status: 200, headers: { 'content-type': type, ...safety }, bytes: await readFile(path.join(folder, name)) };
}

/** Whether page and guests are asked for from this machine, and not by some other page in its browser. */
export function isLocal({ headers }: ReadRequest): boolean {
  const { host = '', origin } = headers;
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}
