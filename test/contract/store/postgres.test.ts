import { silentLog } from '../../../common/log';
import { openPostgresStore } from '../../../store/postgres';
import { type HeldClock, holdClock } from './databaseClock';
import { describePostgresLocks } from './postgresLocks';
import { describePostgresOnly } from './postgresOnly';
import { describePostgresPresence } from './postgresPresence';
import { dumpDatabase, type PostgresServer, startPostgres } from './postgresServer';
import { describeStore } from './storeSuite';

let server: PostgresServer;
let url: string;
let clock: HeldClock;
beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
  clock = await holdClock(url);
});
afterAll(async () => {
  await clock.close();
  await server.stop();
});

describeStore('PostgreSQL', async () => {
  // Emptying a database is quicker than making one.
  const open = () => openPostgresStore({ url, log: silentLog, poolSize: 8 });
  let store = await open();
  return {
    store,
    clock,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    dump: () => dumpDatabase(url),
    close: async () => {
      await store.close();
      await server.empty(url);
    },
  };
});

describePostgresOnly(() => server);
describePostgresLocks(() => server);
describePostgresPresence(() => server);
