import type { Article, ExamplePhrase } from '../../knowledge/article';
import { seededRandom, shuffle } from '../../knowledge/ranking/random';

/** Groups phrases by article, each group in an order that is random but the same in every run. */
function shuffledGroups(phrases: readonly ExamplePhrase[]): Map<string, ExamplePhrase[]> {
  const groups = new Map<string, ExamplePhrase[]>();
  const order = Int32Array.from(phrases, (_, index) => index);
  shuffle(order, seededRandom(20_011));
  for (const index of order) {
    const phrase = phrases[index];
    if (!phrase) continue;
    const group = groups.get(phrase.article) ?? [];
    group.push(phrase);
    groups.set(phrase.article, group);
  }
  return groups;
}

/** Keeps at most `most` phrases of each article, always the same ones. */
export function keepPerArticle(phrases: readonly ExamplePhrase[], most: number): ExamplePhrase[] {
  return [...shuffledGroups(phrases).values()].flatMap((group) => group.slice(0, most));
}

export interface Fold {
  readonly phrases: ExamplePhrase[];
  readonly questions: ExamplePhrase[];
}

/** Splits labelled questions for stratified cross-validation: each one is asked in exactly one fold and is a phrase in all others. */
export function splitFolds(labelled: readonly ExamplePhrase[], count: number): Fold[] {
  const folds: Fold[] = Array.from({ length: count }, () => ({ phrases: [], questions: [] }));
  for (const group of shuffledGroups(labelled).values()) {
    group.forEach((phrase, index) => {
      folds.forEach((fold, number) => {
        (index % count === number ? fold.questions : fold.phrases).push(phrase);
      });
    });
  }
  return folds;
}

/** The labels (public numbers or topics) that no article carries. */
export function unknownLabels(labelled: readonly ExamplePhrase[], articles: readonly Article[]): string[] {
  const known = new Set(articles.flatMap(({ number, topic }) => [number, topic]));
  return [...new Set(labelled.map(({ article }) => article))].filter((label) => !known.has(label));
}
