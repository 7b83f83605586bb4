import type { SparseRows } from './sparse';

/** Texts to learn from: vectors, the class (article) of each, and how much each counts (1 = an example phrase). */
export interface TrainingSet {
  readonly rows: SparseRows;
  readonly labels: Int32Array;
  readonly weights: Float32Array;
  readonly classes: number;
  readonly columns: number;
}
