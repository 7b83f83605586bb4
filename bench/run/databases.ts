import { Client } from 'pg';
import { openDatabase } from '../soak/database';

/** A PostgreSQL server of the bench's own. */
export interface Databases {
  /** Makes an empty database; resolves with its URL. */
  make(): Promise<string>;
  /** Stops the server and removes what it kept. */
  close(): Promise<void>;
}

export async function startDatabases(): Promise<Databases> {
  const server = await openDatabase(undefined);
  let made = 0;
  return {
    async make() {
      const name = `bench_${++made}`;
      const client = new Client(server.url);
      await client.connect();
      try {
        await client.query(`CREATE DATABASE ${name}`);
      } finally {
        await client.end();
      }
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    close: () => server.close(),
  };
}
