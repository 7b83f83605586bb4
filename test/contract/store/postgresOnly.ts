import { Client } from 'pg';
import { type Log, silentLog } from '../../../common/log';
import { openPostgresStore } from '../../../store/postgres';
import type { Store } from '../../../store/store';
import type { PostgresServer } from './postgresServer';
import { message, newLink, openLink, range } from './samples';

/** What concerns PostgreSQL alone: several processes at once, and connections that break. */
export function describePostgresOnly(server: () => PostgresServer): void {
  describe('PostgreSQL shared by several instances', () => {
    let url: string;
    let opened: Store[];
    const open = async (log: Log = silentLog) => {
      const store = await openPostgresStore({ url, log, poolSize: 4 });
      opened.push(store);
      return store;
    };
    const breakConnections = () =>
      server().admin(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${new URL(url).pathname.slice(1)}' AND pid <> pg_backend_pid()`,
      );
    /** A log that tells when a message was written. */
    const logTelling = (text: string) => {
      let tell: () => void;
      const told = new Promise<void>((resolve) => {
        tell = resolve;
      });
      const hear = (written: string) => {
        if (written === text) tell();
      };
      return { told, log: { ...silentLog, info: hear, warn: hear } };
    };
    beforeEach(async () => {
      url = await server().createDatabase();
      opened = [];
    });
    afterEach(async () => {
      await Promise.all(opened.map((store) => store.close()));
      await server().dropDatabase(url);
    });

    test('instances that start at once on an empty database all come up', async () => {
      const stores = await Promise.all(range(4).map(() => open()));
      await Promise.all(stores.map((store) => store.check()));
      expect(stores.map((store) => store.isExclusive)).toEqual([false, false, false, false]);
    });

    test('a database of a newer program is refused with both versions named', async () => {
      const store = await open();
      await store.close();
      const client = new Client(url);
      await client.connect();
      await client.query('INSERT INTO schema_migrations (version, applied_at) VALUES (999, 1)');
      await client.end();
      await expect(open()).rejects.toMatchObject({ code: 'newer', message: expect.stringMatching(/999.*knows \d+/) });
    });

    test('a wake-up reaches the listeners of every instance once', async () => {
      const [one, two] = [await open(), await open()];
      const heard: string[] = [];
      const allHeard = new Promise<void>((resolve) => {
        const note = (instance: string) => (linkId: string) => {
          heard.push(`${instance} ${linkId}`);
          // The last one of each instance, at the other one: notifications keep their order, but an own one comes at once.
          if (heard.includes('one last of two') && heard.includes('two last of one')) resolve();
        };
        one.links.onWake(note('one'));
        two.links.onWake(note('two'));
      });
      await Promise.all(range(10).map((n) => one.links.wake(`link-${n}`)));
      await two.links.wake('link with : and nul\u0000');
      await Promise.all([one.links.wake('last of one'), two.links.wake('last of two')]);
      await allHeard;
      const ofOne = heard.filter((each) => each.startsWith('one '));
      const ofTwo = heard.filter((each) => each.startsWith('two '));
      expect(ofOne).toHaveLength(13);
      expect(ofTwo).toHaveLength(13);
      expect([new Set(ofOne).size, new Set(ofTwo).size]).toEqual([13, 13]);
    });

    test('wake-ups arrive again after the connections broke', async () => {
      const back = logTelling('the connection for wake-ups is back');
      const [one, two] = [await open(back.log), await open()];
      await breakConnections();
      await back.told;
      const heard = new Promise<string>((resolve) => one.links.onWake(resolve));
      await two.links.wake('link-1').catch(() => two.links.wake('link-1'));
      expect(await heard).toBe('link-1');
    });

    test('reading and transactions go on over new connections when the old ones broke', async () => {
      const store = await open();
      await Promise.all(range(4).map((n) => openLink(store, n)));
      await breakConnections();
      expect((await store.links.get('link-1'))?.id).toBe('link-1');
      await breakConnections();
      expect((await store.links.open(newLink(9), 'instance-1', 1000)).created).toBe(true);
      await breakConnections();
      await store.check();
    });

    test('of parallel openings in several instances exactly one creates', async () => {
      const stores = await Promise.all(range(3).map(() => open()));
      const results = await Promise.all(
        range(30).map((n) => stores[n % 3]!.links.open(newLink(n, { conversationKey: 'same' }), `owner-${n % 3}`, 1000)),
      );
      expect(results.filter((result) => result.created)).toHaveLength(1);
    });

    test('claimers of several instances share without overlap', async () => {
      const stores = await Promise.all(range(3).map(() => open()));
      for (const n of range(30)) await openLink(stores[0]!, n);
      await stores[0]!.links.release('instance-1');
      const taken = await Promise.all(
        stores.map(async (store, n) => {
          const mine: string[] = [];
          for (let got = await store.links.claim(`taker-${n}`, 9000, 4000, 2); got.length > 0; ) {
            mine.push(...got.map((link) => link.id));
            got = await store.links.claim(`taker-${n}`, 9000, 4000, 2);
          }
          return mine;
        }),
      );
      expect(taken.flat()).toHaveLength(30);
      expect(new Set(taken.flat()).size).toBe(30);
    });

    test('openings and releases of one owner at once leave no link without an owner that can be found dead', async () => {
      const [one, two] = [await open(), await open()];
      await Promise.all(range(20).map((n) => (n % 4 === 3 ? two.links.release('instance-1') : openLink(n % 2 ? one : two, n))));
      expect(await one.links.claim('instance-2', 9000, 0, 100)).toHaveLength(15);
    });

    test('numbers rise in the order of acceptance across instances', async () => {
      const stores = await Promise.all(range(3).map(() => open()));
      await openLink(stores[0]!, 1);
      for (const n of range(30)) await stores[n % 3]!.links.append('link-1', 'toDesk', message(n), 1000);
      const queued = await stores[0]!.links.pending('link-1', 'toDesk', 100);
      expect(queued.map((row) => row.messageId)).toEqual(range(30).map((n) => `message-${n}`));
    });

    test('closing finishes what is under way', async () => {
      const store = await open();
      await openLink(store, 1);
      const appends = Promise.all(range(20).map((n) => store.links.append('link-1', 'toDesk', message(n), 1000)));
      await store.close();
      expect(await appends).toEqual(range(20).map(() => 'stored'));
    });

    test('a database that is gone makes the check fail', async () => {
      const store = await open();
      await server().dropDatabase(url);
      await expect(store.check()).rejects.toMatchObject({ name: 'StoreFailure' });
      await server().admin(`CREATE DATABASE ${new URL(url).pathname.slice(1)}`);
    });
  });

  describe('PostgreSQL that cannot be opened', () => {
    const failureOf = (url: string) =>
      openPostgresStore({ url, log: silentLog }).then(
        () => undefined,
        (error: unknown) => error as Error,
      );

    test('an address that is none of PostgreSQL is refused without being quoted', async () => {
      for (const url of ['not a url with secret', 'mysql://user:secret@127.0.0.1/x']) {
        const failure = await failureOf(url);
        expect(failure).toMatchObject({ name: 'StoreFailure', code: 'refused' });
        expect(`${failure?.message} ${failure?.stack}`).not.toContain('secret');
      }
    });

    test('nobody listening is unavailable', async () => {
      expect(await failureOf('postgresql://user:secret@127.0.0.1:1/x')).toMatchObject({
        code: 'unavailable',
        databaseCode: 'ECONNREFUSED',
      });
    });

    test('a wrong password is refused with its code, and not quoted', async () => {
      const url = await server().createDatabase();
      const failure = await failureOf(url.replace('local-test', 'wrong-secret'));
      expect(failure).toMatchObject({ code: 'refused', databaseCode: '28P01' });
      expect(`${failure?.message} ${failure?.stack}`).not.toContain('wrong-secret');
      await server().dropDatabase(url);
    });

    test('TLS that the server does not speak is a failure, not a plain connection', async () => {
      const url = await server().createDatabase();
      await expect(openPostgresStore({ url: `${url}?sslmode=disable`, tls: true, log: silentLog })).rejects.toMatchObject({
        code: 'unavailable',
      });
      await server().dropDatabase(url);
    });
  });
}
