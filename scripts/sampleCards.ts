import type { Attachment } from 'botframework-schema';
import { type ArticleCardData, articleCard, articleFullCard, notedArticleCard } from '../cards/articleCard';
import { articleCarousel } from '../cards/articleCarousel';
import { doneCard, notAvailableCard, welcomeCard } from '../cards/choiceCards';
import { type FormField, offlineMessageCard, preChatCard } from '../cards/formCard';
import { ratingCard } from '../cards/ratingCard';
import { verbs } from '../cards/verbs';

/** Data that has broken cards before: markup, expressions, quotes, control characters, scripts of all directions. */
export const hostileTexts: readonly string[] = [
  '',
  'plain text',
  `\${title} \${$root} \${json('{"a":1}')} {{DATE(2017-02-14T06:08:39Z)}} $t(x)`,
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '**bold** _it_ [link](javascript:alert(1)) # no\n- list\n1. one',
  `quotes " ' \` and backslash \\ \\" \\u0000`,
  'line\r\nbreak\ttab\u0000\u0007\u2028\u2029',
  'עברית العربية \u202eevil\u202c 你好 👩‍👩‍👧‍👦 \ud83d',
  'true',
  'null',
  '123',
  '[1,2]',
  '{"type":"AdaptiveCard"}',
  '=concat(1,2)',
  'x'.repeat(40_000),
  '👍'.repeat(20_000),
];

/** Every card the product can show, with `text` wherever a customer, an article or a configuration can put text. */
export function sampleCards(text: string): { name: string; card: Attachment }[] {
  const article: ArticleCardData = {
    articleId: text,
    number: text.slice(0, 100),
    title: text,
    kbRecordId: 'b5e1',
    summary: text,
    body: text,
    openUrl: 'https://bot.example/articles/token',
    language: 'en',
    texts: { source: text.slice(0, 200), readMore: 'Read more', open: 'Open', helped: 'Helped', notThis: 'No', person: 'Person' },
  };
  const { openUrl: _openUrl, kbRecordId: _kbRecordId, ...unrecorded } = article;
  const form = {
    language: 'en',
    title: 'Form',
    text: text.slice(0, 1_000),
    fields: sampleFields(text),
    submit: { title: 'Send', verb: verbs.submitPreChat },
    others: [{ title: 'Cancel', verb: verbs.cancel }],
  };
  const choices = {
    language: 'en',
    title: text,
    text,
    detail: text,
    actions: [{ title: text, verb: verbs.ask, data: { question: text.slice(0, 500) } }],
  };
  const rating = {
    title: 'Rate',
    text: '',
    score: 'Score',
    scoreMissing: 'Missing',
    comment: 'Comment',
    commentPlaceholder: '',
    submit: 'Send',
    skip: 'Skip',
  };
  const articleId = text.slice(0, 100);
  return [
    { name: 'article', card: articleCard({ ...article, articleId }) },
    { name: 'article without record', card: articleCard({ ...unrecorded, articleId }) },
    { name: 'article with an opinion', card: notedArticleCard({ ...article, articleId }, text.slice(0, 300)) },
    { name: 'whole article', card: articleFullCard({ ...article, articleId }, (limit) => text.slice(0, limit)) },
    { name: 'pre-chat', card: preChatCard({ ...form, problem: text.slice(0, 500) }) },
    { name: 'pre-chat without fields', card: preChatCard({ ...form, fields: [] }) },
    { name: 'offline message', card: offlineMessageCard(form) },
    { name: 'done', card: doneCard({ language: 'en', title: text, text }) },
    { name: 'welcome', card: welcomeCard(choices) },
    { name: 'not available', card: notAvailableCard({ ...choices, actions: [] }) },
    {
      name: 'rating',
      card: ratingCard({ language: 'en', ratingId: articleId, texts: rating, scores: ['1', '2', '3', '4', '5'] }),
    },
    ...articleCarousel(
      [{ articleId, number: '1', title: text, summary: text, kbRecordId: 'b5e1', openUrl: 'https://bot.example/a' }],
      {
        read: 'Read',
        open: 'Open',
        noneTitle: 'None',
        noneText: 'None?',
        none: 'None',
        person: 'Person',
      },
    ).map((card, index) => ({ name: `carousel ${index}`, card })),
  ];
}

function sampleFields(text: string): FormField[] {
  const field = (id: string, kind: FormField['kind'], more: Partial<FormField> = {}): FormField => ({
    id,
    kind,
    label: text.slice(0, 300),
    required: true,
    requiredMessage: text.slice(0, 300),
    maxLength: 500,
    ...more,
  });
  const choices = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ title: text.slice(0, 100), value: `c${index}` }));
  return [
    field('name', 'text', { value: text, error: text.slice(0, 300) }),
    field('email', 'email', { required: false, placeholder: text.slice(0, 100) }),
    field('phone', 'phone'),
    field('topic', 'multiline', { value: text }),
    field('few', 'choice', { choices: choices(2), value: 'c1' }),
    field('many', 'choice', { choices: choices(9), value: 'not one of them' }),
  ];
}
