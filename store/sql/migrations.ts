import { StoreFailure } from '../storeFailure';
import type { Dialect } from './database';
import { change, first, type Operation } from './operation';

/** A step of the schema. Once released, a step never changes: a correction is a further step. */
export interface Migration {
  version: number;
  statements(dialect: Dialect): string[];
}

/**
 * Brings the schema up to the newest step and records each step in `schema_migrations`. Nothing happens when it is there
 * already. Throws `StoreFailure` with code `newer` when the database knows a step that this program does not.
 */
export function* migrate(dialect: Dialect, migrations: readonly Migration[], now: number): Operation<number[]> {
  yield* change('CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)');
  const row = yield* first<{ version: number | null }>('SELECT max(version) AS version FROM schema_migrations');
  const current = row?.version ?? 0;
  const newest = Math.max(...migrations.map((migration) => migration.version));
  if (current > newest) {
    throw new StoreFailure(
      'newer',
      `the database has schema version ${current}, this program knows ${newest}: run a newer program or restore a backup`,
    );
  }
  const applied: number[] = [];
  for (const migration of migrations) {
    if (migration.version <= current) continue;
    for (const sql of migration.statements(dialect)) yield* change(sql);
    yield* change('INSERT INTO schema_migrations (version, applied_at) VALUES (?, ?)', migration.version, now);
    applied.push(migration.version);
  }
  return applied;
}
