import type { TextFeatures } from './features';
import type { SparseRow } from './sparse';
import { columnOf, type Vocabulary } from './vocabulary';

/** A text as a vector, and how much of it the vocabulary knows. */
export interface TextVector extends SparseRow {
  /** Share of the text's characters runs that the vocabulary knows, 0 to 1. */
  readonly known: number;
}

/**
 * Weighs the features of a text (logarithm of the count × inverse document frequency). Words with their pairs and runs of
 * characters are brought to length one each and then halved, so that a long text counts no more than a short one.
 */
export function vectorize(features: TextFeatures, vocabulary: Vocabulary): TextVector {
  const columns: number[] = [];
  const values: number[] = [];
  addBlock(features.words, vocabulary, columns, values);
  const knownRuns = addBlock(features.characters, vocabulary, columns, values);
  return {
    columns: Int32Array.from(columns),
    values: Float32Array.from(values),
    known: features.characters.length === 0 ? 0 : knownRuns / features.characters.length,
  };
}

function addBlock(features: Int32Array, vocabulary: Vocabulary, columns: number[], values: number[]): number {
  const counts = new Map<number, number>();
  let known = 0;
  for (const feature of features) {
    const column = columnOf(vocabulary, feature);
    if (column === -1) continue;
    known++;
    counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  const first = values.length;
  let squares = 0;
  for (const [column, count] of counts) {
    const value = (1 + Math.log(count)) * (vocabulary.idf[column] ?? 0);
    squares += value * value;
    columns.push(column);
    values.push(value);
  }
  const scale = squares > 0 ? Math.sqrt(0.5 / squares) : 0;
  for (let index = first; index < values.length; index++) values[index] = (values[index] ?? 0) * scale;
  return known;
}
