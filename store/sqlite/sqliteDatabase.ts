import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Clock } from '../../common/clock';
import type { Database, Dialect } from '../sql/database';
import type { Operation, Outcome, Row, Statement } from '../sql/operation';
import { StoreFailure } from '../storeFailure';
import { toFailure } from './failure';
import { WriteGroup } from './writeGroup';

interface Prepared {
  statement: StatementSync;
  returnsRows: boolean;
}

const noRows: Row[] = [];

/**
 * How long the log may grow before it is copied into the database, which waits for the disk: 32 MB. SQLite's own 4 MB would copy
 * the pages that are written all the time again and again.
 */
const pagesPerCheckpoint = 8_000;

/**
 * A SQLite file with a single connection. Every operation runs from beginning to end within the call, so operations cannot
 * mix and need no queue. What is written within one round of the event loop is committed together at its end, because the
 * commit is the costly part; no promise settles before, so nobody hears of, or acts on, what a crash could still undo.
 */
export class SqliteDatabase implements Database {
  readonly dialect: Dialect = {
    risingKey: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    now: 'now_in_ms()',
    // One connection: whoever runs is alone.
    isAlone: true,
    forUpdate: '',
    forUpdateSkipLocked: '',
    forKeyShare: '',
    *holdKey() {},
  };
  private readonly prepared = new Map<string, Prepared>();
  /** The writes that are not committed yet. */
  private group: WriteGroup | undefined;

  private constructor(private readonly connection: DatabaseSync) {}

  /** Opens a file, which is made when absent. Throws `StoreFailure` when it is none of SQLite's. */
  static open(file: string, clock: Pick<Clock, 'now'>): SqliteDatabase {
    let connection: DatabaseSync | undefined;
    try {
      connection = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
      // NORMAL with WAL: a killed process loses nothing; a machine that loses power may lose the last moments.
      connection.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA wal_autocheckpoint = ${pagesPerCheckpoint};
        PRAGMA journal_size_limit = 67108864;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -16000;
      `);
      // A file has no clock of its own; its one process lends it one.
      connection.function('now_in_ms', { deterministic: true }, () => Math.round(clock.now()));
      return new SqliteDatabase(connection);
    } catch (error) {
      connection?.close();
      throw toFailure(error);
    }
  }

  async read<T>(operation: () => Operation<T>): Promise<T> {
    this.assertOpen();
    const result = outcomeOf(() => this.play(operation()));
    return this.group ? this.group.settled(result) : result();
  }

  async single<T>(operation: () => Operation<T>): Promise<T> {
    this.assertOpen();
    const group = this.openGroup();
    // One statement is undone by SQLite itself when it fails.
    const result = outcomeOf(() => this.play(operation()));
    this.loseIfEnded(group, result);
    return group.settled(result);
  }

  async transaction<T>(operation: () => Operation<T>): Promise<T> {
    this.assertOpen();
    const group = this.openGroup();
    const result = outcomeOf(() => this.undoable(() => this.play(operation())));
    this.loseIfEnded(group, result);
    return group.settled(result);
  }

  async close(): Promise<void> {
    if (!this.connection.isOpen) return;
    if (this.group) this.commit(this.group);
    this.connection.exec('PRAGMA optimize');
    this.prepared.clear();
    this.connection.close();
  }

  /** The group that takes writes now; a new one is committed when the event loop has gone round. */
  private openGroup(): WriteGroup {
    const present = this.group;
    if (present) return present;
    try {
      this.step('BEGIN IMMEDIATE');
    } catch (error) {
      throw toFailure(error);
    }
    const group = new WriteGroup();
    this.group = group;
    setImmediate(() => this.commit(group));
    return group;
  }

  private commit(group: WriteGroup): void {
    if (this.group !== group) return;
    this.group = undefined;
    try {
      this.step('COMMIT');
      group.committed();
    } catch (error) {
      if (this.connection.isTransaction) this.step('ROLLBACK');
      group.lost(toFailure(error));
    }
  }

  /** Runs part of a group so that its own failure undoes it alone. */
  private undoable<T>(run: () => T): T {
    this.step('SAVEPOINT operation');
    try {
      return run();
    } catch (error) {
      if (this.connection.isTransaction) this.step('ROLLBACK TO operation');
      throw error;
    } finally {
      if (this.connection.isTransaction) this.step('RELEASE operation');
    }
  }

  /** Some failures (disk full) end the whole transaction, and with it what others wrote into the group. */
  private loseIfEnded(group: WriteGroup, result: () => unknown): void {
    if (this.connection.isTransaction) return;
    this.group = undefined;
    try {
      result();
      group.lost(new StoreFailure('unavailable', 'the database ended the transaction by itself'));
    } catch (error) {
      group.lost(error);
    }
  }

  private play<T>(operation: Operation<T>): T {
    let step = operation.next();
    while (!step.done) step = operation.next(this.execute(step.value));
    return step.value;
  }

  private execute({ sql, values }: Statement): Outcome {
    const { statement, returnsRows } = this.prepare(sql);
    if (returnsRows) return { rows: statement.all(...values) as Row[], changes: 0 };
    return { rows: noRows, changes: Number(statement.run(...values).changes) };
  }

  private prepare(sql: string): Prepared {
    let entry = this.prepared.get(sql);
    if (!entry) {
      const statement = this.connection.prepare(sql);
      entry = { statement, returnsRows: statement.columns().length > 0 };
      this.prepared.set(sql, entry);
    }
    return entry;
  }

  private step(sql: string): void {
    this.prepare(sql).statement.run();
  }

  private assertOpen(): void {
    if (!this.connection.isOpen) throw new StoreFailure('closed', 'the store is closed');
  }
}

/** Runs now; what came of it, result or failure, is told later. */
function outcomeOf<T>(run: () => T): () => T {
  try {
    const value = run();
    return () => value;
  } catch (error) {
    const failure = toFailure(error);
    return () => {
      throw failure;
    };
  }
}
