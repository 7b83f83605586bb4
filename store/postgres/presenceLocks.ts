import type { Client } from 'pg';
import { errorCode, type Log } from '../../common/log';
import { type Presence, signOf } from '../sql/owners';

/**
 * Shows that this process is there by locks that live as long as its connection: they go when the process dies, because the
 * operating system closes the connection, and stay while it is only frozen. Its other connections, those to desks among them, share that fate.
 */
export class PresenceLocks implements Presence {
  private readonly wanted = new Set<string>();
  private readonly held = new Set<string>();
  private client: Client | undefined;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly log: Log) {}

  /** From now on this connection holds the locks; undefined when there is none at the moment. */
  use(client: Client | undefined): void {
    this.client = client;
    this.held.clear();
    for (const owner of this.wanted) this.show(owner);
  }

  show(owner: string): void {
    this.wanted.add(owner);
    const { client } = this;
    if (!client || this.held.has(owner)) return;
    this.held.add(owner);
    // Whoever looks holds it for a moment, too: then it is taken at the next report.
    void this.ask<{ taken: boolean }>(client, 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', owner, (row) => {
      if (row?.taken !== true) this.held.delete(owner);
    });
  }

  async hide(owner: string): Promise<void> {
    this.wanted.delete(owner);
    if (!this.client || !this.held.delete(owner)) return;
    await this.ask(this.client, 'SELECT pg_advisory_unlock(hashtextextended($1, 0))', owner, () => undefined);
  }

  /** Never rejects. Reports do not wait for it: a connection that hangs must not cost the lease. */
  private ask<R extends object>(client: Client, sql: string, owner: string, then: (row: R | undefined) => void): Promise<void> {
    return this.inTurn(client, () => client.query<R>(sql, [signOf(owner)])).then(
      (answer) => {
        if (answer) then(answer.rows[0]);
      },
      (error: unknown) => {
        if (this.client !== client) return;
        this.held.delete(owner);
        this.log.warn('the lock that shows this process was not changed', { code: errorCode(error) });
      },
    );
  }

  /** One statement at a time on the connection; undefined when it is in use no more. */
  inTurn<T>(client: Client, statement: () => Promise<T>): Promise<T | undefined> {
    const result = this.tail.then(async () => (this.client === client ? statement() : undefined));
    this.tail = result.catch(() => undefined);
    return result;
  }
}
