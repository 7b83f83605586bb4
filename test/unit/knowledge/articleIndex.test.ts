import fc from 'fast-check';
import type { Article, ExamplePhrase } from '../../../knowledge/article';
import { ArticleIndex, prepareInput } from '../../../knowledge/articleIndex';
import { train } from '../../../knowledge/ranking/train';
import { article, shopArticles } from './articles';

function indexOf(articles: Article[], phrases: ExamplePhrase[] = []): ArticleIndex {
  return new ArticleIndex(articles, train(prepareInput(articles, phrases).input));
}

const index = indexOf(shopArticles);
const first = (question: string, of = index) => of.search(question, { limit: 1 }).matches[0]?.article.number;

test.each([
  ['when will my parcel be delivered', 'S-1'],
  ['I want to return these shoes, they do not fit', 'S-2'],
  ['what is left on my gift voucher', 'S-3'],
  ['i forgott my pasword', 'S-4'],
  ['are the stores open on Sunday?', 'S-5'],
])('without any phrases %j finds %s', (question, number) => {
  expect(first(question)).toBe(number);
});

test('phrases teach words the article does not use', () => {
  const question = 'the trousers are too tight around the waist';
  const phrases = ['these trousers are too tight', 'too tight around the legs', 'trousers pinch at the waist'];
  const taught = indexOf(
    shopArticles,
    phrases.map((text) => ({ text, article: 'returns' })),
  );
  expect(first(question, taught)).toBe('S-2');
  expect(taught.search(question, { limit: 1 }).matches[0]!.confidence).toBeGreaterThan(
    index.search(question, { limit: 5 }).matches.find((match) => match.article.number === 'S-2')?.confidence ?? 0,
  );
});

test.each(['', '   ', '?!…', '🤖🎉', 'где моя посылка', '我的包裹在哪里', '\u0000\uD800', '<p></p>'])(
  '%j is answered with none',
  (question) => {
    expect(index.search(question)).toMatchObject({ decision: 'none', matches: [] });
  },
);

test('a question of ten thousand characters is answered quickly', () => {
  const startedAt = performance.now();
  index.search('where is my parcel and why does it not arrive '.repeat(220));
  index.search('x'.repeat(10_000));
  expect(performance.now() - startedAt).toBeLessThan(500);
});

test('whatever is asked, the answer is bounded and orderly', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.lorem()),
      fc.option(fc.nat(8), { nil: undefined }),
      (question, limit) => {
        const { decision, matches, coverage } = index.search(question, limit === undefined ? {} : { limit });
        const confidences = matches.map(({ confidence }) => confidence);
        expect(coverage >= 0 && coverage <= 1).toBe(true);
        expect(confidences.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
        expect(matches.length).toBeLessThanOrEqual(limit ?? { sure: 1, several: 5, none: 0 }[decision]);
      },
    ),
  );
});

test('without a limit there is one match for sure and some for several', () => {
  const decided = shopArticles.map(({ title }) => index.search(title));
  for (const { decision, matches } of decided) {
    if (decision === 'sure') expect(matches).toHaveLength(1);
    if (decision === 'several') expect(matches.length).toBeGreaterThanOrEqual(2);
  }
  expect(decided.some(({ decision }) => decision !== 'none')).toBe(true);
});

