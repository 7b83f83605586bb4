import { StoreFailure } from '../storeFailure';

const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;

/** SQLite's primary result code, or undefined when the error is none of SQLite's. */
function primaryCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** True when somebody else holds the file. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === SQLITE_BUSY;
}

/** Errors of SQLite lose their message, which may quote; errors that the repositories throw on purpose pass. */
export function toFailure(error: unknown): unknown {
  const code = primaryCode(error);
  if (code === undefined) return error;
  const name = String((error as { errcode: number }).errcode);
  return code === SQLITE_BUSY || code === SQLITE_FULL || code === SQLITE_IOERR
    ? new StoreFailure('unavailable', `the database cannot write now (SQLite error ${name})`, name)
    : new StoreFailure('refused', `the database refused a statement (SQLite error ${name})`, name);
}
