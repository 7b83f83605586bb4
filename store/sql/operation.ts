export type SqlValue = string | number | null;
export type Row = Record<string, SqlValue>;

export interface Statement {
  /** With `?` for each value. A literal question mark is not possible. */
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export interface Outcome {
  readonly rows: Row[];
  /** How many rows a statement without `RETURNING` changed. */
  readonly changes: number;
}

/**
 * Database work as a generator: it yields statements and gets their outcomes. Thus the SQL and the logic exist once;
 * SQLite runs an operation in one go without letting anything else in between, PostgreSQL waits at each statement,
 * and both can run it again from the start after a conflict. An operation does nothing but yield and compute.
 */
export type Operation<T> = Generator<Statement, T, Outcome>;

/** Runs a statement for its effect; the number of changed rows. */
export function* change(sql: string, ...values: SqlValue[]): Operation<number> {
  return (yield statement(sql, values)).changes;
}

/** Runs a statement that returns rows. `R` names the columns that the statement selects. */
export function* all<R extends object>(sql: string, ...values: SqlValue[]): Operation<R[]> {
  return (yield statement(sql, values)).rows as R[];
}

/** The first row of a statement, if any. */
export function* first<R extends object>(sql: string, ...values: SqlValue[]): Operation<R | undefined> {
  return (yield statement(sql, values)).rows[0] as R | undefined;
}

/** How many rows `insertMany` puts into one statement. */
export const rowsPerInsert = 32;

/**
 * Inserts rows with as few statements as sensible: `head` is everything before the values, `tail` everything behind; `last` is an
 * expression that ends each row. Resolves with the number of rows that were inserted.
 */
export function* insertMany(
  head: string,
  rows: readonly (readonly SqlValue[])[],
  tail: string,
  last?: string,
): Operation<number> {
  let inserted = 0;
  for (const slice of slices(rows, rowsPerInsert)) {
    const width = slice[0]?.length ?? 0;
    const tuple = `(${[...Array(width).fill('?'), ...(last === undefined ? [] : [last])].join(', ')})`;
    const sql = `${head} VALUES ${Array(slice.length).fill(tuple).join(', ')} ${tail}`;
    inserted += (yield statement(sql, slice.flat())).changes;
  }
  return inserted;
}

/**
 * The values of an `IN (…)` list with its placeholders. The number of placeholders is rounded up (the last value repeats)
 * so that the databases see few different statements.
 */
export function inList<T extends SqlValue>(values: readonly T[]): { sql: string; values: T[] } {
  const last = values.at(-1);
  if (last === undefined) throw new RangeError('an IN list needs a value');
  const size = 2 ** Math.ceil(Math.log2(values.length));
  const padded = [...values, ...Array<T>(size - values.length).fill(last)];
  return { sql: `(${Array(size).fill('?').join(', ')})`, values: padded };
}

/**
 * Ends a SELECT that takes at most so many rows. The bare `LIMIT ?` would let SQLite plan anew for each number, and prepare the
 * statement again whenever it is bound.
 */
export const upTo = 'LIMIT CAST(? AS BIGINT)';

/** Cuts a list into pieces of at most `size`. */
export function* slices<T>(values: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size);
}

/**
 * PostgreSQL refuses the NUL character in text. JSON carries it escaped, so only identifiers can hold one: there it becomes
 * the visible sign U+2400, for both databases alike.
 */
function statement(sql: string, values: SqlValue[]): Statement {
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value === 'string' && value.includes('\0')) values[index] = cleanText(value);
  }
  return { sql, values };
}

/** Text as it is stored when it is not JSON. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '\u2400');
}
