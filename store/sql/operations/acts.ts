import type { JsonObject } from '../../../common/json';
import type { Act, OperationsStore } from '../../operations';
import type { Database } from '../database';
import { all, change, first, upTo } from '../operation';
import { shownForInMs } from './instances';

interface ActRow {
  seq: number;
  acted_at: number;
  operator: string;
  act: string;
  target: string;
  details: string;
  outcome: string | null;
}

/** What operators did, and the desks they switched off. */
export function acts(
  database: Database,
): Pick<OperationsStore, 'beginAct' | 'endAct' | 'acts' | 'purge' | 'switchOff' | 'switchOn' | 'switchedOff'> {
  const { dialect } = database;
  return {
    beginAct: async ({ operator, act, target, details }, now) => {
      const row = await database.single(() =>
        first<{ seq: number }>(
          'INSERT INTO acts (acted_at, operator, act, target, details) VALUES (?, ?, ?, ?, ?) RETURNING seq',
          now,
          operator,
          act,
          target,
          JSON.stringify(details),
        ),
      );
      return row?.seq ?? 0;
    },
    endAct: async (seq, outcome, details) => {
      const kept = details && JSON.stringify(details);
      await database.single(() =>
        change('UPDATE acts SET outcome = ?, details = COALESCE(?, details) WHERE seq = ?', outcome, kept ?? null, seq),
      );
    },
    acts: async (limit, before) => {
      const condition = before === undefined ? '' : 'WHERE seq < ?';
      const rows = await database.read(() =>
        all<ActRow>(
          `SELECT seq, acted_at, operator, act, target, details, outcome FROM acts ${condition} ORDER BY seq DESC ${upTo}`,
          ...(before === undefined ? [] : [before]),
          limit,
        ),
      );
      return rows.map(toAct);
    },
    purge: async (actsBefore) => {
      const gone = await database.single(() => change('DELETE FROM acts WHERE acted_at < ?', actsBefore));
      const silent = await database.single(() =>
        change(`DELETE FROM instances WHERE seen_at < ${dialect.now} - CAST(? AS BIGINT)`, shownForInMs),
      );
      return gone + silent;
    },
    switchOff: async ({ desk, because, by, at }) => {
      await database.single(() =>
        change(
          `INSERT INTO desk_switches (desk, because, by_whom, off_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (desk) DO UPDATE SET because = excluded.because, by_whom = excluded.by_whom, off_at = excluded.off_at`,
          desk,
          because,
          by,
          at,
        ),
      );
    },
    switchOn: async (desk) => (await database.single(() => change('DELETE FROM desk_switches WHERE desk = ?', desk))) > 0,
    switchedOff: async () => {
      const sql = 'SELECT desk, because, by_whom, off_at FROM desk_switches ORDER BY desk';
      const rows = await database.read(() => all<{ desk: string; because: string; by_whom: string; off_at: number }>(sql));
      return rows.map(({ desk, because, by_whom, off_at }) => ({ desk, because, by: by_whom, at: off_at }));
    },
  };
}

function toAct({ outcome, details, acted_at, ...row }: ActRow): Act {
  return { ...row, at: acted_at, details: JSON.parse(details) as JsonObject, ...(outcome !== null && { outcome }) };
}
