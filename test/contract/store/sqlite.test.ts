import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../common/log';
import { openSqliteStore } from '../../../store/sqlite';
import { describeStore } from './storeSuite';

describeStore('SQLite', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'store-'));
  let nowInMs = Date.UTC(2026, 0, 5, 9);
  const clock = { now: () => nowInMs };
  const open = () => openSqliteStore({ file: path.join(folder, 'data', 'store.sqlite'), log: silentLog, clock });
  let store = await open();
  return {
    store,
    clock: {
      advance: async (byInMs) => {
        nowInMs += byInMs;
      },
    },
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
