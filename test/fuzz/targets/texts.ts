import { parseExactly } from '../../../bot/channels/mluvii/looseJson';
import { fromMarkdown, withoutMarkdown } from '../../../bot/channels/mluvii/markup';
import { harmlessCard } from '../../../bot/handoff/harmlessCard';
import { articlePage } from '../../../bot/server/articlePage';
import { contentDisposition } from '../../../bot/server/fileRoute';
import { createTexts } from '../../../bot/texts';
import { htmlToText as articleToText, htmlToMarkdown } from '../../../cards/htmlText';
import { escapeMarkdown, shorten, singleLine } from '../../../cards/markdown';
import { parseRetryAfter } from '../../../common/backoff';
import { mediaTypeOf } from '../../../common/mediaType';
import { plainWords } from '../../../common/plainWords';
import { readCriteria } from '../../../customCrm/containers/criteria';
import { readHeaders, readHeaderValue, splitMultipart } from '../../../customCrm/containers/multipart';
import { plainText as crmText } from '../../../customCrm/containers/plainText';
import { readMail } from '../../../customCrm/intake/mail';
import { readPhoneNumber } from '../../../customCrm/phone/phoneNumber';
import { CommandWords } from '../../../dialogs/words';
import { plainText as ccaipText } from '../../../handoff/providers/ccaip/markdown';
import { EventParser } from '../../../handoff/providers/enhanced-chat/eventParser';
import { splitText } from '../../../handoff/providers/enhanced-chat/splitText';
import { decodeEntities } from '../../../handoff/providers/live-agent/htmlText';
import { htmlToText as assistText } from '../../../handoff/providers/live-assist/htmlText';
import { toPlainText as mluviiText } from '../../../handoff/providers/mluvii/plainText';
import { ProviderRegistry } from '../../../handoff/registry';
import { parseSkills } from '../../../handoff/skills/readSkills';
import { parsePhrases } from '../../../knowledge/phraseFile';
import { tokenize } from '../../../knowledge/ranking/tokenize';
import { buildArticleCard } from '../articleCard';
import { damaged, hostileText, textOf } from '../inputs';
import { type TextTarget, target } from '../target';

const words = new CommandWords(createTexts());
const skills = {
  skills: [
    {
      name: 'cards',
      title: { en: 'Cards' },
      words: { en: ['card'] },
      fields: [{ name: 'card', label: { en: 'Card' } }],
      routes: [{ provider: 'x', target: {} }],
    },
  ],
};

/** What the page or the card must not have, whatever was in the article. */
function withoutScript(html: string): string {
  // What stands inside of quotes is text, but for addresses.
  const whole = html.replace(/^[\s\S]*?<body>/, '');
  const body = whole.replace(/="[^"]*"/g, '=""');
  if (/<(?:script|iframe|object|embed|form|input|svg|math|style|link|meta|base)\b/i.test(body))
    throw new Error('a tag that may do something is left');
  if (/<[a-z][^>]*\son\w+\s*=/i.test(body)) throw new Error('a handler is left');
  for (const [, name = '', value = ''] of whole.matchAll(/\s(href|src)="([^"]*)"/gi)) {
    const address = value.replaceAll('&amp;', '&');
    // As a browser reads it: what has no scheme leads to this server.
    const scheme = URL.canParse(address, 'https://bot.example') ? new URL(address, 'https://bot.example').protocol : 'none:';
    const isHarmless =
      name.toLowerCase() === 'src' ? ['https:', 'data:', 'none:'] : ['https:', 'http:', 'mailto:', 'tel:', 'none:'];
    if (!isHarmless.includes(scheme)) throw new Error(`an address that runs is left: ${scheme}`);
  }
  return html;
}

const html = textOf(
  '<p>',
  '</p>',
  '<b>',
  '<a href="',
  'https://a.example',
  'javascript:',
  'alert(1)',
  '">',
  '<img src="',
  '" onerror="x()',
  '<script>',
  '</script>',
  '<svg onload=x>',
  '&lt;',
  '<li>',
  '<ul>',
  '<td>',
);
const markdown = textOf(
  '**',
  '_',
  '[',
  '](',
  'https://a.example',
  'javascript:x',
  ')',
  '`',
  '```\n',
  '# ',
  '> ',
  '- ',
  '\\',
  '\n',
  '~~',
  '<u>',
  '\uE000',
);

