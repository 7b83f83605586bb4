import { parseJson } from '../../../common/json';
import type { KnownInstance, OperationsStore } from '../../operations';
import type { Database } from '../database';
import { all, change, first } from '../operation';

interface InstanceRow {
  instance: string;
  owner: string;
  version: string;
  started_at: number;
  silent: number;
  links: number;
  is_draining: number;
  desks: string;
}

/** How long an instance that reports no more is still shown. */
export const shownForInMs = 3_600_000;

/** Which instances there are, by the database's clock. */
export function instances(database: Database): Pick<OperationsStore, 'report' | 'forget' | 'instances' | 'setDraining'> {
  const { dialect } = database;
  return {
    report: async ({ instance, owner, version, startedAt, desks }) => {
      const row = await database.single(() =>
        first<{ is_draining: number }>(
          `INSERT INTO instances (instance, owner, version, started_at, seen_at, desks) VALUES (?, ?, ?, ?, ${dialect.now}, ?)
           ON CONFLICT (instance) DO UPDATE SET owner = excluded.owner, seen_at = excluded.seen_at, desks = excluded.desks
           RETURNING is_draining`,
          instance,
          owner,
          version,
          startedAt,
          JSON.stringify(desks),
        ),
      );
      return { isDraining: row?.is_draining === 1 };
    },
    forget: async (instance) => {
      await database.single(() => change('DELETE FROM instances WHERE instance = ?', instance));
    },
    instances: async () => {
      const rows = await database.read(() =>
        all<InstanceRow>(
          `SELECT instance, owner, version, started_at, ${dialect.now} - seen_at AS silent, is_draining, desks,
             (SELECT CAST(count(*) AS INTEGER) FROM links WHERE links.owner = instances.owner AND is_finished = 0) AS links
           FROM instances ORDER BY instance`,
        ),
      );
      return rows.filter(({ silent, links }) => silent < shownForInMs || links > 0).map(toInstance);
    },
    setDraining: async (instance, isDraining) =>
      (await database.single(() =>
        change('UPDATE instances SET is_draining = ? WHERE instance = ?', isDraining ? 1 : 0, instance),
      )) > 0,
  };
}

function toInstance(row: InstanceRow): KnownInstance {
  return {
    instance: row.instance,
    owner: row.owner,
    version: row.version,
    startedAt: row.started_at,
    silentForInMs: row.silent,
    links: row.links,
    isDraining: row.is_draining === 1,
    desks: parseJson(row.desks) ?? null,
  };
}
