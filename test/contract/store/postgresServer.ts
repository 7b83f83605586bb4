import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';

/** A PostgreSQL server of our own, with an empty database for whoever asks. */
export interface PostgresServer {
  /** Makes an empty database; its URL. */
  createDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  /** Deletes every row of a store. */
  empty(url: string): Promise<void>;
  /** Runs a statement as the administrator. */
  admin(sql: string): Promise<void>;
  /** Stops the server, which breaks every connection, and starts it anew on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server on a free port with its data in a folder that goes away with it. */
export async function startPostgres(): Promise<PostgresServer> {
  const databaseDir = mkdtempSync(path.join(os.tmpdir(), 'postgres-'));
  const port = await freePort();
  // A process of its own: the package is an ES module, which jest cannot load, and the server stops with us in any case.
  const server = fork(path.join(__dirname, 'postgresProcess.mjs'), [databaseDir, String(port)], { execArgv: [] });
  const [answer] = await Promise.race([once(server, 'message'), once(server, 'exit')]);
  if (answer !== 'ready') throw new Error(`PostgreSQL did not start: ${JSON.stringify(answer)}`);
  const urlOf = (database: string) => `postgresql://postgres:local-test@127.0.0.1:${port}/${database}`;
  let count = 0;
  return {
    admin: (sql) => run(urlOf('postgres'), sql),
    createDatabase: async () => {
      const name = `store_${++count}`;
      await run(urlOf('postgres'), `CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    dropDatabase: (url) => run(urlOf('postgres'), `DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`),
    empty: (url) => run(url, tables.map((table) => `DELETE FROM ${table};`).join('')),
    restart: async () => {
      const answered = once(server, 'message');
      server.send('restart');
      await answered;
    },
    stop: async () => {
      const exit = once(server, 'exit');
      server.disconnect();
      await exit;
      rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}

const tables = [
  'messages',
  'events',
  'links',
  'owners',
  'tasks',
  'task_groups',
  'documents',
  'transcripts',
  'turns',
  'instances',
  'desk_switches',
  'acts',
];

async function run(url: string, sql: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Every row of every table there is, as JSON; but for the one by which tests hold the clock. */
export async function dumpDatabase(url: string): Promise<Record<string, string[]>> {
  const client = new Client(url);
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'held_clock'",
    );
    const dumped: Record<string, string[]> = {};
    for (const { name } of tables.rows)
      dumped[name] = (await client.query(`SELECT * FROM ${name}`)).rows.map((row) => JSON.stringify(row));
    return dumped;
  } finally {
    await client.end();
  }
}

/** A free port below 32768: above, outgoing connections may take it before the server does. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
