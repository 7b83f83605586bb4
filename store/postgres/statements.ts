import type { ClientBase } from 'pg';
import type { Operation, Outcome, Row, Statement } from '../sql/operation';
import { toFailure } from './failure';

interface Named {
  name: string;
  text: string;
}

/** Each statement gets a name, under which every connection keeps it prepared. */
const named = new Map<string, Named>();

/** Runs one statement. Throws `StoreFailure`. */
export async function execute(client: ClientBase, { sql, values }: Statement): Promise<Outcome> {
  const { name, text } = nameOf(sql);
  try {
    const result = await client.query<Row>({ name, text, values: [...values] });
    return { rows: result.rows, changes: result.rowCount ?? 0 };
  } catch (error) {
    throw toFailure(error);
  }
}

/** Runs an operation to its end, statement by statement. */
export async function play<T>(client: ClientBase, operation: Operation<T>): Promise<T> {
  let step = operation.next();
  while (!step.done) step = operation.next(await execute(client, step.value));
  return step.value;
}

function nameOf(sql: string): Named {
  let entry = named.get(sql);
  if (!entry) {
    let position = 0;
    const text = sql.replaceAll('?', () => `$${++position}`);
    entry = { name: `s${named.size}`, text };
    named.set(sql, entry);
  }
  return entry;
}
