import { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from '../storeFailure';
import { isBusy, toFailure } from './failure';

/**
 * Keeps a second process away from a database file: an exclusive transaction on a side file, held for the life of the
 * process. The operating system lets go of it when the process dies, however it dies, so nothing ever has to be cleaned up.
 */
export class FileLock {
  private constructor(private readonly holder: DatabaseSync) {}

  /** Takes the lock of a database file; throws `StoreFailure` with code `inUse` when another process has it. */
  static take(file: string): FileLock {
    // A database in memory is nobody else's anyway, and has no file to lie beside.
    const lockFile = file === ':memory:' ? file : `${file}.lock`;
    let holder: DatabaseSync | undefined;
    try {
      holder = new DatabaseSync(lockFile, { timeout: 0 });
      holder.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      holder?.close();
      if (!isBusy(error)) throw toFailure(error);
      throw new StoreFailure('inUse', `the database ${file} is in use by another process (it holds ${lockFile})`, 'SQLITE_BUSY');
    }
    return new FileLock(holder);
  }

  release(): void {
    this.holder.close();
  }
}
