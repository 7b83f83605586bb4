import { Client } from 'pg';
import type { Log } from '../../common/log';
import { migrate } from '../sql/migrations';
import { first } from '../sql/operation';
import { schema } from '../sql/schema';
import { createSqlStore } from '../sql/sqlStore';
import type { Store } from '../store';
import { WakeCalls } from '../wakeCalls';
import { connectionConfig, type PostgresAddress } from './connection';
import { toFailure } from './failure';
import { PostgresDatabase, postgresDialect } from './postgresDatabase';
import { execute, play } from './statements';
import { WakeChannel } from './wakeChannel';

export interface PostgresStoreOptions extends PostgresAddress {
  log: Log;
  /** Connections for statements; one more listens for wake-ups. Default 10. */
  poolSize?: number;
  /** How long a statement may take. Default 10 seconds. */
  statementTimeoutInMs?: number;
}

/**
 * Opens a store in a PostgreSQL database, which any number of processes may share. When it resolves the schema is up to date
 * and wake-ups of other processes arrive. The connections must be direct or pooled by session (LISTEN needs one that stays).
 * Throws `StoreFailure`: `newer` when a newer program wrote the database, `unavailable`, `refused`.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { log, poolSize = 10, statementTimeoutInMs = 10_000, ...address } = options;
  const applied = await bringUpToDate(address);
  log.info('the PostgreSQL store is open', { migrations: applied });
  const database = new PostgresDatabase(address, { poolSize, statementTimeoutInMs }, log);
  const calls = new WakeCalls(log);
  const channel = new WakeChannel(address, database, calls, log);
  try {
    await channel.start();
  } catch (error) {
    await database.close();
    throw error;
  }
  return createSqlStore(database, {
    isExclusive: false,
    wake: (linkId) => channel.wake(linkId),
    onWake: (listener) => calls.add(listener),
    presence: channel.presence,
    close: async () => {
      calls.clear();
      await channel.close();
      await database.close();
    },
  });
}

/** The key of the lock that lets one process at a time change the schema. */
const migrationLock = 7_714_905_283;

/** Brings the schema up to date; one process at a time. Resolves with the number of steps that were missing. */
export async function bringUpToDate(address: PostgresAddress): Promise<number> {
  // A connection without limits of time: another process may be at it, and steps may be long.
  const client = new Client(connectionConfig(address));
  let failure: unknown;
  client.on('error', (error) => {
    failure = toFailure(error);
  });
  try {
    await client.connect().catch((error: unknown) => {
      throw toFailure(error);
    });
    await execute(client, { sql: 'BEGIN', values: [] });
    await play(client, first('SELECT pg_advisory_xact_lock(?)', migrationLock));
    const applied = await play(client, migrate(postgresDialect, schema, Date.now()));
    await execute(client, { sql: 'COMMIT', values: [] });
    return applied.length;
  } catch (error) {
    throw failure ?? error;
  } finally {
    // An open transaction ends with its connection.
    await client.end();
  }
}
