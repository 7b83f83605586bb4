import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Clock } from '../../common/clock';
import type { Database, Dialect } from '../sql/database';
import type { Operation, Outcome, Row, Statement } from '../sql/operation';
import { StoreFailure } from '../storeFailure';
import { toFailure } from './failure';

interface Prepared {
  statement: StatementSync;
  returnsRows: boolean;
}

const noRows: Row[] = [];

/**
 * A SQLite file with a single connection. Every operation runs from beginning to end within the call, so operations cannot
 * mix and need no queue; the promise that comes back is settled already.
 */
export class SqliteDatabase implements Database {
  readonly dialect: Dialect = {
    risingKey: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    now: 'now_in_ms()',
    // One connection: whoever runs is alone.
    forUpdate: '',
    forUpdateSkipLocked: '',
    forKeyShare: '',
    *holdKey() {},
  };
  private readonly prepared = new Map<string, Prepared>();

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
    return this.guarded(operation);
  }

  async single<T>(operation: () => Operation<T>): Promise<T> {
    return this.guarded(operation);
  }

  async transaction<T>(operation: () => Operation<T>): Promise<T> {
    this.assertOpen();
    this.step('BEGIN IMMEDIATE');
    try {
      const result = this.play(operation());
      this.step('COMMIT');
      return result;
    } catch (error) {
      // Some failures (disk full) end the transaction by themselves.
      if (this.connection.isTransaction) this.step('ROLLBACK');
      throw toFailure(error);
    }
  }

  async close(): Promise<void> {
    if (!this.connection.isOpen) return;
    this.connection.exec('PRAGMA optimize');
    this.prepared.clear();
    this.connection.close();
  }

  private guarded<T>(operation: () => Operation<T>): T {
    this.assertOpen();
    try {
      return this.play(operation());
    } catch (error) {
      throw toFailure(error);
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
