import type { TurnStore } from '../turns';
import type { Database, Dialect } from './database';
import { change, first, inList, type Operation, slices } from './operation';

export function createTurnStore(database: Database): TurnStore {
  const { dialect } = database;
  return {
    join: (key, ticket, holdForInMs) =>
      database.transaction(function* () {
        // Numbers are drawn in another order than they become visible, unless one waits for the other.
        yield* dialect.holdKey(`turn ${key}`);
        yield* change(
          `INSERT INTO turns (key, ticket, held_until) VALUES (?, ?, ${dialect.now} + CAST(? AS BIGINT)) ON CONFLICT (ticket) DO NOTHING`,
          key,
          ticket,
          Math.ceil(holdForInMs),
        );
        return yield* isFirst(key, ticket, dialect);
      }),
    isFirst: (key, ticket) => database.read(() => isFirst(key, ticket, dialect)),
    renew: (tickets, holdForInMs) =>
      database.transaction(function* () {
        // In a fixed order, so that two of these wait for each other instead of blocking.
        for (const slice of slices([...tickets].sort(), 128)) {
          const list = inList(slice);
          yield* change(
            `UPDATE turns SET held_until = ${dialect.now} + CAST(? AS BIGINT) WHERE ticket IN ${list.sql}`,
            Math.ceil(holdForInMs),
            ...list.values,
          );
        }
      }),
    leave: async (ticket) => {
      await database.single(() => change('DELETE FROM turns WHERE ticket = ?', ticket));
    },
  };
}

function* isFirst(key: string, ticket: string, dialect: Dialect): Operation<boolean> {
  const before = yield* first(
    `SELECT seq FROM turns WHERE key = ? AND held_until > ${dialect.now} AND seq < (SELECT seq FROM turns WHERE ticket = ?) LIMIT 1`,
    key,
    ticket,
  );
  return before === undefined;
}
