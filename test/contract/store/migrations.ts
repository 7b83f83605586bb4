import type { Dialect } from '../../../store/sql/database';
import { migrate } from '../../../store/sql/migrations';
import { all, change, type Operation } from '../../../store/sql/operation';
import { schema } from '../../../store/sql/schema';
import type { Store } from '../../../store/store';
import { message, openLink } from './samples';

/** A database of an earlier version, bare of the product's code. */
export interface RawDatabase {
  readonly dialect: Dialect;
  run<T>(operation: () => Operation<T>): Promise<T>;
  /** Lets go of it and opens it as the program does. */
  open(): Promise<Store>;
  close(): Promise<void>;
}

/** Every version that was ever released must open with this program, and end as the newest does. */
export function describeMigrations(name: string, make: () => Promise<RawDatabase>): void {
  const versions = schema.map((step) => step.version);

  describe(`a ${name} database of an earlier version`, () => {
    test('versions rise one by one', () => {
      expect(versions).toEqual(versions.map((_, index) => index + 1));
    });

    test.each([0, ...versions])('of version %i is brought up to date with what it holds, and works', async (version) => {
      const raw = await make();
      const upTo = schema.filter((step) => step.version <= version);
      if (version > 0) {
        await raw.run(() => migrate(raw.dialect, upTo, 1));
        await raw.run(() =>
          change(
            `INSERT INTO links (id, conversation_key, state, is_open, provider, epoch, created_at, updated_at, data, request)
             VALUES ('old', 'old', 'queued', 1, '8x8', 1, 1, 1, '{}', '{}')`,
          ),
        );
        await raw.run(() =>
          change(
            "INSERT INTO messages (link_id, direction, message_id, accepted_at, payload) VALUES ('old', 'toDesk', 'm', 1, '{}')",
          ),
        );
      }
      const store = await raw.open();
      expect((await store.links.listOpen(10)).map((link) => link.id)).toEqual(version > 0 ? ['old'] : []);
      expect(await store.links.pending('old', 'toDesk', 10)).toHaveLength(version > 0 ? 1 : 0);
      await openLink(store, 1);
      expect(await store.links.append('link-1', 'toDesk', message(1), 1)).toBe('stored');
      expect(await store.links.claim('next', 2, 0, 10)).toHaveLength(version > 0 ? 2 : 1);
      await store.tasks.add([{ id: 't', group: 'g', payload: {} }], 1);
      expect(await store.tasks.claim(1, 10)).toHaveLength(1);
      await store.documents.write(new Map([['d', { value: {} }]]), 1);
      await store.transcripts.append('c', [{ entryId: 'e', at: 1, payload: 'x' }]);
      expect(await store.turns.join('k', 't', 1000)).toBe(true);
      await store.close();
      const applied = await raw.run(() => all<{ version: number }>('SELECT version FROM schema_migrations ORDER BY version'));
      expect(applied.map((row) => row.version)).toEqual(versions);
      await raw.close();
    });

    test('of a newer program that only added to it is worked with, as after going back to this version', async () => {
      const raw = await make();
      const added = { version: versions.length + 1, statements: () => ['ALTER TABLE links ADD COLUMN mood TEXT'] };
      await raw.run(() => migrate(raw.dialect, [...schema, added], 1));
      const store = await raw.open();
      await openLink(store, 1);
      expect(await store.links.append('link-1', 'toDesk', message(1), 1)).toBe('stored');
      expect(await store.links.pending('link-1', 'toDesk', 10)).toHaveLength(1);
      await store.close();
      await raw.close();
    });

    test('of a newer program that changed what was there is refused', async () => {
      const raw = await make();
      const changed = { version: 100, statements: () => ['ALTER TABLE links RENAME COLUMN state TO mood'] };
      await raw.run(() => migrate(raw.dialect, [...schema, changed], 1));
      await expect(raw.open()).rejects.toMatchObject({ code: 'newer', message: expect.stringMatching(/100.*knows \d+/) });
      await raw.close();
    });

    test.each(versions.slice(0, -1))('of version %i is brought up to date once by two that start together', async (version) => {
      const raw = await make();
      await raw.run(() =>
        migrate(
          raw.dialect,
          schema.filter((step) => step.version <= version),
          1,
        ),
      );
      const results = await Promise.allSettled([raw.open(), raw.open()]);
      const stores = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      // Of a file, one of them is refused; a server lets both in.
      expect(stores.length).toBeGreaterThanOrEqual(1);
      for (const store of stores) await store.check();
      await Promise.all(stores.map((store) => store.close()));
      const applied = await raw.run(() => all<{ version: number }>('SELECT version FROM schema_migrations ORDER BY version'));
      expect(applied.map((row) => row.version)).toEqual(versions);
      await raw.close();
    });
  });
}
