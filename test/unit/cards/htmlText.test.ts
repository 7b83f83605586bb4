import fc from 'fast-check';
import { htmlToMarkdown, htmlToText } from '../../../cards/htmlText';

const markdown = (html: string, maxLength = 10_000) => htmlToMarkdown(html, { maxLength });
const anyTag = /<[a-z/!?]/i;

describe('htmlToMarkdown', () => {
  const cases: [string, string, string][] = [
    ['paragraphs are parted by an empty line', '<p>One.</p><p>Two.</p>', 'One.\n\nTwo.'],
    ['line breaks part too', 'One<br>Two<br/>Three', 'One\n\nTwo\n\nThree'],
    ['white space of the source is not shown', '<p>\n  One\n  two&nbsp;three </p>', 'One two three'],
    ['bold is kept', '<p>Do <b>not</b> share it</p>', 'Do **not** share it'],
    ['markers touch the words', '<p>Do <strong> not </strong>share</p>', 'Do **not** share'],
    ['headings are bold lines', '<h2>Fees</h2><p>None.</p>', '**Fees**\n\nNone.'],
    ['lists stay lists', '<ul><li>a</li><li>b</li></ul>', '- a\n- b'],
    ['numbered lists count', '<ol><li>a</li><li><p>b</p></li></ol>', '1. a\n2. b'],
    ['inner lists are indented', '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>', '- a\n  - b\n- c'],
    [
      'links are kept',
      '<p>See <a href="https://bank.example/a?b=1&amp;c=2">our page</a>.</p>',
      'See [our page](https://bank.example/a?b=1&c=2).',
    ],
    ['bold inside a link does not break it', '<a href="https://b.example"><b>x</b></a>', '[x](https://b.example)'],
    ['brackets of an address are encoded', '<a href="https://b.example/x(1)">x</a>', '[x](https://b.example/x%281%29)'],
    ['dangerous addresses lose the link', '<a href="javascript:alert(1)">x</a>', 'x'],
    ['relative addresses lose the link', '<a href="/x">x</a>', 'x'],
    ['scripts and styles are gone', '<style>p{}</style><script>alert(1)</script><p>ok</p>', 'ok'],
    ['images and frames are gone', '<img src=x onerror=alert(1)><iframe src="x">y</iframe>ok', 'ok'],
    [
      'tables read as lines',
      '<table><tr><th>Fee</th><td>1 %</td></tr><tr><td>Limit</td><td>5</td></tr></table>',
      'Fee – 1 %\n\nLimit – 5',
    ],
    ['Markdown in the text is text', '<p>2*3*4 and _x_ [y](z) # no</p>', '2\\*3\\*4 and \\_x\\_ \\[y\\](z) # no'],
    ['a number at the start is no list', '<p>1. April</p>', '1\\. April'],
    ['quoted markup is text', '<p>&lt;script&gt;</p>', '&lt;script>'],
    ['template expressions are text', `<p>\${title}</p>`, `\${title}`],
    ['open tags at the end are no harm', '<p>One <b>two', 'One **two**'],
    ['right-to-left text stays in order', '<p>שלום <b>עולם</b></p>', 'שלום **עולם**'],
  ];
  it.each(cases)('%s', (_name, html, expected) => {
    expect(markdown(html)).toBe(expected);
  });

  it('cuts at the limit without half a marker or link', () => {
    const html = `<p>Begin ${'word `.repeat(20)}<b>bold</b> <a href="https://b.example">link</a> ${`word '.repeat(200)}</p>`;
    const result = markdown(html, 150);
    expect(result.length).toBeLessThanOrEqual(150);
    expect(result.endsWith('…')).toBe(true);
    expect(result).not.toMatch(/\*\*|\]\(/);
  });

  it('keeps whole blocks that fit and cuts the next one', () => {
    const result = markdown('<p>Short.</p><p>A much longer second paragraph follows here.</p>', 40);
    expect(result).toBe('Short.\n\nA much longer second paragraph…');
  });

  it('never throws, never leaves a tag and keeps the limit, whatever comes in', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '<b>',
        '</b>',
        '<a href="https://x.example">',
        '</a>',
        '<ul>',
        '<li>',
        '</ul>',
        '<script>',
        '&lt;b&gt;',
        '&amp;lt;i',
        '<',
        '<!--',
        '\\',
        '**',
        '<td>',
        '</p',
      ),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), fc.integer({ min: 1, max: 200 }), (parts, maxLength) => {
        const result = markdown(parts.join(''), maxLength);
        expect(result).not.toMatch(anyTag);
        expect(result.length).toBeLessThanOrEqual(maxLength);
      }),
      { numRuns: 300 },
    );
  });
});

describe('htmlToText', () => {
  it('gives plain lines without any marker', () => {
    expect(
      htmlToText('<h2>Fees</h2><ul><li>a <b>b</b></li><li><a href="https://x.example">c</a></li></ul>', { maxLength: 100 }),
    ).toBe('Fees\n- a b\n- c');
  });

  it('is cut at a word with an ellipsis', () => {
    expect(htmlToText('<p>One two three four five</p>', { maxLength: 14 })).toBe('One two three…');
  });
});
