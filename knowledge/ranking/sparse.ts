/** One text as a sparse vector. */
export interface SparseRow {
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** Many texts: row r holds `columns` and `values` from `starts[r]` up to `starts[r + 1]`. */
export interface SparseRows extends SparseRow {
  readonly starts: Int32Array;
}

/** Puts rows one after the other into one matrix. */
export function packRows(rows: readonly SparseRow[]): SparseRows {
  const starts = new Int32Array(rows.length + 1);
  let total = 0;
  rows.forEach((row, index) => {
    total += row.columns.length;
    starts[index + 1] = total;
  });
  const columns = new Int32Array(total);
  const values = new Float32Array(total);
  rows.forEach((row, index) => {
    columns.set(row.columns, starts[index]);
    values.set(row.values, starts[index]);
  });
  return { starts, columns, values };
}
