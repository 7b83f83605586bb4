import { addLinearScores } from './linearScores';
import { seededRandom, shuffle } from './random';
import type { SparseRow } from './sparse';
import type { TrainingSet } from './trainingSet';

/** One hidden layer: what the linear models cannot say, such as "pending" meaning one thing with "top up" and another with "cash". */
export interface Network {
  readonly hidden: number;
  /** `column * hidden + unit`. */
  readonly input: Float32Array;
  /** `unit * classes + class`. */
  readonly output: Float32Array;
}

export interface NetworkOptions {
  readonly hidden: number;
  readonly passes: number;
  readonly rate: number;
  readonly dropFeatures: number;
  readonly dropUnits: number;
  readonly seed: number;
}

/** Part of the target that is spread over all classes, because example phrases are now and then filed under the wrong article. */
const LABEL_SMOOTHING = 0.1;
const FIRST_WEIGHTS = 0.3;

/**
 * Trains the network by stochastic gradient descent. Features and units are dropped at random while learning
 * (Srivastava et al. 2014), which is what keeps so few examples from being learned by heart.
 */
export function trainNetwork(set: TrainingSet, options: NetworkOptions): Network {
  const { rows, labels, weights: importance, classes } = set;
  const { hidden, passes } = options;
  const random = seededRandom(options.seed);
  const input = new Float32Array(set.columns * hidden).map(() => (random() - 0.5) * FIRST_WEIGHTS);
  const output = new Float32Array(hidden * classes).map(() => ((random() - 0.5) * 2) / Math.sqrt(hidden));
  const order = Int32Array.from(labels, (_, index) => index);
  const units = new Float64Array(hidden);
  const unitErrors = new Float64Array(hidden);
  const errors = new Float64Array(classes);
  const bases = new Int32Array(longestRow(rows.starts));
  const values = new Float64Array(bases.length);

  for (let pass = 0; pass < passes; pass++) {
    shuffle(order, random);
    for (const text of order) {
      const rate = options.rate * (1 - pass / passes) * (importance[text] as number);
      units.fill(0);
      let kept = 0;
      for (let index = rows.starts[text] as number; index < (rows.starts[text + 1] as number); index++) {
        if (random() < options.dropFeatures) continue;
        const base = (rows.columns[index] as number) * hidden;
        const value = (rows.values[index] as number) / (1 - options.dropFeatures);
        bases[kept] = base;
        values[kept++] = value;
        for (let unit = 0; unit < hidden; unit++) units[unit] = (units[unit] as number) + value * (input[base + unit] as number);
      }
      for (let unit = 0; unit < hidden; unit++) {
        const open = (units[unit] as number) > 0 && random() >= options.dropUnits;
        units[unit] = open ? (units[unit] as number) / (1 - options.dropUnits) : 0;
      }
      errors.fill(0);
      addOutput(output, units, errors);
      toErrors(errors, labels[text] as number, rate);
      for (let unit = 0; unit < hidden; unit++) {
        unitErrors[unit] = 0;
        const level = units[unit] as number;
        if (level === 0) continue;
        let error = 0;
        const base = unit * classes;
        for (let label = 0; label < classes; label++) {
          const step = errors[label] as number;
          const weight = output[base + label] as number;
          error += step * weight;
          output[base + label] = weight + level * step;
        }
        unitErrors[unit] = error / (1 - options.dropUnits);
      }
      for (let index = 0; index < kept; index++) {
        const base = bases[index] as number;
        const value = values[index] as number;
        for (let unit = 0; unit < hidden; unit++)
          input[base + unit] = (input[base + unit] as number) + value * (unitErrors[unit] as number);
      }
    }
  }
  return { hidden, input, output };
}

/** Adds the network's scores, before the softmax, to `scores`. */
export function addNetworkScores(network: Network, row: SparseRow, scores: Float64Array): void {
  const units = new Float64Array(network.hidden);
  addLinearScores(network.input, row, units);
  addOutput(network.output, units, scores);
}

/** Adds what the hidden units say about each class to `scores`; a unit at or below zero is silent. */
export function addOutput(output: Float32Array, units: Float64Array, scores: Float64Array): void {
  const classes = scores.length;
  for (let unit = 0; unit < units.length; unit++) {
    const level = units[unit] as number;
    if (level <= 0) continue;
    const base = unit * classes;
    for (let label = 0; label < classes; label++)
      scores[label] = (scores[label] as number) + level * (output[base + label] as number);
  }
}

/** Turns scores into steps towards the target: (wanted − softmax) × rate. */
function toErrors(scores: Float64Array, own: number, rate: number): void {
  const highest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let label = 0; label < scores.length; label++) {
    const power = Math.exp((scores[label] as number) - highest);
    scores[label] = power;
    sum += power;
  }
  const spread = LABEL_SMOOTHING / scores.length;
  for (let label = 0; label < scores.length; label++) {
    const wanted = label === own ? 1 - LABEL_SMOOTHING + spread : spread;
    scores[label] = rate * (wanted - (scores[label] as number) / sum);
  }
}

function longestRow(starts: Int32Array): number {
  let longest = 0;
  for (let row = 0; row + 1 < starts.length; row++)
    longest = Math.max(longest, (starts[row + 1] as number) - (starts[row] as number));
  return longest;
}
