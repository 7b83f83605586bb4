import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { systemClock } from '../../../common/clock';
import { silentLog } from '../../../common/log';
import { openPostgresStore } from '../../../store/postgres';
import { postgresDialect } from '../../../store/postgres/postgresDatabase';
import { play } from '../../../store/postgres/statements';
import { openSqliteStore } from '../../../store/sqlite';
import { SqliteDatabase } from '../../../store/sqlite/sqliteDatabase';
import { describeMigrations } from './migrations';
import { type PostgresServer, startPostgres } from './postgresServer';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

describeMigrations('SQLite', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'store-'));
  const file = path.join(folder, 'store.db');
  return {
    dialect: SqliteDatabase.open(path.join(folder, 'other.db'), systemClock).dialect,
    run: async (operation) => {
      const database = SqliteDatabase.open(file, systemClock);
      const result = await database.transaction(operation);
      await database.close();
      return result;
    },
    open: () => openSqliteStore({ file, log: silentLog }),
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

describeMigrations('PostgreSQL', async () => {
  const url = await server.createDatabase();
  const client = new Client(url);
  await client.connect();
  return {
    dialect: postgresDialect,
    run: (operation) => play(client, operation()),
    open: () => openPostgresStore({ url, log: silentLog, poolSize: 2 }),
    close: async () => {
      await client.end();
      await server.dropDatabase(url);
    },
  };
});
