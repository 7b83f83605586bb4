import type { LabelledText } from './articleTexts';
import { addLinearScores } from './linearScores';
import { addNetworkScores } from './network';
import { seededRandom, shuffle } from './random';
import { centered, vectorOf } from './rankingModel';
import { trainScorers } from './trainScorers';

/** What the scorers, learned without it, say about an example. */
export interface HeldOut {
  readonly label: number;
  readonly known: number;
  readonly svm: Float64Array;
  readonly naiveBayes: Float64Array;
  readonly network: Float64Array;
}

const FOLDS = 4;
/** This many held-out examples tell enough; the remaining folds are not trained. */
const ENOUGH = 500;
/** With fewer phrases than this, titles and summaries stand in for questions. */
const FEWEST_PHRASES = 60;

/** Holds out a quarter of the examples after the other, learns from the rest and scores what was held out. */
export function holdOut(texts: readonly LabelledText[], classes: number): HeldOut[] {
  const phrases = [...texts.keys()].filter((index) => texts[index]?.kind === 'phrase');
  const examples =
    phrases.length >= FEWEST_PHRASES
      ? phrases
      : [...texts.keys()].filter((index) => texts[index]?.kind !== 'body' && texts[index]?.weight === 1);
  const foldOf = assignFolds(texts, examples);
  const heldOut: HeldOut[] = [];
  for (let fold = 0; fold < FOLDS && heldOut.length < ENOUGH; fold++) {
    const questions = examples.filter((index) => foldOf.get(index) === fold);
    if (questions.length === 0) continue;
    const scorers = trainScorers(
      texts.filter((_, index) => foldOf.get(index) !== fold),
      classes,
    );
    for (const index of questions) {
      const question = texts[index];
      if (!question) continue;
      const vector = vectorOf(question.text, scorers.vocabulary);
      const scored = {
        svm: new Float64Array(classes),
        naiveBayes: new Float64Array(classes),
        network: new Float64Array(classes),
      };
      addLinearScores(scorers.svm, vector, scored.svm);
      addLinearScores(scorers.naiveBayes, vector, scored.naiveBayes);
      addNetworkScores(scorers.network, vector, scored.network);
      heldOut.push({
        label: question.label,
        known: vector.known,
        svm: centered(scored.svm),
        naiveBayes: centered(scored.naiveBayes),
        network: centered(scored.network),
      });
    }
  }
  return heldOut;
}

/** Deals the examples of each article out evenly over the folds. */
function assignFolds(texts: readonly LabelledText[], examples: readonly number[]): Map<number, number> {
  const order = Int32Array.from(examples);
  shuffle(order, seededRandom(3));
  const dealt = new Map<number, number>();
  const foldOf = new Map<number, number>();
  for (const index of order) {
    const label = texts[index]?.label ?? 0;
    const count = dealt.get(label) ?? label;
    dealt.set(label, count + 1);
    foldOf.set(index, count % FOLDS);
  }
  return foldOf;
}
