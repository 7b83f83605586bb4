import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../common/log';
import { openSqliteStore } from '../../../store/sqlite';
import { describeStore } from './storeSuite';

describeStore('SQLite', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'store-'));
  const open = () => openSqliteStore({ file: path.join(folder, 'data', 'store.sqlite'), log: silentLog });
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
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
