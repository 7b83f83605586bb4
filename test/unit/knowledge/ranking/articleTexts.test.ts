import { articleTexts, sentencesOf } from '../../../../knowledge/ranking/articleTexts';
import { article } from '../articles';

test('HTML becomes sentences without tags and entities', () => {
  expect(sentencesOf('<h3>Limits</h3><ul><li>Up to &pound;500 &amp; more. Really!</li><li>Daily</li></ul>')).toEqual([
    'Limits',
    'Up to  500   more.',
    'Really!',
    'Daily',
  ]);
});

test('an article speaks through title, summary, keywords and body; empty parts are left out', () => {
  const texts = articleTexts(article('1', 'Title', { keywords: ['one', ' '], html: '<p>Body</p>' }), 7);
  expect(texts.map(({ text, kind }) => [text, kind])).toEqual([
    ['Title', 'head'],
    ['one', 'head'],
    ['Body', 'body'],
  ]);
  expect(new Set(texts.map(({ label }) => label))).toEqual(new Set([7]));
});
