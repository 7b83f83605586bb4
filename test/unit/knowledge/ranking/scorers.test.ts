import { addLinearScores } from '../../../../knowledge/ranking/linearScores';
import { trainNaiveBayes } from '../../../../knowledge/ranking/naiveBayes';
import { addNetworkScores, trainNetwork } from '../../../../knowledge/ranking/network';
import { packRows, type SparseRow } from '../../../../knowledge/ranking/sparse';
import { trainSvm } from '../../../../knowledge/ranking/svm';
import type { TrainingSet } from '../../../../knowledge/ranking/trainingSet';

const row = (...columns: number[]): SparseRow => ({
  columns: Int32Array.from(columns),
  values: new Float32Array(columns.length).fill(1 / Math.sqrt(columns.length)),
});

function setOf(rows: SparseRow[], labels: number[], columns: number, weights = rows.map(() => 1)): TrainingSet {
  const classes = Math.max(...labels) + 1;
  return { rows: packRows(rows), labels: Int32Array.from(labels), weights: Float32Array.from(weights), classes, columns };
}

const best = (scores: Float64Array) => scores.indexOf(Math.max(...scores));

function linear(weights: Float32Array, of: SparseRow, classes: number): Float64Array {
  const scores = new Float64Array(classes);
  addLinearScores(weights, of, scores);
  return scores;
}

const separable = setOf([row(0, 3), row(0, 4), row(1, 3), row(1, 4), row(2, 3), row(2, 4)], [0, 0, 1, 1, 2, 2], 5);

test.each([
  ['support vector machine', trainSvm],
  ['naive Bayes', trainNaiveBayes],
])('%s finds the column that tells the classes apart', (_, train) => {
  const weights = train(separable);
  for (const label of [0, 1, 2]) {
    expect(best(linear(weights, row(label), 3))).toBe(label);
    expect(best(linear(weights, row(label, 3, 4), 3))).toBe(label);
  }
});

test('support vector margins separate every training text', () => {
  const weights = trainSvm(separable);
  expect(linear(weights, row(0, 3), 3)[0]).toBeGreaterThan(0);
  expect(linear(weights, row(0, 3), 3)[1]).toBeLessThan(0);
});

test('a heavier text wins over a lighter one that says the opposite', () => {
  const contradicting = (first: number, second: number) => setOf([row(0), row(0), row(1)], [0, 1, 1], 2, [first, second, 1]);
  const leads = (set: TrainingSet) => {
    const scores = linear(trainSvm(set), row(0), 2);
    return scores[0]! - scores[1]!;
  };
  expect(leads(contradicting(4, 0.1))).toBeGreaterThan(leads(contradicting(0.1, 4)));
});

test('naive Bayes does not favor the class with more texts', () => {
  const uneven = setOf([row(0), ...Array.from({ length: 50 }, () => row(1))], [0, ...new Array<number>(50).fill(1)], 3);
  const scores = linear(trainNaiveBayes(uneven), row(2), 2);
  expect(scores[0]).toBeCloseTo(scores[1]!, 6);
});

test('the network learns what no linear model can: either column alone, but not both', () => {
  const either = [row(0, 2), row(1, 2)];
  const bothOrNone = [row(0, 1, 2), row(2)];
  const texts = Array.from({ length: 100 }, () => [...either, ...bothOrNone]).flat();
  const labels = Array.from({ length: 100 }, () => [1, 1, 0, 0]).flat();
  const options = { hidden: 16, passes: 30, rate: 0.4, dropFeatures: 0, dropUnits: 0, seed: 5 };
  const network = trainNetwork(setOf(texts, labels, 3), options);
  const answers = [...either, ...bothOrNone].map((of) => {
    const scores = new Float64Array(2);
    addNetworkScores(network, of, scores);
    return best(scores);
  });
  expect(answers).toEqual([1, 1, 0, 0]);
});

test('learning twice gives the same network', () => {
  const options = { hidden: 4, passes: 3, rate: 0.4, dropFeatures: 0.5, dropUnits: 0.2, seed: 5 };
  expect(trainNetwork(separable, options)).toEqual(trainNetwork(separable, options));
});
