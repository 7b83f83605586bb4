import { textTargets } from './targets/texts';

/** Beginnings, ends and fillers that make careless patterns try every way there is. */
const units = [
  ...[
    'a',
    ' ',
    '\t',
    '\n',
    ' \n',
    '\r',
    '\u00a0',
    '<',
    '<a',
    '<a ',
    '<a"',
    "<a'",
    '<a href="',
    "<a href='https:x' ",
    '<a href=https:x ',
    '<b>',
    '<b ',
  ],
  ...[
    '<p>',
    '<li',
    '<li ',
    '<br',
    '<!--',
    '<!',
    '</',
    '<script>',
    '<style',
    '<svg>',
    '<a href="https://x">',
    '<a href="https://x">y</a>',
    '<![CDATA[',
    '>',
    '&',
    '&#',
    '&#x',
    '&a',
    '&amp',
    '&amp;',
    '&lt;',
  ],
  ...[
    '"',
    "'",
    '\\',
    '`',
    '``',
    '```\n',
    '[',
    ']',
    '[a',
    '[a](',
    '](',
    '![',
    '(',
    ')',
    '{',
    '}',
    '${',
    '{{',
    '*',
    '**',
    '** a',
    '**a ',
    '*a',
    '*a ',
    '_',
    '_a ',
    '__a ',
  ],
  ...[
    '~~',
    '~~a ',
    '#',
    '# ',
    '# a ',
    '#  ',
    '> ',
    '- ',
    '+ ',
    '1. ',
    '1',
    '1)',
    'http://',
    'https://a',
    '=',
    '=?a?B?',
    '=\n',
    ' =',
    ';',
    ';a="',
    ';a=b',
    ',',
    '.',
    'a.',
  ],
  ...[
    '--b\r\n',
    '--b',
    '\r\n',
    'a:b\r\n',
    'a:b\r\n ',
    'data:x\n',
    'data:x',
    '+',
    '00',
    '(1) ',
    ') or (',
    '(a:b:',
    '%',
    '%41',
    '😀',
    '\ud800',
    'é',
    '\u0301',
    '\uE000',
    '\uE0001',
    "'a",
    '|',
    '\0',
  ],
];
const frames: [beginning: string, ending: string][] = [
  ['', ''],
  ['', 'x'],
  ['', '">\n'],
  ['<p>', ''],
  ['<a ', ''],
  ['**', 'x'],
];
/** Less than a second on any machine for what grows with the text; half a minute at the last size for what grows with its square. */
const slowInMs = 1_500;
const isThorough = Number(process.env['FUZZ_CASES'] ?? 0) >= 20_000;
const longestBody = (isThorough ? 256 : 32) * 1024;

/**
 * The text is made longer until it is as long as it can get. Whatever grows with the text alone stays far below the limit at every
 * size, and what does not is stopped at the first size that takes too long.
 */
describe('the time to read a text grows with its length and no faster', () => {
  it.each(textTargets.map((each) => [each.name, each] as const))(
    '%s',
    (_name, { read, longest = longestBody }) => {
      const slow: string[] = [];
      for (const unit of units) {
        for (const [beginning, ending] of frames) {
          for (let size = Math.min(4_096, longest); slow.length < 5; size = Math.min(longest, size * 4)) {
            const times = Math.max(1, Math.floor((size - beginning.length - ending.length) / unit.length));
            const text = beginning + unit.repeat(times) + ending;
            const began = performance.now();
            read(text);
            const took = performance.now() - began;
            if (took > slowInMs) slow.push(`${JSON.stringify([beginning, unit, ending])} × ${size}: ${Math.round(took)} ms`);
            if (took > slowInMs || size === longest) break;
          }
        }
      }
      expect(slow).toEqual([]);
    },
    300_000,
  );
});
