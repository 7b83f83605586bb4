import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../common/log';
import { openSqliteStore } from '../../../store/sqlite';
import type { Store } from '../../../store/store';

describe('writes of SQLite that are committed together', () => {
  let folder: string;
  let store: Store;
  const file = () => path.join(folder, 'store.sqlite');
  const open = () => openSqliteStore({ file: file(), log: silentLog });
  const write = (key: string, eTag?: string) =>
    store.documents.write(new Map([[key, { value: { key }, ...(eTag !== undefined && { eTag }) }]]), 1);

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'group-'));
    store = await open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('fail alone: what others wrote before and after is kept', async () => {
    const outcomes = await Promise.allSettled([write('a'), write('b', 'an eTag nobody gave'), write('c')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect([...(await store.documents.read(['a', 'b', 'c'])).keys()]).toEqual(['a', 'c']);
  });

  test('undo a failed one whole, with the parts of it that went well', async () => {
    const both = new Map([
      ['d', { value: { n: 1 } }],
      ['e', { value: { n: 1 }, eTag: 'an eTag nobody gave' }],
    ]);
    const outcomes = await Promise.allSettled([write('a'), store.documents.write(both, 1)]);
    expect(outcomes[1].status).toBe('rejected');
    expect([...(await store.documents.read(['a', 'd', 'e'])).keys()]).toEqual(['a']);
  });

  test('are seen by a read that is asked after them, before they are committed', async () => {
    const written = write('a');
    expect((await store.documents.read(['a'])).size).toBe(1);
    await written;
  });

  test('settle in the order in which they were asked for', async () => {
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((n) => write(`key ${n}`).then(() => order.push(n))));
    expect(order).toEqual([1, 2, 3, 4]);
  });

  test('are kept when the store is closed in the same breath', async () => {
    const written = write('a');
    await store.close();
    await written;
    store = await open();
    expect((await store.documents.read(['a'])).size).toBe(1);
  });
});
