import type { JsonObject } from '../../common/json';
import type { NewTask, Task, TaskStore } from '../tasks';
import type { Database, Dialect } from './database';
import { all, change, first, inList, insertMany, type Operation, upTo } from './operation';

interface TaskRow {
  seq: number;
  id: string;
  group_name: string;
  payload: string;
  attempts: number;
  added_at: number;
  last_error: string | null;
}

const taskColumns = 'seq, id, group_name, payload, attempts, added_at, last_error';

/**
 * The durable list of tasks. Each group has a row of its own that says when its oldest unfinished task is due and until when
 * one of its tasks is leased: looking for work stays cheap with a long backlog, and holding that row orders everything
 * that happens to the group.
 */
export function createTaskStore(database: Database): TaskStore {
  const { dialect } = database;
  const list = async (sql: string, ...values: (string | number)[]) =>
    (await database.read(() => all<TaskRow>(`SELECT ${taskColumns} FROM tasks ${sql}`, ...values))).map(toTask);
  return {
    add: (tasks, now) => (tasks.length === 0 ? Promise.resolve() : database.transaction(() => addTasks(tasks, now, dialect))),
    claim: (leaseForInMs, limit, groups = '') => database.transaction(() => claim({ leaseForInMs, limit, groups }, dialect)),
    complete: async (id) => {
      // The row stays, so that the id stays known; `Store.purge` removes it.
      const sql = "UPDATE tasks SET state = 'done', payload = '{}', last_error = NULL WHERE id = ? AND state <> 'done'";
      await database.transaction(() => move(id, () => change(sql, id), dialect));
    },
    retryIn: async (id, delayInMs, error) => {
      const sql = `UPDATE tasks SET due_at = ${dialect.now} + CAST(? AS BIGINT), last_error = ? WHERE id = ? AND state = 'unfinished'`;
      await database.transaction(() => move(id, () => change(sql, Math.ceil(delayInMs), error, id), dialect));
    },
    bury: async (id, error) => {
      const sql = "UPDATE tasks SET state = 'buried', last_error = ? WHERE id = ? AND state = 'unfinished'";
      await database.transaction(() => move(id, () => change(sql, error, id), dialect));
    },
    revive: async (id) => {
      const sql = `UPDATE tasks SET state = 'unfinished', due_at = ${dialect.now} WHERE id = ? AND state = 'buried'`;
      return (await database.transaction(() => move(id, () => change(sql, id), dialect))) > 0;
    },
    waiting: async (limit) => {
      const sql = `SELECT ${taskColumns}, due_at - ${dialect.now} AS due_in FROM tasks WHERE state = 'unfinished' ORDER BY seq ${upTo}`;
      const rows = await database.read(() => all<TaskRow & { due_in: number }>(sql, limit));
      return rows.map((row) => ({ ...toTask(row), dueInMs: row.due_in }));
    },
    hurry: async (id) => {
      const sql = `UPDATE tasks SET due_at = ${dialect.now} WHERE id = ? AND state = 'unfinished'`;
      return (await database.transaction(() => move(id, () => change(sql, id), dialect))) > 0;
    },
    buried: (limit) => list(`WHERE state = 'buried' ORDER BY seq ${upTo}`, limit),
    unfinished: (group) => list("WHERE group_name = ? AND state = 'unfinished' ORDER BY seq", group),
    backlog: async () => {
      const sql = "SELECT count(*) AS count, min(added_at) AS oldest FROM tasks WHERE state = 'unfinished'";
      const row = await database.read(() => first<{ count: number; oldest: number | null }>(sql));
      return { count: row?.count ?? 0, ...(typeof row?.oldest === 'number' && { oldestAddedAt: row.oldest }) };
    },
  };
}

