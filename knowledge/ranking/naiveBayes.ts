import type { TrainingSet } from './trainingSet';

/** Added to every count, so that a word never seen in a class does not rule the class out. */
const SMOOTHING = 0.01;

/**
 * Trains multinomial naive Bayes on the weighted features. Every class is brought to the same total first: an article
 * without phrases then competes evenly with one that has hundreds. Each feature's mean over the classes is taken off,
 * because only differences matter. Returns weights at `column * classes + class`.
 */
export function trainNaiveBayes(set: TrainingSet): Float32Array {
  const { rows, labels, weights: importance, classes } = set;
  const weights = new Float32Array(set.columns * classes);
  const totals = new Float64Array(classes);
  labels.forEach((own, text) => {
    const weight = importance[text] as number;
    for (let index = rows.starts[text] as number; index < (rows.starts[text + 1] as number); index++) {
      const at = (rows.columns[index] as number) * classes + own;
      const value = (rows.values[index] as number) * weight;
      weights[at] = (weights[at] as number) + value;
      totals[own] = (totals[own] as number) + value;
    }
  });
  const average = totals.reduce((sum, total) => sum + total, 0) / classes;
  const scales = totals.map((total) => (total > 0 ? average / total : 0));
  for (let base = 0; base < weights.length; base += classes) {
    let mean = 0;
    for (let label = 0; label < classes; label++) {
      const logarithm = Math.log((weights[base + label] as number) * (scales[label] as number) + SMOOTHING);
      weights[base + label] = logarithm;
      mean += logarithm / classes;
    }
    for (let label = 0; label < classes; label++) weights[base + label] = (weights[base + label] as number) - mean;
  }
  return weights;
}
