import type { Calibration } from './rankingModel';

/** Softmax of the scores times the sharpness. */
export function probabilities(scores: Float64Array, sharpness: number): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > highest) highest = score;
  let sum = 0;
  const powers = scores.map((score) => {
    const power = Math.exp((score - highest) * sharpness);
    sum += power;
    return power;
  });
  return powers.map((power) => power / sum);
}

/**
 * The probability that the articles cover the question at all: one half at the relatedness that the strangest of the
 * knowledge base's own questions have, 95 % at the relatedness that most of them exceed.
 */
export function coverage(related: number, calibration: Calibration): number {
  const { relatedLow, relatedUsual } = calibration;
  return related <= 0 ? 0 : 1 / (1 + Math.exp((-3 * (related - relatedLow)) / (relatedUsual - relatedLow)));
}

/** The confidence of each article: covered at all, and then this one. */
export function confidences(scores: Float64Array, related: number, calibration: Calibration): Float64Array {
  const covered = coverage(related, calibration);
  return probabilities(scores, calibration.sharpness).map((probability) => probability * covered);
}
