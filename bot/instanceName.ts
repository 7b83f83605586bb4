import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../common/packageRoot';

/** What operators call this process: its machine, and a part that is another one after each start. */
export function instanceName(): string {
  const host = os
    .hostname()
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 40);
  return `${host || 'instance'}-${randomBytes(3).toString('hex')}`;
}

/** The version of the product, as package.json has it. */
export function productVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
}
