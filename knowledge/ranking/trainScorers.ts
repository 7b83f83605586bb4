import type { LabelledText } from './articleTexts';
import { textFeatures } from './features';
import { trainNaiveBayes } from './naiveBayes';
import { type NetworkOptions, trainNetwork } from './network';
import type { Scorers } from './rankingModel';
import { packRows } from './sparse';
import { trainSvm } from './svm';
import { tokenize } from './tokenize';
import type { TrainingSet } from './trainingSet';
import { vectorize } from './vectorizer';
import { learnVocabulary } from './vocabulary';

/** The network sees about this many texts in all: small collections are gone through more often. */
const NETWORK_STEPS = 130_000;
const FEWEST_PASSES = 12;
const MOST_PASSES = 20;

/** Learns the vocabulary and all three scorers from texts. Takes seconds for thousands of texts: not for the event loop. */
export function trainScorers(texts: readonly LabelledText[], classes: number): Scorers {
  const features = texts.map(({ text }) => textFeatures(tokenize(text)));
  const vocabulary = learnVocabulary(features.map((of, index) => ({ ...of, body: texts[index]?.kind === 'body' })));
  const rows = features.map((of) => vectorize(of, vocabulary));

  const setOf = (indices: readonly number[]): TrainingSet => ({
    rows: packRows(indices.flatMap((index) => rows[index] ?? [])),
    labels: Int32Array.from(indices, (index) => texts[index]?.label ?? 0),
    weights: Float32Array.from(indices, (index) => texts[index]?.weight ?? 0),
    classes,
    columns: vocabulary.idf.length,
  });
  const all = [...texts.keys()];
  const withoutBody = setOf(all.filter((index) => texts[index]?.kind !== 'body'));
  return {
    classes,
    vocabulary,
    svm: trainSvm(withoutBody),
    naiveBayes: trainNaiveBayes(setOf(all)),
    network: trainNetwork(withoutBody, networkOptions(withoutBody.labels.length)),
  };
}

function networkOptions(texts: number): NetworkOptions {
  const passes = Math.min(MOST_PASSES, Math.max(FEWEST_PASSES, Math.round(NETWORK_STEPS / Math.max(1, texts))));
  return { hidden: 64, passes, rate: 0.4, dropFeatures: 0.5, dropUnits: 0.2, seed: 7 };
}
