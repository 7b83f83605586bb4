import { MAX_TEXT_LENGTH, tokenize } from '../../../../knowledge/ranking/tokenize';

test('words come out in lower case without accents and punctuation', () => {
  expect(tokenize('Café — où EST ma carte?!')).toEqual(['cafe', 'ou', 'est', 'ma', 'carte']);
});

test('a contraction is one word whichever apostrophe it has', () => {
  expect(tokenize("I can't")).toEqual(['i', 'cant']);
  expect(tokenize('I can’t')).toEqual(['i', 'cant']);
});

test('emoji and punctuation alone give no words', () => {
  expect(tokenize('🤖🤖 … ?!')).toEqual([]);
});

test('only the beginning of a very long text is looked at', () => {
  expect(tokenize('word '.repeat(5_000)).length).toBeLessThanOrEqual(MAX_TEXT_LENGTH / 5);
  expect(tokenize('x'.repeat(5_000))[0]?.length).toBe(40);
});
