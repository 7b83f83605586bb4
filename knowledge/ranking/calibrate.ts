import { confidences, probabilities } from './confidence';
import type { HeldOut } from './holdOut';
import { type Calibration, centered, combine, relatedness, type Scales, spread } from './rankingModel';

/** A single answer is given when answers of that confidence were right at least this often. */
export const SURE_PRECISION = 0.95;
/** This share of the knowledge base's own questions, the strangest, is given up so that foreign ones are refused. */
export const REFUSED_SHARE = 0.04;
/** Fewer held-out examples than this say nothing about thresholds: careful values are used. */
const FEWEST_EXAMPLES = 20;

const CAREFUL = { sharpness: 1, relatedLow: 1, relatedUsual: 1.6, sureFrom: 0.9 };
/** A single article is judged by the share of known text alone. */
const CAREFUL_ALONE = { sharpness: 1, relatedLow: 0.5, relatedUsual: 0.8, sureFrom: 0.9 };

/** Learns from held-out examples how scores become confidences, and from which confidence on an answer may stand alone. */
export function calibrate(heldOut: readonly HeldOut[], classes: number): Calibration {
  const scales: Scales = {
    svm: usualSpread(heldOut.map(({ svm }) => svm)),
    naiveBayes: usualSpread(heldOut.map(({ naiveBayes }) => naiveBayes)),
    network: usualSpread(heldOut.map(({ network }) => network)),
  };
  if (classes < 2) return { scales, ...CAREFUL_ALONE };
  if (heldOut.length < FEWEST_EXAMPLES) return { scales, ...CAREFUL };
  const examples = heldOut.map((example) => {
    const scores = centered(combine(example, scales));
    return { label: example.label, scores, related: relatedness(scores, example.known) };
  });
  const related = examples.map((example) => example.related).sort((a, b) => a - b);
  const relatedLow = quantile(related, REFUSED_SHARE);
  const relatedUsual = Math.max(quantile(related, 0.25), relatedLow * 1.05 + 1e-6);
  const sharpness = mostProbable(examples);
  const partial: Calibration = { scales, sharpness, relatedLow, relatedUsual, sureFrom: 1 };
  const answers = examples.map(({ scores, label, related: of }) => {
    const all = confidences(scores, of, partial);
    const best = all.reduce((most, value, index) => (value > (all[most] as number) ? index : most), 0);
    return { confidence: all[best] as number, right: best === label };
  });
  return { ...partial, sureFrom: sureThreshold(answers) };
}

/** The lowest confidence from which on all answers together are right in the wanted share. */
function sureThreshold(answers: { confidence: number; right: boolean }[]): number {
  const sorted = [...answers].sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let threshold = 1;
  sorted.forEach((answer, index) => {
    if (answer.right) right++;
    if (right / (index + 1) >= SURE_PRECISION) threshold = answer.confidence;
  });
  return threshold;
}

/** Golden-section search for the sharpness with the highest likelihood. */
function mostProbable(examples: readonly { label: number; scores: Float64Array }[]): number {
  const loss = (logarithm: number) => {
    let sum = 0;
    for (const { label, scores } of examples)
      sum -= Math.log(Math.max(1e-9, probabilities(scores, Math.exp(logarithm))[label] as number));
    return sum;
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(0.05);
  let high = Math.log(20);
  while (high - low > 0.02) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

function usualSpread(all: readonly Float64Array[]): number {
  const squares = all.reduce((sum, scores) => sum + spread(scores) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, all.length)) || 1;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