export const textParserTargets = [
  target('an article as a page', html, (text) => withoutScript(articlePage({ title: text, html: text, language: text }, 'n'))),
  target('an article as Markdown', html, (text) => {
    const made = htmlToMarkdown(text, { maxLength: 300 });
    if (made.length > 300) throw new Error('longer than allowed');
    if (/\]\((?!https?:|mailto:|tel:)/.test(made.replace(/\\./g, ''))) throw new Error('a link to another scheme');
    return [made, articleToText(text, { maxLength: 300 })];
  }),
  target(
    'the variables of a card',
    textOf(`$${'{title}'}`, '$'.concat('{'), '}', '$root', '{{', '}}', '"', '\\'),
    buildArticleCard,
  ),
  target('text in Markdown', markdown, (text) => [escapeMarkdown(text), shorten(text, 40), singleLine(text)]),
  target('an agent’s HTML of Live Assist', html, assistText),
  target('an agent’s HTML of mluvii', html, mluviiText),
  target('an agent’s HTML of Live Agent', html, decodeEntities),
  target('an agent’s Markdown of CCAIP', markdown, ccaipText),
  target('Markdown on its way to mluvii', markdown, (text) => {
    const made = fromMarkdown(text);
    if (/<(?!\/?(?:strong|em|a)\b)/.test(made)) throw new Error('a tag that is none of ours');
    if (/href="(?!https?:)/i.test(made)) throw new Error('a link to another scheme');
    return [made, withoutMarkdown(text)];
  }),
  target('HTML for the CRM', html, crmText),
  target('the name of a file', textOf('a', '.', 'png', 'constructor', '__proto__', 'valueOf', 'PDF'), (name) => [
    mediaTypeOf(name),
  ]),
  target('a customer’s words', hostileText, (text) => [
    words.match(text, 'en'),
    words.meansLeave(text, 'de'),
    words.languageNamed(text, 'fr'),
    tokenize(text),
    plainWords(text),
  ]),
  target('the skills file', damaged([skills]), (json) => parseSkills('f', JSON.stringify(json), new ProviderRegistry([])), [
    'SkillsFileError',
  ]),
  target(
    'the skills file as text',
    textOf('{"skills":', '[', ']', '}', '{"name":"a"}'),
    (text) => parseSkills('f', text, new ProviderRegistry([])),
    ['SkillsFileError'],
  ),
  target(
    'the phrases file',
    textOf('text,article\n', 'text', ',', '"', '\n', '""', '\ufeff', 'a,b\n', '__proto__,constructor\n'),
    (text) => parsePhrases(text, 'f'),
    ['PhraseFileError'],
  ),
];

const cuts = (text: string) => {
  const parser = new EventParser();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 512) parser.push(bytes.subarray(at, at + 512));
};

/** Parsers of text, with the longest text that gets there. Without one: what a body of the server may have. */
export const textTargets: TextTarget[] = [
  { name: 'articlePage', read: (text) => articlePage({ title: text.slice(0, 500), html: text }, 'n') },
  { name: 'htmlToMarkdown', read: (text) => htmlToMarkdown(text, { maxLength: 10_000 }) },
  { name: 'escapeMarkdown', read: escapeMarkdown },
  { name: 'harmlessCard', read: (text) => harmlessCard({ text }) },
  { name: 'shorten', read: (text) => shorten(text, 2_000) },
  { name: 'singleLine', read: singleLine },
  { name: 'htmlToText of Live Assist', read: assistText },
  { name: 'toPlainText of mluvii', read: mluviiText },
  { name: 'decodeEntities of Live Agent', read: decodeEntities },
  { name: 'plainText of CCAIP', read: ccaipText },
  { name: 'fromMarkdown of mluvii', read: fromMarkdown },
  { name: 'withoutMarkdown of mluvii', read: withoutMarkdown },
  { name: 'plainText of the CRM', read: crmText },
  { name: 'readCriteria', read: readCriteria },
  { name: 'readHeaders', read: readHeaders },
  { name: 'readHeaderValue', read: readHeaderValue, longest: 16 * 1024 },
  { name: 'splitMultipart', read: (text) => splitMultipart(Buffer.from(text), 'b') },
  {
    name: 'readMail',
    read: (text) => [
      readMail(Buffer.from(text)),
      readMail(Buffer.from(`Content-Type: multipart/mixed; boundary=b\n\n${text}`)),
      readMail(Buffer.from(`Content-Transfer-Encoding: quoted-printable\n\n${text}`)),
    ],
  },
  { name: 'readPhoneNumber', read: (text) => readPhoneNumber(text, '420') },
  { name: 'plainWords', read: plainWords },
  { name: 'tokenize', read: tokenize },
  {
    name: 'CommandWords',
    read: (text) => [words.match(text, 'en'), words.meansLeave(text, 'en'), words.languageNamed(text, 'en')],
  },
  {
    name: 'parsePhrases',
    longest: 16 * 1024,
    read: (text) => {
      try {
        return parsePhrases(text, 'f');
      } catch (error) {
        return error;
      }
    },
  },
  { name: 'EventParser', read: cuts },
  { name: 'splitText', read: (text) => splitText(text, 4_000) },
  { name: 'contentDisposition', read: (text) => contentDisposition('inline', text), longest: 16 * 1024 },
  { name: 'parseRetryAfter', read: (text) => parseRetryAfter(text, 0), longest: 16 * 1024 },
  { name: 'parseExactly', read: parseExactly },
];
