import { DatabaseError } from 'pg';
import { StoreFailure } from '../storeFailure';

/** The transaction lost against another one, and nothing of it happened; again from the start it may work. */
const conflicts = new Set(['40001', '40P01', '23503']);

/** Codes and classes of codes that say "not now": connections, resources, operator, locks, a standby that cannot write. */
const passing = /^(08|53|57|58)|^(55P03|25006|25P03)$/;

/** The failure without the driver's words, which may quote rows. */
export function toFailure(error: unknown): StoreFailure {
  if (error instanceof DatabaseError) {
    const code = error.code ?? 'none';
    return passing.test(code)
      ? new StoreFailure('unavailable', `the database cannot do it now (SQLSTATE ${code})`, code)
      : new StoreFailure('refused', `the database refused a statement (SQLSTATE ${code})`, code);
  }
  const named = networkCode(error);
  return new StoreFailure('unavailable', `the database does not answer (${named})`, named);
}

/** The driver's own time limits carry no code, only words. */
function networkCode(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  return typeof message === 'string' && /time-?out/i.test(message) ? timedOut : 'disconnected';
}

const timedOut = 'timedOut';

/** True when another transaction was in the way and this one was undone. */
export function isConflict(error: unknown): boolean {
  return error instanceof StoreFailure && error.databaseCode !== undefined && conflicts.has(error.databaseCode);
}

/** True when the connection cannot be used any more, as opposed to an answer of the database. */
export function isBroken(error: unknown): boolean {
  if (!(error instanceof StoreFailure) || error.code !== 'unavailable') return false;
  const code = error.databaseCode ?? '';
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|57P)/.test(code);
}

/** True when the connection broke at once, so that another one may do; not when the time ran out. */
export function isDropped(error: unknown): boolean {
  return isBroken(error) && (error as StoreFailure).databaseCode !== timedOut;
}
