import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { packageRoot } from '../../common/packageRoot';
import { freePort } from './freePort';

/** The PostgreSQL that the bots share. */
export interface SoakDatabase {
  readonly url: string;
  /** Stops the server, resolves when it is down. Only for a server of our own. */
  goDown(): Promise<void>;
  /** Starts it again, resolves when it takes connections. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server of our own, or takes the database of this URL, which must hold no chats. */
export async function openDatabase(url: string | undefined): Promise<SoakDatabase> {
  if (url === undefined) return startServer();
  await mustBeUnused(url);
  const notOurs = () => Promise.reject(new Error('The database is not ours to restart.'));
  return { url, goDown: notOurs, comeBack: notOurs, close: async () => undefined };
}

async function startServer(): Promise<SoakDatabase> {
  // Not below a folder of ours: as root, the server runs as a user who could not get there.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-soak-data-'));
  const port = await freePort();
  const script = path.join(packageRoot, 'bench', 'soak', 'postgresProcess.mjs');
  const server = fork(script, [folder, String(port)], { execArgv: [] });
  await answerOf(server, 'initialise');
  await ask(server, 'start');
  return {
    url: `postgresql://postgres:soak@127.0.0.1:${port}/postgres`,
    goDown: () => ask(server, 'stop'),
    comeBack: () => ask(server, 'start'),
    close: async () => {
      const exit = server.exitCode === null ? once(server, 'exit') : undefined;
      if (server.connected) server.disconnect();
      await exit;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ask(server: ChildProcess, act: 'start' | 'stop'): Promise<void> {
  server.send(act);
  await answerOf(server, act);
}

async function answerOf(server: ChildProcess, act: string): Promise<void> {
  const over = new AbortController();
  const heard = ['message', 'exit'].map((event) => once(server, event, { signal: over.signal }));
  const [answer] = (await Promise.race(heard)) as [unknown];
  over.abort();
  await Promise.allSettled(heard);
  const isDone = typeof answer === 'object' && answer !== null && (answer as { done?: unknown }).done === act;
  if (!isDone) throw new Error(`PostgreSQL did not ${act}: ${JSON.stringify(answer)}`);
}

/** Bots of a soak would take over the chats of whoever else uses the database. */
async function mustBeUnused(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query("SELECT to_regclass('links') IS NOT NULL AS used");
    if (!(rows[0] as { used: boolean }).used) return;
    const open = await client.query('SELECT 1 FROM links WHERE is_finished = 0 LIMIT 1');
    if (open.rows.length > 0) throw new Error('DATABASE_URL holds open chats: give the soak an empty database of its own.');
  } finally {
    await client.end();
  }
}
