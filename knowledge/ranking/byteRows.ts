import type { SparseRow } from './sparse';

/** A matrix with one byte an element: row r of the original is `values[r * width + i] * scales[r]`. A quarter of the memory. */
export interface ByteRows {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

const LARGEST = 127;

/** Rounds every row of a matrix to 255 steps between its largest value and the negative of it. */
export function toByteRows(matrix: Float32Array, width: number): ByteRows {
  const rows = width === 0 ? 0 : matrix.length / width;
  const values = new Int8Array(matrix.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    let largest = 0;
    for (let index = start; index < start + width; index++) largest = Math.max(largest, Math.abs(matrix[index] as number));
    if (largest === 0) continue;
    const scale = largest / LARGEST;
    scales[row] = scale;
    for (let index = start; index < start + width; index++) values[index] = Math.round((matrix[index] as number) / scale);
  }
  return { values, scales };
}

/** Adds the product of a sparse vector and the matrix to `sums`, whose length is the width. */
export function addByteRows({ values, scales }: ByteRows, vector: SparseRow, sums: Float64Array): void {
  const width = sums.length;
  for (let index = 0; index < vector.columns.length; index++) {
    const row = vector.columns[index] as number;
    const factor = (vector.values[index] as number) * (scales[row] as number);
    const start = row * width;
    for (let at = 0; at < width; at++) sums[at] = (sums[at] as number) + factor * (values[start + at] as number);
  }
}
