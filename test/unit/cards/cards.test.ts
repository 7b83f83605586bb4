import fc from 'fast-check';
import { type ArticleCardData, articleCard, articleFullCard } from '../../../cards/articleCard';
import { articleCarousel } from '../../../cards/articleCarousel';
import { articlesOf } from '../../../cards/articlesOf';
import { maxCardBytes, sizeInBytes } from '../../../cards/cardTemplate';
import { preChatCard } from '../../../cards/formCard';
import { escapeMarkdown, shorten } from '../../../cards/markdown';
import { ratingCard } from '../../../cards/ratingCard';
import { isVerb, verbs } from '../../../cards/verbs';
import { hostileTexts, sampleCards } from '../../../scripts/sampleCards';

interface Element {
  type?: string;
  text?: string;
  value?: unknown;
  data?: Record<string, unknown>;
  [key: string]: unknown;
}

/** Every object in a card, for looking at what the client gets. */
function elements(value: unknown): Element[] {
  if (Array.isArray(value)) return value.flatMap(elements);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Element, ...Object.values(value).flatMap(elements)];
}

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const texts = { source: 'From KA-1', readMore: 'Read more', open: 'Open', helped: 'Helped', notThis: 'No', person: 'Person' };
const article: ArticleCardData = {
  articleId: 'a1',
  number: 'KA-1',
  title: 'Title',
  kbRecordId: 'k1',
  summary: 'Summary',
  body: '**Body**',
  openUrl: 'https://bot.example/x',
  language: 'en',
  texts,
};

function formWith(value: string) {
  return preChatCard({
    language: 'en',
    title: 'Form',
    text: '',
    fields: [
      {
        id: 'name',
        kind: 'text',
        label: value,
        required: true,
        maxLength: 100,
        requiredMessage: value,
        value,
        placeholder: value,
      },
    ],
    submit: { title: value, verb: verbs.submitPreChat },
    others: [],
  });
}

describe('every card', () => {
  it.each(hostileTexts.map((text): [string, string] => [JSON.stringify(text).slice(0, 30), text]))(
    'stays whole and small with %s in all its places',
    (_name, text) => {
      for (const { name, card } of sampleCards(text)) {
        expect([name, sizeInBytes(card) <= maxCardBytes]).toEqual([name, true]);
        expect(card.contentType).toMatch(/^application\/vnd\.microsoft\.card\./);
        const all = elements(overTheWire(card.content));
        if (!text.includes(`\${`)) expect(JSON.stringify(card)).not.toContain(`\${`);
        for (const action of all.filter((element) => element.type === 'Action.Submit'))
          expect(isVerb(action.data?.['verb'])).toBe(true);
        for (const block of all.filter((element) => element.type === 'TextBlock')) expect(typeof block.text).toBe('string');
      }
    },
  );

  it('has a language, a fallback text and a version that all clients know', () => {
    for (const { name, card } of sampleCards('plain')) {
      if (!card.contentType.endsWith('adaptive')) continue;
      expect([name, card.content.lang, card.content.version]).toEqual([name, 'en', '1.3']);
      expect(card.content.fallbackText).not.toBe('');
      expect(card.content.actions?.length ?? 0).toBeLessThanOrEqual(6);
    }
  });
});

