import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
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
    dump: async () => {
      const database = new DatabaseSync(path.join(folder, 'data', 'store.sqlite'), { readOnly: true });
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").all();
      const rows = tables.map(({ name }) => {
        const found = database.prepare(`SELECT * FROM ${String(name)}`).all();
        return [String(name), found.map((row) => JSON.stringify(row))] as const;
      });
      database.close();
      return Object.fromEntries(rows);
    },
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