/** Adds tasks within somebody's transaction. */
export function* addTasks(tasks: readonly NewTask[], now: number, dialect: Dialect): Operation<void> {
  // In a fixed order, so that two instances that add to the same groups wait for each other instead of blocking.
  const groups = [...new Set(tasks.map((task) => task.group))].sort();
  for (const group of dialect.isAlone ? [] : groups) {
    yield* change('INSERT INTO task_groups (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = excluded.name', group);
  }
  yield* insertMany(
    'INSERT INTO tasks (id, group_name, payload, added_at, due_at)',
    tasks.map((task) => [task.id, task.group, JSON.stringify(task.payload), now]),
    'ON CONFLICT (id) DO NOTHING',
    dialect.now,
  );
  for (const group of groups) {
    yield* change(
      `INSERT INTO task_groups (name, due_at) VALUES (?, ${groupDue}) ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at`,
      group,
      group,
    );
  }
}

/** When the oldest unfinished task of a group is due; nothing later in the group can be done before. */
const groupDue = "(SELECT due_at FROM tasks WHERE group_name = ? AND state = 'unfinished' ORDER BY seq LIMIT 1)";

interface Wanted {
  leaseForInMs: number;
  limit: number;
  /** Beginning of the groups' names. */
  groups: string;
}

function* claim({ leaseForInMs, limit, groups }: Wanted, dialect: Dialect): Operation<Task[]> {
  const leaseInMs = Math.ceil(leaseForInMs);
  const due = yield* all<{ name: string }>(
    `SELECT name FROM task_groups WHERE due_at <= ${dialect.now} AND leased_until <= ${dialect.now}
       AND substr(name, 1, CAST(? AS INTEGER)) = ?
     ORDER BY due_at, name ${upTo} ${dialect.forUpdateSkipLocked}`,
    groups.length,
    groups,
    limit,
  );
  if (due.length === 0) return [];
  const names = inList(due.map((row) => row.name));
  // The oldest task is looked up only now that the groups are held.
  const leased = yield* all<{ leased_seq: number | null }>(
    `UPDATE task_groups SET leased_until = ${dialect.now} + CAST(? AS BIGINT), leased_seq =
       (SELECT min(seq) FROM tasks WHERE tasks.group_name = task_groups.name AND tasks.state = 'unfinished')
     WHERE name IN ${names.sql} RETURNING leased_seq`,
    leaseInMs,
    ...names.values,
  );
  const seqs = inList(leased.map((row) => row.leased_seq));
  const rows = yield* all<TaskRow>(
    `UPDATE tasks SET attempts = attempts + 1 WHERE seq IN ${seqs.sql} RETURNING ${taskColumns}`,
    ...seqs.values,
  );
  return rows.map(toTask).sort((a, b) => a.seq - b.seq);
}

/** Holds the task's group, changes the task and works out anew what the group waits for. The number of changed tasks. */
function* move(id: string, changeTask: () => Operation<number>, dialect: Dialect): Operation<number> {
  const task = yield* first<{ seq: number; group_name: string }>('SELECT seq, group_name FROM tasks WHERE id = ?', id);
  if (!task) return 0;
  if (!dialect.isAlone) yield* change('UPDATE task_groups SET name = name WHERE name = ?', task.group_name);
  const changed = yield* changeTask();
  if (changed > 0) yield* settleGroup(task.group_name, task.seq);
  return changed;
}

/** Ends the lease if it was for this task, and notes when the oldest unfinished task is due. */
function settleGroup(group: string, finishedSeq: number): Operation<number> {
  return change(
    `UPDATE task_groups SET
       leased_until = CASE WHEN leased_seq = ? THEN 0 ELSE leased_until END, due_at = ${groupDue}
     WHERE name = ?`,
    finishedSeq,
    group,
    group,
  );
}

function toTask(row: TaskRow): Task {
  return {
    id: row.id,
    group: row.group_name,
    payload: JSON.parse(row.payload) as JsonObject,
    seq: row.seq,
    attempts: row.attempts,
    addedAt: row.added_at,
    ...(row.last_error !== null && { lastError: row.last_error }),
  };
}
