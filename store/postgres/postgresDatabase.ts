import { Pool, type PoolClient } from 'pg';
import { errorCode, type Log } from '../../common/log';
import type { Database, Dialect } from '../sql/database';
import { first, type Operation } from '../sql/operation';
import { StoreFailure } from '../storeFailure';
import { connectionConfig, type PostgresAddress } from './connection';
import { isBroken, isConflict, isDropped, toFailure } from './failure';
import { execute, play } from './statements';

/** How often a transaction that lost against another is begun again before the caller hears of it. */
const maxConflicts = 5;

const begin = { sql: 'BEGIN ISOLATION LEVEL READ COMMITTED', values: [] };
const commit = { sql: 'COMMIT', values: [] };
const rollback = { sql: 'ROLLBACK', values: [] };

export const postgresDialect: Dialect = {
  risingKey: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  // Of the statement, not of the transaction, which may have waited for a lock; and stable, so that indexes can be used.
  now: 'CAST(extract(epoch FROM statement_timestamp()) * 1000 AS BIGINT)',
  isAlone: false,
  forUpdate: 'FOR NO KEY UPDATE',
  forUpdateSkipLocked: 'FOR NO KEY UPDATE SKIP LOCKED',
  forKeyShare: 'FOR KEY SHARE',
  *isHeld(key) {
    const row = yield* first<{ free: number }>(
      'SELECT CAST(pg_try_advisory_xact_lock_shared(hashtextextended(?, 0)) AS INTEGER) AS free',
      key,
    );
    return row?.free !== 1;
  },
  *holdKey(key) {
    yield* first('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', key);
  },
};

/**
 * A PostgreSQL database over a pool of connections. Transactions that lost against another one are begun again, also those
 * whose connection broke before they were to be committed. A broken connection is thrown away; the pool makes new ones.
 */
export class PostgresDatabase implements Database {
  readonly dialect = postgresDialect;
  private readonly pool: Pool;
  private readonly underWay = new Set<Promise<unknown>>();
  private isClosed = false;

  constructor(
    address: PostgresAddress,
    private readonly limits: { poolSize: number; statementTimeoutInMs: number },
    log: Log,
  ) {
    this.pool = new Pool({
      ...connectionConfig(address),
      max: limits.poolSize,
      idleTimeoutMillis: 30_000,
      statement_timeout: limits.statementTimeoutInMs,
      lock_timeout: Math.min(5000, limits.statementTimeoutInMs),
      idle_in_transaction_session_timeout: limits.statementTimeoutInMs + 5000,
      // Behind the server's own limit, for a server that is gone.
      query_timeout: limits.statementTimeoutInMs + 2000,
    });
    const lost = (error: unknown) => log.warn('a database connection was lost', { code: errorCode(error) });
    this.pool.on('error', lost);
    // A connection that breaks while it is lent out tells nobody but itself.
    this.pool.on('connect', (client) => client.on('error', lost));
  }

  read<T>(operation: () => Operation<T>): Promise<T> {
    return this.repeatedly((attempt) => this.lend(attempt, (client) => play(client, operation())));
  }

  single<T>(operation: () => Operation<T>): Promise<T> {
    return this.repeatedly((attempt) =>
      this.lend(attempt, (client) => {
        attempt.isCommitting = true;
        return play(client, operation());
      }),
    );
  }

  transaction<T>(operation: () => Operation<T>): Promise<T> {
    return this.repeatedly((attempt) =>
      this.lend(attempt, async (client) => {
        await execute(client, begin);
        try {
          const result = await play(client, operation());
          attempt.isCommitting = true;
          await execute(client, commit);
          return result;
        } catch (error) {
          if (!isBroken(error)) await execute(client, rollback);
          throw error;
        }
      }),
    );
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await Promise.allSettled(this.underWay);
    await this.pool.end();
  }

  private async repeatedly<T>(run: (attempt: Attempt) => Promise<T>): Promise<T> {
    let conflicts = 0;
    let dropped = 0;
    for (;;) {
      const attempt: Attempt = { isConnected: false, isCommitting: false };
      try {
        return await run(attempt);
      } catch (error) {
        if (isConflict(error)) {
          if (++conflicts >= maxConflicts) throw error;
        } else {
          const isHarmless = isDropped(error) && attempt.isConnected && !attempt.isCommitting;
          // When the server was restarted, every connection of the pool may be stale, and they are tried in turn.
          if (!isHarmless || ++dropped > this.limits.poolSize) throw error;
        }
      }
    }
  }

  private lend<T>(attempt: Attempt, use: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.isClosed) return Promise.reject(new StoreFailure('closed', 'the store is closed'));
    const work = this.lendOpen(attempt, use);
    this.underWay.add(work);
    const forget = () => this.underWay.delete(work);
    work.then(forget, forget);
    return work;
  }

  private async lendOpen<T>(attempt: Attempt, use: (client: PoolClient) => Promise<T>): Promise<T> {
    let client: PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      throw toFailure(error);
    }
    attempt.isConnected = true;
    let isUseless = false;
    try {
      return await use(client);
    } catch (error) {
      isUseless = isBroken(error);
      throw error;
    } finally {
      client.release(isUseless);
    }
  }
}

/** How far an attempt came before it failed. */
interface Attempt {
  isConnected: boolean;
  /** From here on a broken connection leaves the outcome open, and only the caller can decide. */
  isCommitting: boolean;
}
