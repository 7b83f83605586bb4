import { keepPerArticle, splitFolds, unknownLabels } from '../../../../bench/answers/labelled';
import { article } from '../../knowledge/articles';

const labelled = ['a', 'b'].flatMap((label) =>
  Array.from({ length: 10 }, (_, index) => ({ text: `${label}${index}`, article: label })),
);

test('each question is asked in one fold and a phrase in the others, evenly over the articles', () => {
  const folds = splitFolds(labelled, 5);
  expect(folds.flatMap(({ questions }) => questions.map(({ text }) => text)).sort()).toEqual(
    labelled.map(({ text }) => text).sort(),
  );
  for (const { phrases, questions } of folds) {
    expect(questions.filter((question) => question.article === 'a')).toHaveLength(2);
    expect(phrases).toHaveLength(16);
    expect(phrases.filter((phrase) => questions.includes(phrase))).toEqual([]);
  }
});

test('the phrases kept are always the same, and none are kept at zero', () => {
  expect(keepPerArticle(labelled, 3)).toEqual(keepPerArticle(labelled, 3));
  expect(keepPerArticle(labelled, 3)).toHaveLength(6);
  expect(keepPerArticle(labelled, 0)).toEqual([]);
});

test('labels are known by number or topic', () => {
  expect(unknownLabels(labelled, [article('a', 'A'), article('x', 'B', { topic: 'b' })])).toEqual([]);
  expect(unknownLabels(labelled, [article('a', 'A')])).toEqual(['b']);
});
