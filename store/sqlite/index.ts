import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Clock, systemClock } from '../../common/clock';
import type { Log } from '../../common/log';
import { migrate } from '../sql/migrations';
import { schema } from '../sql/schema';
import { createSqlStore } from '../sql/sqlStore';
import type { Store } from '../store';
import { WakeCalls } from '../wakeCalls';
import { FileLock } from './fileLock';
import { SqliteDatabase } from './sqliteDatabase';

export interface SqliteStoreOptions {
  /** Made with its folder when absent. Beside it lie `-wal`, `-shm` and `.lock`. */
  file: string;
  log: Log;
  /** Measures heartbeats and leases; the system's when absent. */
  clock?: Pick<Clock, 'now'>;
}

/**
 * Opens a store in a SQLite file, for one process. When it resolves the schema is up to date and the file belongs to this
 * process until `close`, or its end. Throws `StoreFailure`: `inUse` when another process has it, `newer` when a newer
 * program wrote it.
 */
export async function openSqliteStore({ file, log, clock = systemClock }: SqliteStoreOptions): Promise<Store> {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const lock = FileLock.take(file);
  const database = await openUpToDate(file, log, clock).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  const wakeCalls = new WakeCalls(log);
  return createSqlStore(database, {
    isExclusive: true,
    wake: async (linkId) => wakeCalls.emit(linkId),
    onWake: (listener) => wakeCalls.add(listener),
    close: async () => {
      wakeCalls.clear();
      await database.close().finally(() => lock.release());
    },
  });
}

async function openUpToDate(file: string, log: Log, clock: Pick<Clock, 'now'>): Promise<SqliteDatabase> {
  const database = SqliteDatabase.open(file, clock);
  try {
    const applied = await database.transaction(() => migrate(database.dialect, schema, Date.now()));
    log.info('the SQLite store is open', { migrations: applied.length });
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
