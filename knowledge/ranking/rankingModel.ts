import { addByteRows, type ByteRows, toByteRows } from './byteRows';
import { textFeatures } from './features';
import { addOutput, type Network } from './network';
import { tokenize } from './tokenize';
import { type TextVector, vectorize } from './vectorizer';
import type { Vocabulary } from './vocabulary';

/** What was learned from texts: plain arrays, so that another process can hand it over. */
export interface Scorers {
  readonly classes: number;
  readonly vocabulary: Vocabulary;
  readonly svm: Float32Array;
  readonly naiveBayes: Float32Array;
  readonly network: Network;
}

/** The usual size of each scorer's scores on questions it has not seen; dividing by it makes them comparable. */
export interface Scales {
  readonly svm: number;
  readonly naiveBayes: number;
  readonly network: number;
}

/** How scores become probabilities, learned from examples that were held out. */
export interface Calibration {
  readonly scales: Scales;
  /** The factor on scores before the softmax under which held-out examples come out most probable. */
  readonly sharpness: number;
  /** Relatedness that all but the strangest few of the held-out examples have. */
  readonly relatedLow: number;
  /** Relatedness that three quarters of them have. */
  readonly relatedUsual: number;
  /** Confidence from which on a single answer was right often enough. */
  readonly sureFrom: number;
}

/**
 * A ready ranking: the linear models are merged into one, so that a question walks through one matrix less, and the large
 * matrices are rounded to bytes, which changes the order of hardly any answer.
 */
export interface RankingModel {
  readonly classes: number;
  readonly vocabulary: Vocabulary;
  readonly linear: ByteRows;
  readonly network: { readonly hidden: number; readonly input: ByteRows; readonly output: Float32Array };
  readonly calibration: Calibration;
}

/** Naive Bayes is the weakest of the three once there are phrases, and the strongest without: this share served both best. */
const NAIVE_BAYES_SHARE = 0.8;

export function vectorOf(text: string, vocabulary: Vocabulary): TextVector {
  return vectorize(textFeatures(tokenize(text)), vocabulary);
}

/** Merges scorers with the calibration into a model. */
export function buildModel(scorers: Scorers, calibration: Calibration): RankingModel {
  const { scales } = calibration;
  const linear = scorers.svm.map(
    (weight, index) => weight / scales.svm + ((scorers.naiveBayes[index] as number) * NAIVE_BAYES_SHARE) / scales.naiveBayes,
  );
  const { hidden, input, output } = scorers.network;
  const network = { hidden, input: toByteRows(input, hidden), output: output.map((weight) => weight / scales.network) };
  return {
    classes: scorers.classes,
    vocabulary: scorers.vocabulary,
    linear: toByteRows(linear, scorers.classes),
    network,
    calibration,
  };
}

/** Adds up the scorers' scores of one text, as `buildModel` does with their weights. */
export function combine(scored: Record<keyof Scales, Float64Array>, scales: Scales): Float64Array {
  return scored.svm.map(
    (score, label) =>
      score / scales.svm +
      ((scored.naiveBayes[label] as number) * NAIVE_BAYES_SHARE) / scales.naiveBayes +
      (scored.network[label] as number) / scales.network,
  );
}

/** Scores all classes for a vector; their mean is 0. */
export function scoreVector(model: Pick<RankingModel, 'classes' | 'linear' | 'network'>, vector: TextVector): Float64Array {
  const scores = new Float64Array(model.classes);
  const units = new Float64Array(model.network.hidden);
  addByteRows(model.linear, vector, scores);
  addByteRows(model.network.input, vector, units);
  addOutput(model.network.output, units, scores);
  return centered(scores);
}

/** Takes the mean off, in place. */
export function centered(scores: Float64Array): Float64Array {
  const mean = scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
  for (let label = 0; label < scores.length; label++) scores[label] = (scores[label] as number) - mean;
  return scores;
}

/** Root of the mean square: how far the scores are spread when their mean is 0. */
export function spread(scores: Float64Array): number {
  let squares = 0;
  for (const score of scores) squares += score * score;
  return Math.sqrt(squares / Math.max(1, scores.length));
}

/**
 * How much a question looks like those the articles are about. A foreign question leaves all articles alike, so the spread of
 * their scores tells it better than the best score does; the share of known text is what is left when there is one article only.
 */
export function relatedness(scores: Float64Array, known: number): number {
  return scores.length === 1 ? known : spread(scores) * known;
}
