import { silentLog } from '../../../common/log';
import { openPostgresStore } from '../../../store/postgres';
import type { Store } from '../../../store/store';
import { until } from '../../support/fakeClock';
import type { PostgresServer } from './postgresServer';
import { openLink } from './samples';

/** How one process sees that another one is still there though it does not report. */
export function describePostgresPresence(server: () => PostgresServer): void {
  describe('a PostgreSQL owner that does not report', () => {
    let url: string;
    let owner: Store;
    let other: Store;
    const open = () => openPostgresStore({ url, log: silentLog, poolSize: 2 });
    const lingers = () => other.links.lingers('instance-1');

    beforeEach(async () => {
      url = await server().createDatabase();
      [owner, other] = [await open(), await open()];
      await openLink(owner, 1);
      await owner.links.heartbeat('instance-1');
      await until('it shows', lingers);
    });
    afterEach(async () => {
      await Promise.all([owner.close(), other.close()]);
      await server().dropDatabase(url);
    });

    test('is named to whoever takes its links over, as long as its connection is there', async () => {
      const [taken] = await other.links.claim('instance-2', 2000, 0, 10);
      expect(taken?.heldBy).toMatchObject({ owner: 'instance-1' });
      expect(taken?.heldBy?.silentForInMs).toBeGreaterThanOrEqual(0);
      expect(await lingers()).toBe(true);
    });

    test('is gone when its process is', async () => {
      await owner.close();
      const [taken] = await other.links.claim('instance-2', 2000, 0, 10);
      expect(taken?.heldBy).toBeUndefined();
      expect(await lingers()).toBe(false);
    });

    test('is gone when it has released its name', async () => {
      await owner.links.release('instance-1');
      expect(await lingers()).toBe(false);
    });

    test('shows again over a new connection', async () => {
      await server().admin(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${new URL(url).pathname.slice(1)}' AND pid <> pg_backend_pid()`,
      );
      await until('it shows again', lingers);
      await owner.links.release('instance-1');
      await until('it is gone', async () => !(await lingers()));
    });
  });
}
