import { systemClock } from '../../common/clock';
import { migrate } from '../sql/migrations';
import { change } from '../sql/operation';
import { schema } from '../sql/schema';
import { nothingToContinue, type StateSession } from '../sql/stateCopy';
import { FileLock } from './fileLock';
import { SqliteDatabase } from './sqliteDatabase';

/** Opens a file, which is made when absent, for one transaction over all of it. Throws `StoreFailure` as `openSqliteStore`. */
export async function openSqliteSession(file: string): Promise<StateSession> {
  const lock = FileLock.take(file);
  let database: SqliteDatabase | undefined;
  try {
    const opened = SqliteDatabase.open(file, systemClock);
    database = opened;
    await opened.transaction(() => migrate(opened.dialect, schema, Date.now()));
    // The lock on the file says that nobody else is there; the owner of before is gone, however lately it was seen.
    await opened.single(() => change('DELETE FROM owners'));
    // By way of `read`, which leaves transactions to its caller: this one spans many calls.
    await opened.read(() => change('BEGIN IMMEDIATE'));
    return {
      dialect: opened.dialect,
      ownKeys: '',
      continueKeys: nothingToContinue,
      run: (operation) => opened.read(() => operation),
      commit: async () => {
        await opened.read(() => change('COMMIT'));
      },
      // An open transaction ends with its connection.
      close: () => opened.close().finally(() => lock.release()),
    };
  } catch (error) {
    await database?.close();
    lock.release();
    throw error;
  }
}
