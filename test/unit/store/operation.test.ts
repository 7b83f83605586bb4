import fc from 'fast-check';
import type { Operation, Statement } from '../../../store/sql/operation';
import { all, cleanText, inList, insertMany, slices } from '../../../store/sql/operation';

/** The statements of an operation, each answered with one changed row. */
function statementsOf<T>(operation: Operation<T>): { statements: Statement[]; result: T } {
  const statements: Statement[] = [];
  let step = operation.next();
  while (!step.done) {
    statements.push(step.value);
    step = operation.next({ rows: [], changes: 1 });
  }
  return { statements, result: step.value };
}

const placeholders = (sql: string) => sql.split('?').length - 1;

describe('operations', () => {
  test('an IN list holds exactly the given values and as many placeholders as values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 200 }), (values) => {
        const list = inList(values);
        expect(new Set(list.values)).toEqual(new Set(values));
        expect(placeholders(list.sql)).toBe(list.values.length);
        expect(Number.isInteger(Math.log2(list.values.length))).toBe(true);
      }),
    );
  });

  test('an empty IN list is an error of the caller', () => {
    expect(() => inList([])).toThrow(RangeError);
  });

  test('slices put together are the list', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (values, size) => {
        const parts = [...slices(values, size)];
        expect(parts.flat()).toEqual(values);
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(size);
      }),
    );
  });

  test('many rows are inserted in order, with one placeholder per value, and the changes are added up', () => {
    const rows = Array.from({ length: 70 }, (_, n) => [n, `row ${n}`]);
    const { statements, result } = statementsOf(insertMany('INSERT INTO t (a, b)', rows, 'ON CONFLICT DO NOTHING'));
    expect(result).toBe(statements.length);
    expect(statements.flatMap((statement) => statement.values)).toEqual(rows.flat());
    for (const { sql, values } of statements) expect(placeholders(sql)).toBe(values.length);
  });

  test('inserting no rows is no statement', () => {
    expect(statementsOf(insertMany('INSERT INTO t (a)', [], ''))).toEqual({ statements: [], result: 0 });
  });

  test('a NUL character becomes visible in values, other text and numbers stay', () => {
    const { statements } = statementsOf(all('SELECT ?, ?, ?', 'a\u0000b', 'c', 1));
    expect(statements[0]?.values).toEqual(['a\u2400b', 'c', 1]);
    expect(cleanText('🙂')).toBe('🙂');
  });
});