describe('a single word', () => {
  const articles = [
    article('B-1', 'Ordering a card', { topic: 'order', keywords: ['new card'] }),
    article('B-2', 'My card is blocked', { topic: 'blocked', keywords: ['card blocked', 'wrong code'] }),
    article('B-3', 'Statements', { topic: 'statements', keywords: ['statement', 'monthly overview'] }),
    article('B-4', 'A card for children', { topic: 'children', keywords: ['child'] }),
    article('B-5', 'Kontoauszug', { topic: 'auszug', keywords: ['overview'], language: 'de' }),
  ];
  const phrases = [
    ...['card please', 'i want a card', 'send me a card', 'card'].map((text) => ({ text, article: 'order' })),
    ...['my card was blocked', 'blocked after three tries'].map((text) => ({ text, article: 'blocked' })),
    ...['where is the overview', 'the overview of june', 'an overview'].map((text) => ({ text, article: 'statements' })),
    ...['my daughter wants her own', 'for a daughter'].map((text) => ({ text, article: 'children' })),
  ];
  const model = train(prepareInput(articles, phrases).input);
  // Thresholds that make every ranking sure: only the word itself can decide otherwise.
  const calibration = { ...model.calibration, relatedLow: 0.01, relatedUsual: 0.02, sureFrom: 0.2 };
  const cards = new ArticleIndex(articles, { ...model, calibration });
  const numbersOf = (question: string) => cards.search(question).matches.map((match) => match.article.number);

  test('that names several articles gives all of them to choose from, however clear the ranking is', () => {
    expect(cards.search(' Card?! ').decision).toBe('several');
    expect(numbersOf('card')[0]).toBe('B-1');
    expect(numbersOf('card').sort()).toEqual(['B-1', 'B-2', 'B-4']);
    expect(cards.search('i want a card')).toMatchObject({ decision: 'sure', matches: [{ article: { number: 'B-1' } }] });
  });

  test('that is the name of one article gives this one', () => {
    expect(cards.search('statement')).toMatchObject({ decision: 'sure', matches: [{ article: { number: 'B-3' } }] });
  });

  test('that only phrases know gives a choice', () => {
    const { decision, matches } = cards.search('daughter');
    expect(decision).toBe('several');
    expect(matches.length).toBeGreaterThanOrEqual(2);
    expect(matches[0]?.article.number).toBe('B-4');
  });

  test('names of articles in other languages do not compete', () => {
    expect(cards.search('overview').matches).toHaveLength(2);
    expect(cards.search('overview', { language: 'en' })).toMatchObject({
      decision: 'sure',
      matches: [{ article: { number: 'B-3' } }],
    });
  });
});

describe('articles in several languages', () => {
  const german = article('S-4', 'Passwort vergessen und zurücksetzen', {
    language: 'de-DE',
    keywords: ['password zurücksetzen'],
  });
  const mixed = indexOf([...shopArticles, german]);
  const found = (question: string, language: string) => mixed.search(question, { language, limit: 9 }).matches;

  test('those in the language of the customer are preferred; without any, all compete', () => {
    expect(found('Passwort zurücksetzen', 'de').map(({ article: { language } }) => language)).toEqual(['de-DE']);
    expect(found('reset my password', 'en-GB')).toHaveLength(shopArticles.length);
    expect(found('reset my password', 'fr')).toHaveLength(shopArticles.length + 1);
  });

  test('a translation stands for its article, whichever language is asked in', () => {
    expect(found('I forgot my password', 'de')[0]!.article).toBe(german);
    const best = (language: string) => found('I forgot my password', language)[0]!;
    expect(best('de').confidence).toBeCloseTo(best('en').confidence);
  });

  test('where the language has none that comes near, those of other languages come in', () => {
    expect(found('when will my parcel be delivered', 'de')[0]!.article.number).toBe('S-1');
  });
});

test('a knowledge base of one article or none works', () => {
  expect(indexOf([]).search('hello')).toEqual({ decision: 'none', coverage: 0, matches: [] });
  const alone = indexOf([shopArticles[3]!]);
  expect(first('I forgot my password', alone)).toBe('S-4');
  expect(alone.search('I forgot my password').decision).not.toBe('none');
  expect(alone.search('quantum chromodynamics').decision).toBe('none');
});

test('phrases are matched by number or topic, and unknown ones are counted', () => {
  const phrases = [
    { text: 'a', article: 'S-1' },
    { text: 'b', article: 'delivery' },
    { text: 'c', article: 'nowhere' },
    { text: 'd', article: 'nowhere' },
  ];
  const { input, unknown } = prepareInput(shopArticles, phrases);
  expect(unknown).toEqual({ count: 2, keys: ['nowhere'] });
  expect(input.texts.filter(({ kind }) => kind === 'phrase').map(({ text, label }) => [text, label])).toEqual([
    ['a', 0],
    ['b', 0],
  ]);
});
