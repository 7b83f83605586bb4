import fc from 'fast-check';
import { toPlainText } from '../../../../../handoff/providers/mluvii/plainText';
import { escaped } from '../../../../../sandbox/mluvii/html';

describe('an operator’s HTML as plain text', () => {
  it.each<[string, string, string]>([
    ['marks', '<strong>Hello</strong> <em>you</em>', 'Hello you'],
    ['line breaks', 'one<br>two<BR/>three<br />four', 'one\ntwo\nthree\nfour'],
    ['a break followed by a new line for the eye', 'one<br>\ntwo', 'one\ntwo'],
    ['paragraphs', '<p>one</p><p>two</p>', 'one\ntwo'],
    ['paragraphs with a break between', '<p>one</p><p><br></p><p>two</p>', 'one\n\ntwo'],
    ['divisions', 'one<div>two</div>three', 'one\ntwo\nthree'],
    ['lists', '<ul><li>one</li><li>two</li></ul>', '- one\n- two'],
    ['a link', 'see <a href="https://a.example/x?a=1&amp;b=2">our page</a>.', 'see our page (https://a.example/x?a=1&b=2).'],
    ['a link that shows its address', '<a href="https://a.example">https://a.example</a>', 'https://a.example'],
    ['a link without words', '<a href="https://a.example"></a>', 'https://a.example'],
    ['an address to write to', '<a href="mailto:help@a.example">help@a.example</a>', 'help@a.example'],
    ['a link that does something', '<a href="javascript:alert(1)">press</a>', 'press'],
    ['a picture', 'look: <img alt="a cat" src="https://a.example/cat.png">', 'look: https://a.example/cat.png'],
    ['a script', 'before<script>alert("x")</script>after<!-- and this -->', 'beforeafter'],
    [
      'entities',
      '&lt;b&gt; &amp;amp; &quot;x&quot; &#39;y&#39; &#x1F600; &ndash; &unknown;',
      '<b> &amp; "x" \'y\' 😀 – &unknown;',
    ],
    ['impossible characters', '&#0; &#xD800; &#99999999;', '&#0; &#xD800; &#99999999;'],
    ['a lone sign', '1 < 2 and 3 > 2 <3', '1 < 2 and 3 > 2 <3'],
    ['an unfinished tag', 'almost <b', 'almost <b'],
    ['tags with signs in their attributes', '<a title="a > b" href=\'https://a.example\'>x</a>', 'x (https://a.example)'],
    ['an end without a beginning', 'x</a></p>', 'x'],
    ['nothing', '', ''],
  ])('tells %s', (_, html, text) => {
    expect(toPlainText(html)).toBe(text);
  });

  it('gives back whatever was escaped before', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const clean = text.replace(/\r\n?/g, '\n');
        expect(toPlainText(escaped(clean))).toBe(clean);
      }),
      { numRuns: 200 },
    );
  });

  it('takes no long time, whatever comes', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '<a ',
      '<a href="',
      '"',
      "'",
      '</a>',
      '<br',
      '/>',
      '<script',
      '<!--',
      'x',
      ' ',
      '&',
      ';',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
        expect(typeof toPlainText(pieces.join(''))).toBe('string');
      }),
      { numRuns: 100 },
    );
    // Square time would take minutes, and the test with it.
    expect(toPlainText('<'.repeat(200_000))).toHaveLength(200_000);
    expect(toPlainText(`<a ${'x='.repeat(100_000)}`)).toHaveLength(200_003);
    expect(toPlainText('<script>'.repeat(20_000))).toBe('');
  });
});
