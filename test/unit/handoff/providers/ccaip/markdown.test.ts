import fc from 'fast-check';
import { plainText } from '../../../../../handoff/providers/ccaip/markdown';

describe('Markdown as plain text', () => {
  it.each([
    ['**bold** and __bold__', 'bold and bold'],
    ['*italic* and _italic_', 'italic and italic'],
    ['***both***', 'both'],
    ['<u>underlined</u>', 'underlined'],
    ['~~gone~~', 'gone'],
    ['# Title\ntext', 'Title\ntext'],
    ['* one\n* two', '- one\n- two'],
    ['1. one\n2. two', '1. one\n2. two'],
    ['> quoted', 'quoted'],
    ['`code * with * marks`', 'code * with * marks'],
    ['```js\na * b * c\n```', 'a * b * c'],
    ['[here](https://bank.example/a_b_c)', 'here (https://bank.example/a_b_c)'],
    ['[https://bank.example](https://bank.example)', 'https://bank.example'],
    ['**[here](https://bank.example "Title")**', 'here (https://bank.example)'],
    ['![chart](https://bank.example/c.png)', 'chart (https://bank.example/c.png)'],
    ['<https://bank.example/x>', 'https://bank.example/x'],
    ['https://bank.example/a_b_c_d', 'https://bank.example/a_b_c_d'],
    ['3 * 4 * 5 = 60', '3 * 4 * 5 = 60'],
    ['snake_case_name', 'snake_case_name'],
    ['\\*not italic\\*', '*not italic*'],
    ['a<br>b', 'a\nb'],
    ['one  \ntwo', 'one\ntwo'],
    ['**open', '**open'],
    ['[label] alone', '[label] alone'],
  ])('%s', (markdown, expected) => {
    expect(plainText(markdown)).toBe(expected);
  });

  it('leaves words without marks as they are', () => {
    const word = fc.stringMatching(/^[\p{L}\p{N} ,.?]{0,40}$/u).filter((text) => !/ {2,}$|^ {0,3}\d+\. /.test(text));
    fc.assert(
      fc.property(word, (text) => plainText(text) === text),
      { numRuns: 200 },
    );
  });

  it('loses no letter of whatever comes', () => {
    const letters = (text: string) => text.replace(/[^ab]/g, '');
    // Without parentheses there are no links, whose label is left out when it is the address.
    const anything = fc.string({ unit: fc.constantFrom(...'ab*_`[]#\n ~>-\\'), maxLength: 60 });
    fc.assert(
      fc.property(anything, (text) => {
        // The language after a fence is not shown.
        fc.pre(!text.includes('```'));
        return letters(plainText(text)) === letters(text);
      }),
      { numRuns: 300 },
    );
  });

  it('is quick with what looks like markup and is none', () => {
    for (const mark of ['*', '_', '[', '`', '~', '<', '**a ', '[a](']) {
      const text = mark.repeat(20_000 / mark.length);
      expect(plainText(text).length).toBeGreaterThan(0);
    }
  });
});
