import { Client } from 'pg';
import { continueIdentity, type StateSession } from '../sql/stateCopy';
import { connectionConfig, type PostgresAddress } from './connection';
import { toFailure } from './failure';
import { bringUpToDate } from './index';
import { postgresDialect } from './postgresDatabase';
import { execute, play } from './statements';

/** Opens a database for one transaction over all of it; the schema is up to date then. Throws `StoreFailure`. */
export async function openPostgresSession(address: PostgresAddress): Promise<StateSession> {
  await bringUpToDate(address);
  const client = new Client(connectionConfig(address));
  // Statements that are under way fail with it, which says enough.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw toFailure(error);
  }
  await execute(client, { sql: 'BEGIN ISOLATION LEVEL REPEATABLE READ', values: [] });
  return {
    dialect: postgresDialect,
    ownKeys: 'OVERRIDING SYSTEM VALUE',
    continueKeys: continueIdentity,
    run: (operation) => play(client, operation),
    commit: async () => {
      await execute(client, { sql: 'COMMIT', values: [] });
    },
    close: () => client.end(),
  };
}
