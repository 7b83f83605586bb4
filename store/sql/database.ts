import type { Operation } from './operation';

/** Where the databases differ in what they understand. */
export interface Dialect {
  /** Column definition of a number that rises with every row and is never given twice. */
  readonly risingKey: string;
  /**
   * An expression: the present time in milliseconds by the one clock that all users of the database share. Whatever is
   * compared between instances is measured with it, because their own clocks differ and jump.
   */
  readonly now: string;
  /** Nobody else can do anything while an operation runs, so that no row has to be held. */
  readonly isAlone: boolean;
  /** Ends a SELECT whose rows are changed next; holds them until the transaction is over. */
  readonly forUpdate: string;
  /** The same, leaving out rows that somebody else holds. */
  readonly forUpdateSkipLocked: string;
  /** Ends a SELECT whose rows must not be deleted until the transaction is over. */
  readonly forKeyShare: string;
  /** Whether another connection shows a sign of this name (`Presence`). Absent where no other process can be there. */
  isHeld?(key: string): Operation<boolean>;
  /** Until the transaction is over, nobody else gets past the same key. */
  holdKey(key: string): Operation<void>;
}

/** A database as the repositories see it; see `Operation` for how work is handed in. */
export interface Database {
  readonly dialect: Dialect;
  /** Runs an operation that only reads. Statements may see different moments. */
  read<T>(operation: () => Operation<T>): Promise<T>;
  /** Runs an operation whose single statement changes something. */
  single<T>(operation: () => Operation<T>): Promise<T>;
  /** Runs an operation as one transaction; it may be started again from its beginning after a conflict with another. */
  transaction<T>(operation: () => Operation<T>): Promise<T>;
  /** Finishes what is under way and refuses the rest. Twice is fine. */
  close(): Promise<void>;
}
