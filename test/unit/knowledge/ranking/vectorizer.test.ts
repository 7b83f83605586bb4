import { textFeatures } from '../../../../knowledge/ranking/features';
import { vectorize } from '../../../../knowledge/ranking/vectorizer';
import { columnOf, learnVocabulary } from '../../../../knowledge/ranking/vocabulary';

const texts = [
  ['lost', 'card'],
  ['lost', 'phone'],
  ['new', 'card'],
].map(textFeatures);
const vocabulary = learnVocabulary(texts);

test('every feature of the texts has its own column, others have none', () => {
  const features = new Set(texts.flatMap(({ words, characters }) => [...words, ...characters]));
  const columns = [...features].map((feature) => columnOf(vocabulary, feature));
  expect(new Set(columns).size).toBe(features.size);
  expect(Math.min(...columns)).toBe(0);
  expect(columnOf(vocabulary, 12_345)).toBe(-1);
});

test('a rare feature weighs more than a frequent one', () => {
  const weight = (word: string) => vocabulary.idf[columnOf(vocabulary, textFeatures([word]).words[0]!)]!;
  expect(weight('phone')).toBeGreaterThan(weight('lost'));
});

test('a vector has length one, half of it from words and half from runs of characters', () => {
  const vector = vectorize(textFeatures(['lost', 'card', 'lost']), vocabulary);
  expect(vector.values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  expect(vector.known).toBe(1);
});

test('unknown text gives an empty vector of which nothing is known', () => {
  expect(vectorize(textFeatures(['дом']), vocabulary)).toMatchObject({ known: 0, values: new Float32Array(0) });
});

test('what only one sentence of a body says is not learned', () => {
  const learned = learnVocabulary([...texts, { ...textFeatures(['zebra']), body: true }]);
  expect(columnOf(learned, textFeatures(['zebra']).words[0]!)).toBe(-1);
  expect(columnOf(learned, textFeatures(['phone']).words[0]!)).not.toBe(-1);
});
