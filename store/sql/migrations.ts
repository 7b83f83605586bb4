import { StoreFailure } from '../storeFailure';
import type { Dialect } from './database';
import { change, first, type Operation } from './operation';

/**
 * A step of the schema. Once released, a step never changes: a correction is a further step. Steps are numbered one by one and only
 * add, so that a program of before still works on the database, during a change of versions and after going back. A step that it
 * could not work with begins the next hundred.
 */
export interface Migration {
  version: number;
  statements(dialect: Dialect): string[];
}

/**
 * Brings the schema up to the newest step and records each step in `schema_migrations`. Nothing happens when it is there
 * already, or when a newer program only added to it. Throws `StoreFailure` with code `newer` when this program could not work with
 * what a newer one made of it.
 */
export function* migrate(dialect: Dialect, migrations: readonly Migration[], now: number): Operation<number[]> {
  yield* change('CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)');
  const current = yield* schemaVersion();
  const newest = newestOf(migrations);
  if (hundred(current) > hundred(newest)) throw newer(current, newest);
  const applied: number[] = [];
  for (const migration of migrations) {
    if (migration.version <= current) continue;
    for (const sql of migration.statements(dialect)) yield* change(sql);
    yield* change('INSERT INTO schema_migrations (version, applied_at) VALUES (?, ?)', migration.version, now);
    applied.push(migration.version);
  }
  return applied;
}

/** Throws `StoreFailure` with code `newer` when the database has a step that this program does not know, be it one that only adds. */
export function* refuseUnknownSteps(migrations: readonly Migration[]): Operation<void> {
  const current = yield* schemaVersion();
  if (current > newestOf(migrations)) throw newer(current, newestOf(migrations));
}

function* schemaVersion(): Operation<number> {
  const row = yield* first<{ version: number | null }>('SELECT max(version) AS version FROM schema_migrations');
  return row?.version ?? 0;
}

function newestOf(migrations: readonly Migration[]): number {
  return Math.max(...migrations.map(({ version }) => version));
}

function hundred(version: number): number {
  return Math.trunc(version / 100);
}

function newer(current: number, newest: number): StoreFailure {
  return new StoreFailure(
    'newer',
    `the database has schema version ${current}, this program knows ${newest}: run a newer program or restore a backup`,
  );
}
