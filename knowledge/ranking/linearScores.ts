import type { SparseRow } from './sparse';

/** Adds the scores of a linear model, whose weights lie column by column (`column * classes + class`), to `scores`. */
export function addLinearScores(weights: Float32Array, row: SparseRow, scores: Float64Array): void {
  const classes = scores.length;
  for (let index = 0; index < row.columns.length; index++) {
    const value = row.values[index] as number;
    const base = (row.columns[index] as number) * classes;
    for (let label = 0; label < classes; label++)
      scores[label] = (scores[label] as number) + value * (weights[base + label] as number);
  }
}
