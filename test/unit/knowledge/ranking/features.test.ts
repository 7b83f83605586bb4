import { textFeatures } from '../../../../knowledge/ranking/features';

const shared = (a: Int32Array, b: Int32Array) => [...new Set(a)].filter((feature) => b.includes(feature)).length;

test('two orders of the same words share all word features', () => {
  const one = textFeatures(['card', 'lost']).words;
  const other = textFeatures(['lost', 'card']).words;
  expect([...other].sort()).toEqual([...one].sort());
});

test('words apart form a pair, words further apart than nine do not', () => {
  const pair = textFeatures(['card', 'missing']).words;
  const apart = textFeatures(['card', ...'abcdefgh'.split(''), 'missing']).words;
  const tooFar = textFeatures(['card', ...'abcdefghij'.split(''), 'missing']).words;
  expect(shared(pair, apart)).toBe(3);
  expect(shared(pair, tooFar)).toBe(2);
});

test('a typing error leaves some runs of characters in common', () => {
  const right = textFeatures(['password']).characters;
  const wrong = textFeatures(['pasword']).characters;
  expect(shared(right, wrong)).toBeGreaterThan(8);
  expect(shared(textFeatures(['password']).words, textFeatures(['pasword']).words)).toBe(0);
});

test('no words give no features', () => {
  expect(textFeatures([]).words).toHaveLength(0);
  expect(textFeatures([]).characters).toHaveLength(0);
});
