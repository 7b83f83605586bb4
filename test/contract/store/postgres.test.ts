import { silentLog } from '../../../common/log';
import { openPostgresStore } from '../../../store/postgres';
import { describePostgresLocks } from './postgresLocks';
import { describePostgresOnly } from './postgresOnly';
import { type PostgresServer, startPostgres } from './postgresServer';
import { describeStore } from './storeSuite';

let server: PostgresServer;
let url: string;
beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
});
afterAll(() => server.stop());

describeStore('PostgreSQL', async () => {
  // Emptying a database is quicker than making one.
  const open = () => openPostgresStore({ url, log: silentLog, poolSize: 8 });
  let store = await open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    close: async () => {
      await store.close();
      await server.empty(url);
    },
  };
});

describePostgresOnly(() => server);
describePostgresLocks(() => server);
