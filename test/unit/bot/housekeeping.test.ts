import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Housekeeping } from '../../../bot/housekeeping';
import { silentLog } from '../../../common/log';
import { openSqliteStore } from '../../../store/sqlite';
import type { Store } from '../../../store/store';
import { FakeClock, until } from '../../support/fakeClock';

const dayInMs = 86_400_000;

describe('housekeeping', () => {
  let folder: string;
  let store: Store;
  const clock = new FakeClock(Date.now());

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-housekeeping-'));
    store = await openSqliteStore({ file: path.join(folder, 'state.db'), log: silentLog });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = async (key: string, at: number) => {
    await store.documents.write(new Map([[key, { value: { name: 'Ada' } }]]), at);
    await store.transcripts.append(key, [{ entryId: 'customer:1', at, payload: { text: 'my card number' } }]);
  };
  const isThere = async (key: string) =>
    (await store.documents.read([key])).has(key) || (await store.transcripts.read(key, 10)).length > 0;

  it('deletes what is older than the settings say, now and every hour', async () => {
    const began = clock.now();
    await write('old', began - 30 * dayInMs - 1);
    await write('younger', began - 30 * dayInMs + 1_800_000);
    await write('new', began);
    const keeper = new Housekeeping({ store, clock, log: silentLog, keepForInMs: 30 * dayInMs, keepActsForInMs: 365 * dayInMs });
    keeper.start();
    await until('the old one is gone', async () => !(await isThere('old')));
    expect([await isThere('younger'), await isThere('new')]).toEqual([true, true]);
    await until('the next hour is planned', async () => {
      await clock.advance(3_600_000);
      return !(await isThere('younger'));
    });
    expect(await isThere('new')).toBe(true);
    keeper.stop();
  });
});
