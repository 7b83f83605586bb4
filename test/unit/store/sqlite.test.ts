import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '../../../common/log';
import { schema } from '../../../store/sql/schema';
import { openSqliteStore } from '../../../store/sqlite';

describe('the SQLite file', () => {
  let folder: string;
  let file: string;
  const children: ChildProcess[] = [];
  const open = () => openSqliteStore({ file, log: silentLog });
  const startChild = () => {
    const child = fork(path.join(__dirname, 'childWriter.js'), [file], { execArgv: [] });
    children.push(child);
    return child;
  };
  /** What the child reports, once it is `count` messages or a failure; the list goes on growing while the child runs. */
  const reports = (child: ChildProcess, count: number) =>
    new Promise<unknown[]>((resolve) => {
      const heard: unknown[] = [];
      child.on('message', (report) => {
        heard.push(report);
        if (heard.length === count || typeof report !== 'string') resolve(heard);
      });
      child.once('exit', () => resolve(heard));
    });

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'store-'));
    file = path.join(folder, 'deep', 'down', 'store.sqlite');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test('is made with its folder on the first start, and belongs to one process', async () => {
    const store = await open();
    expect(existsSync(file)).toBe(true);
    expect(store.isExclusive).toBe(true);
    await store.close();
  });

  test('is refused while it is open, and free once it is closed', async () => {
    const store = await open();
    await expect(open()).rejects.toMatchObject({ name: 'StoreFailure', code: 'inUse', message: expect.stringContaining(file) });
    await store.documents.write(new Map([['a', { value: { n: 1 } }]]), 1);
    await expect(open()).rejects.toMatchObject({ code: 'inUse' });
    await store.close();
    const again = await open();
    expect((await again.documents.read(['a'])).size).toBe(1);
    await again.close();
  });

  test('is refused to a second process while this one has it', async () => {
    const store = await open();
    expect(await reports(startChild(), 1)).toEqual([{ failed: 'inUse', message: expect.stringContaining(file) }]);
    await store.close();
  });

  test('of a process that was killed is whole, has all that was accepted, and is free at once', async () => {
    const child = startChild();
    const heard = await reports(child, 50);
    expect(heard.length).toBeGreaterThanOrEqual(50);
    await expect(open()).rejects.toMatchObject({ code: 'inUse' });
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;

    const store = await open();
    const pending = await store.links.pending('link', 'toDesk', 1_000_000);
    const ids = pending.map((row) => row.messageId);
    expect(ids.slice(0, heard.length)).toEqual(heard);
    // The last message may have been written without the change that follows it, or with it.
    const { n } = (await store.links.get('link'))!.data;
    expect([ids.length - 1, ids.length - 2]).toContain(n);
    await store.close();
    const connection = new DatabaseSync(file);
    expect(connection.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    connection.close();
  });

  test('of a newer program is refused with both versions named, and let go of', async () => {
    await (await open()).close();
    const connection = new DatabaseSync(file);
    connection.exec('INSERT INTO schema_migrations (version, applied_at) VALUES (999, 1)');
    connection.close();
    const newer = { code: 'newer', message: expect.stringMatching(/999.*knows \d+/) };
    await expect(open()).rejects.toMatchObject(newer);
    await expect(open()).rejects.toMatchObject(newer);
  });

  test('that is none of SQLite is refused', async () => {
    file = path.join(folder, 'letter.txt');
    writeFileSync(file, 'Dear customer, '.repeat(1000));
    await expect(open()).rejects.toMatchObject({ name: 'StoreFailure', code: 'refused' });
  });

  test('is migrated once', async () => {
    await (await open()).close();
    await (await open()).close();
    const connection = new DatabaseSync(file);
    const versions = connection.prepare('SELECT version FROM schema_migrations').all();
    expect(versions.map((row) => row['version'])).toEqual(schema.map((step) => step.version));
    connection.close();
  });
});
