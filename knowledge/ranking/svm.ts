import { seededRandom, shuffle } from './random';
import type { TrainingSet } from './trainingSet';

/** Price of an error; chosen by cross-validation, flat between 0.5 and 2. */
const COST = 0.7;
/** More passes change nothing that can be measured. */
const PASSES = 6;
/** Steps smaller than this are not worth writing down. */
const SMALLEST_STEP = 1e-5;

/**
 * Trains one linear support vector machine per class against all others (squared hinge loss, dual coordinate descent after
 * Hsieh et al. 2008, https://www.csie.ntu.edu.tw/~cjlin/papers/cddual.pdf). All classes advance together, text by text,
 * which keeps the weights of one feature in one stretch of memory. Returns weights at `column * classes + class`.
 */
export function trainSvm(set: TrainingSet): Float32Array {
  const { rows, labels, weights: importance, classes } = set;
  const { starts, columns, values } = rows;
  const weights = new Float32Array(set.columns * classes);
  const duals = new Float32Array(labels.length * classes);
  const ownBoost = ownClassBoost(set);
  const order = Int32Array.from(labels, (_, index) => index);
  const random = seededRandom(1);
  const margins = new Float64Array(classes);
  const steps = new Float64Array(classes);
  const moved = new Int32Array(classes);

  for (let pass = 0; pass < PASSES; pass++) {
    shuffle(order, random);
    for (const text of order) {
      const start = starts[text] as number;
      const end = starts[text + 1] as number;
      const own = labels[text] as number;
      const cost = COST * (importance[text] as number);
      margins.fill(0);
      let squares = 0;
      for (let index = start; index < end; index++) {
        const value = values[index] as number;
        const base = (columns[index] as number) * classes;
        squares += value * value;
        for (let label = 0; label < classes; label++)
          margins[label] = (margins[label] as number) + value * (weights[base + label] as number);
      }
      let count = 0;
      for (let label = 0; label < classes; label++) {
        const side = label === own ? 1 : -1;
        const slack = 0.5 / (label === own ? cost * (ownBoost[own] as number) : cost);
        const dual = duals[text * classes + label] as number;
        const gradient = side * (margins[label] as number) - 1 + slack * dual;
        if (dual === 0 && gradient >= 0) continue;
        const next = Math.max(dual - gradient / (squares + slack), 0);
        if (Math.abs(next - dual) < SMALLEST_STEP) continue;
        duals[text * classes + label] = next;
        moved[count] = label;
        steps[count++] = (next - dual) * side;
      }
      for (let index = start; index < end; index++) {
        const value = values[index] as number;
        const base = (columns[index] as number) * classes;
        for (let step = 0; step < count; step++) {
          const at = base + (moved[step] as number);
          weights[at] = (weights[at] as number) + value * (steps[step] as number);
        }
      }
    }
  }
  return weights;
}

/** How much more an error on a class's own texts costs: the square root of "others per own", so that small classes are heard. */
function ownClassBoost(set: TrainingSet): Float64Array {
  const own = new Float64Array(set.classes);
  let total = 0;
  set.labels.forEach((label, text) => {
    own[label] = (own[label] as number) + (set.weights[text] as number);
    total += set.weights[text] as number;
  });
  return own.map((mass) => Math.sqrt(Math.max(1, total / Math.max(mass, 1) - 1)));
}
