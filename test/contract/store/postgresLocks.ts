import { Client } from 'pg';
import { silentLog } from '../../../common/log';
import { openPostgresStore } from '../../../store/postgres';
import type { Store } from '../../../store/store';
import type { PostgresServer } from './postgresServer';
import { event, message, openLink } from './samples';

/** What happens when a transaction of another instance is under way: seen by holding one open by hand. */
export function describePostgresLocks(server: () => PostgresServer): void {
  describe('PostgreSQL while another transaction is under way', () => {
    let url: string;
    let store: Store;
    let other: Client;
    let watcher: Client;
    beforeEach(async () => {
      url = await server().createDatabase();
      store = await openPostgresStore({ url, log: silentLog });
      await openLink(store, 1);
      other = new Client(url);
      watcher = new Client(url);
      await Promise.all([other.connect(), watcher.connect()]);
      await other.query('BEGIN');
    });
    afterEach(async () => {
      await Promise.all([other.end(), watcher.end()]);
      await store.close();
      await server().dropDatabase(url);
    });

    /** Resolves when so many statements of this database wait for a lock. */
    const untilWaiting = async (count: number): Promise<string> => {
      const sql = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      for (;;) if ((await watcher.query(sql)).rows.length === count) return 'waiting';
    };
    const breakWaiting = () =>
      watcher.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );

    test('a message waits for the change that is closing its link, and is refused then', async () => {
      await other.query("UPDATE links SET is_open = 0 WHERE id = 'link-1'");
      const appended = store.links.append('link-1', 'toDesk', message(1), 1000);
      expect(await Promise.race([appended, untilWaiting(1)])).toBe('waiting');
      await other.query('COMMIT');
      expect(await appended).toBe('closed');
    });

    test('events wait for those of their session that came before, those of other sessions do not', async () => {
      await other.query(
        `INSERT INTO events (provider, session_key, event_id, received_at, payload) VALUES ('8x8', 'session', 'event-2', 1, '{}')`,
      );
      const first = store.links.receive('8x8', 'session', 'link-1', [event(1), event(2)], 1000);
      expect(await Promise.race([first, untilWaiting(1)])).toBe('waiting');
      const second = store.links.receive('8x8', 'session', 'link-1', [event(3)], 1000);
      expect(await Promise.race([second, untilWaiting(2)])).toBe('waiting');
      expect(await store.links.receive('8x8', 'another', undefined, [event(1)], 1000)).toBeUndefined();
      expect(await store.links.unhandled('8x8', 'session', 'link-1', 10)).toEqual([]);
      await other.query('ROLLBACK');
      await Promise.all([first, second]);
      const received = await store.links.unhandled('8x8', 'session', 'link-1', 10);
      expect(received.map((row) => row.eventId)).toEqual(['event-1', 'event-2', 'event-3']);
    });

    test('a link that somebody works on is not taken over in that moment', async () => {
      await other.query("UPDATE links SET data = '{}' WHERE id = 'link-1'");
      expect(await store.links.claim('instance-2', 9000, 0, 10)).toEqual([]);
      await other.query('COMMIT');
      expect(await store.links.claim('instance-2', 9000, 0, 10)).toHaveLength(1);
    });

    test('a transaction whose connection breaks before the commit is begun again', async () => {
      await other.query("UPDATE links SET data = '{}' WHERE id = 'link-1'");
      const updated = store.links.update('link-1', 1, { data: { n: 1 }, appendToCustomer: [message(1)] }, 2000);
      expect(await Promise.race([updated, untilWaiting(1)])).toBe('waiting');
      await breakWaiting();
      await other.query('COMMIT');
      await updated;
      expect((await store.links.get('link-1'))?.data).toEqual({ n: 1 });
      expect(await store.links.pending('link-1', 'toCustomer', 10)).toHaveLength(1);
    });

    test('a single write whose connection breaks is not repeated, because it may have happened', async () => {
      await other.query("UPDATE links SET data = '{}' WHERE id = 'link-1'");
      const appended = store.links.append('link-1', 'toDesk', message(1), 1000);
      const failure = expect(appended).rejects.toMatchObject({ name: 'StoreFailure', code: 'unavailable' });
      await untilWaiting(1);
      await breakWaiting();
      await failure;
      await other.query('COMMIT');
      expect(await store.links.append('link-1', 'toDesk', message(1), 1000)).toBe('stored');
    });
  });
}
