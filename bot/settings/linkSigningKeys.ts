import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The sandbox's own key for signed links: made on the first start and kept in `file`, so that links in an open
 * browser survive a restart. Twice is fine.
 */
export function sandboxLinkSigningKey(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    // `wx` fails when the file is there, so that two processes starting together agree on one key.
    writeFileSync(file, randomBytes(48).toString('base64'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = readFileSync(file, 'utf8').trim();
  if (key.length < 32) throw new Error(`The key in ${path.basename(file)} is damaged: delete the file and start again.`);
  return key;
}
