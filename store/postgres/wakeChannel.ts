import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { backoffInMs } from '../../common/backoff';
import { type CancelTimer, systemClock } from '../../common/clock';
import { errorCode, type Log } from '../../common/log';
import type { Database } from '../sql/database';
import { all, cleanText } from '../sql/operation';
import type { WakeCalls } from '../wakeCalls';
import { connectionConfig, type PostgresAddress } from './connection';
import { toFailure } from './failure';
import { PresenceLocks } from './presenceLocks';

const channel = 'switchboard_wake';
const pingEveryMs = 20_000;

interface Batch {
  payloads: Set<string>;
  /** Settles when the other instances were told. */
  sent: Promise<void>;
}

/**
 * Carries wake-ups between instances with LISTEN and NOTIFY over a connection of its own, which is made again whenever it
 * breaks; what was sent meanwhile is lost. Own listeners are called at once, without the way through the database. By the same
 * connection others see that this process is there.
 */
export class WakeChannel {
  readonly presence: PresenceLocks;
  private readonly instance = randomBytes(6).toString('hex');
  private client: Client | undefined;
  private cancelTimer: CancelTimer | undefined;
  private failures = 0;
  private isClosed = false;
  private batch: Batch | undefined;
  private tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly address: PostgresAddress,
    private readonly database: Database,
    private readonly calls: WakeCalls,
    private readonly log: Log,
  ) {
    this.presence = new PresenceLocks(log);
  }

  /** Resolves when wake-ups of other instances arrive. Throws `StoreFailure` when the database does not answer. */
  async start(): Promise<void> {
    const client = new Client({ ...connectionConfig(this.address), query_timeout: 10_000 });
    client.on('notification', ({ payload }) => this.hear(payload ?? ''));
    client.on('error', (error) => this.lose(client, errorCode(error)));
    client.on('end', () => this.lose(client, 'end'));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
    } catch (error) {
      drop(client);
      throw toFailure(error);
    }
    this.client = client;
    this.presence.use(client);
    this.failures = 0;
    this.schedulePing(client);
  }

  /** Calls the own listeners, then tells the other instances; wake-ups that come together travel together. */
  wake(linkId: string): Promise<void> {
    this.calls.emit(linkId);
    this.batch ??= this.openBatch();
    this.batch.payloads.add(`${this.instance}:${cleanText(linkId)}`);
    return this.batch.sent;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelTimer?.();
    const { client } = this;
    this.client = undefined;
    this.presence.use(undefined);
    await client?.end();
  }

  /** A batch takes wake-ups in until the one before it is through. */
  private openBatch(): Batch {
    const payloads = new Set<string>();
    const sent = this.tail.then(() => {
      this.batch = undefined;
      return this.send(payloads);
    });
    const over = () => undefined;
    this.tail = sent.then(over, over);
    return { payloads, sent };
  }

  private async send(payloads: Set<string>): Promise<void> {
    const json = JSON.stringify([...payloads]);
    await this.database.single(() =>
      all(`SELECT pg_notify('${channel}', payload) FROM json_array_elements_text(CAST(? AS json)) AS payload`, json),
    );
  }

  private hear(payload: string): void {
    const cut = payload.indexOf(':');
    if (payload.slice(0, cut) !== this.instance) this.calls.emit(payload.slice(cut + 1));
  }

  private lose(client: Client, code: string): void {
    if (this.isClosed || this.client !== client) return;
    this.client = undefined;
    this.presence.use(undefined);
    drop(client);
    this.log.warn('the connection for wake-ups was lost', { code });
    this.scheduleReconnect();
  }

  private scheduleReconnect(): void {
    this.cancelTimer?.();
    this.failures += 1;
    const delay = backoffInMs(this.failures, { firstInMs: 100, maxInMs: 5000 });
    this.cancelTimer = systemClock.schedule(delay, () => void this.reconnect());
  }

  private async reconnect(): Promise<void> {
    if (this.isClosed) return;
    try {
      await this.start();
      if (this.isClosed) await this.close();
      else this.log.info('the connection for wake-ups is back');
    } catch (error) {
      this.log.warn('the connection for wake-ups cannot be made', { code: errorCode(error) });
      if (!this.isClosed) this.scheduleReconnect();
    }
  }

  /** Notices a connection that is dead without having said so. */
  private schedulePing(client: Client): void {
    this.cancelTimer = systemClock.schedule(pingEveryMs, () => {
      this.presence
        .inTurn(client, () => client.query('SELECT 1'))
        .then(
          () => {
            if (this.client === client) this.schedulePing(client);
          },
          (error: unknown) => this.lose(client, errorCode(error)),
        );
    });
  }
}

/** Ends a connection that nobody waits for any more; whether it ends politely does not matter. */
function drop(client: Client): void {
  client.end().catch(() => undefined);
}