describe('text from outside', () => {
  it('comes out of a form unchanged, never evaluated', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.constantFrom(...hostileTexts.map((text) => text.slice(0, 100))),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const all = elements(overTheWire(formWith(text).content));
        const input = all.find((element) => element.type === 'Input.Text');
        expect([input?.value, input?.['label'], input?.['errorMessage'], input?.['placeholder']]).toEqual(
          Array(4).fill(overTheWire(text)),
        );
        expect(all.find((element) => element.type === 'Action.Submit')?.['title']).toBe(overTheWire(text));
      }),
    );
  });

  it('is shown by a text block as it is: escaped, and nothing else changed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const shown = escapeMarkdown(text);
        const unescaped = shown.replaceAll('&lt;', '<').replaceAll('&amp;', '&');
        expect(unescaped.replace(/\\([\\`*_[\]~#>+\-.)])/g, '$1')).toBe(text.replaceAll('&lt;', '<').replaceAll('&amp;', '&'));
      }),
    );
  });

  it.each([
    ['# title', '\\# title'],
    ['- item', '\\- item'],
    ['1. one', '1\\. one'],
    ['1.5 % fee', '1.5 % fee'],
    ['top-up in 5 - 10 days', 'top-up in 5 - 10 days'],
    ['[x](y) *b* _i_', '\\[x\\](y) \\*b\\* \\_i\\_'],
    ['a < b & c', 'a < b & c'],
    ['<b> &lt;', '&lt;b> &amp;lt;'],
  ])('%s is escaped as %s', (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });

  it('is never cut inside a character or much before a word ends', () => {
    expect(shorten('one two three', 9)).toBe('one two…');
    expect(shorten('short', 9)).toBe('short');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 50 }), (text, limit) => {
        const cut = shorten(text, limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        expect(cut).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
      }),
    );
  });
});

describe('an article card', () => {
  it('carries the article in its buttons, said aloud on Teams', () => {
    const helped = elements(articleCard(article).content).find((element) => element['title'] === 'Helped');
    expect(helped?.data).toEqual({
      verb: 'helped',
      articleId: 'a1',
      number: 'KA-1',
      title: 'Title',
      kbRecordId: 'k1',
      msteams: { type: 'messageBack', displayText: 'Helped', text: 'Helped' },
    });
  });

  it('has no link without a record', () => {
    const { openUrl: _openUrl, ...unrecorded } = article;
    expect(elements(articleCard(unrecorded).content).some((element) => element.type === 'Action.OpenUrl')).toBe(false);
  });

  it('of a whole article keeps its Markdown, and as much of a long one as fits', () => {
    expect(JSON.stringify(articleFullCard(article))).toContain('**Body**');
    const long = '字'.repeat(40_000);
    const card = articleFullCard({ ...article, body: long }, (limit) => long.slice(0, limit));
    expect(sizeInBytes(card)).toBeLessThanOrEqual(maxCardBytes);
    expect(sizeInBytes(card)).toBeGreaterThan(maxCardBytes / 3);
  });
});

describe('articlesOf', () => {
  const carousel = articleCarousel(
    [
      { articleId: 'a1', number: 'KA-1', title: 'One', summary: 's' },
      { articleId: 'a2', number: 'KA-2', title: 'Two', summary: 's' },
    ],
    { read: 'r', open: 'o', noneTitle: 'n', noneText: 'n', none: 'n', person: 'p' },
  );

  it('finds the articles of cards of both kinds, each once', () => {
    expect(articlesOf([articleCard(article), ...carousel])).toEqual([
      { number: 'KA-1', title: 'One' },
      { number: 'KA-2', title: 'Two' },
    ]);
  });

  it.each([[[]], [[{ contentType: 'image/png' }]], [[{ content: null }]], [[{ content: [[[['x']]]] }]]])(
    'finds none in %j',
    (attachments) => {
      expect(articlesOf(attachments as Parameters<typeof articlesOf>[0])).toEqual([]);
    },
  );
});

it('a rating card offers the best score first and no default', () => {
  const rating = {
    title: 'T',
    text: '',
    score: 'S',
    scoreMissing: 'M',
    comment: 'C',
    commentPlaceholder: '',
    submit: 'Send',
    skip: 'Skip',
  };
  const card = ratingCard({ language: 'en', ratingId: 'r1', texts: rating, scores: ['1 bad', '2', '3', '4', '5 good'] });
  const input = elements(card.content).find((element) => element.type === 'Input.ChoiceSet');
  expect(input?.['choices']).toMatchObject([{ title: '5 good', value: '5' }, {}, {}, {}, { title: '1 bad', value: '1' }]);
  expect(input?.value).toBe('');
});
