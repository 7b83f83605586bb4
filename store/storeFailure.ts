/**
 * Why the database did not do it. `inUse`: another process holds the file. `newer`: written by a newer program.
 * `closed`: the store was closed. `unavailable`: no connection or no answer in time; later may work. `refused`: the
 * database answered with an error.
 */
export type StoreFailureCode = 'inUse' | 'newer' | 'closed' | 'unavailable' | 'refused';

/**
 * A failure of the database. Carries codes and fixed words only: the driver's own error is left behind because it may
 * quote the row, and rows hold what customers wrote.
 */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  constructor(
    readonly code: StoreFailureCode,
    message: string,
    /** The database's own code: SQLSTATE, SQLite's error number, or the network's. */
    readonly databaseCode?: string,
  ) {
    super(message);
  }
}
