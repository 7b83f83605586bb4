import { htmlToText } from '../../../../../handoff/providers/live-assist/htmlText';

it.each([
  ['<div dir="ltr">Hello</div>', 'Hello'],
  ['<div>one</div><div>two</div>', 'one\ntwo'],
  ['one<br>two<br/>three<BR />four', 'one\ntwo\nthree\nfour'],
  ['<p>a</p>\u0000<ul><li>b</li><li>c</li></ul>', 'a\n\u0000\nb\nc'],
  ['a &lt;b&gt; &amp;amp; &#39;c&#x27; &nbsp;&unknown; &quot;', `a <b> &amp; 'c' \u00a0&unknown; "`],
  ['<a href="https://bank.example/?a=1&amp;b=2">here</a>', 'here (https://bank.example/?a=1&b=2)'],
  ['<a href="https://bank.example/">https://bank.example/</a>', 'https://bank.example/'],
  ["<a class=x href='mailto:a@bank.example'><b>mail</b></a> us", 'mail (mailto:a@bank.example) us'],
  ['<a href="javascript:alert(1)">click</a>', 'click'],
  ['<span title="a > b">text</span><!-- note -->', 'text'],
  ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ['<script>alert(1)</script>', 'alert(1)'],
  ['', ''],
])('%j reads %j', (html, text) => {
  expect(htmlToText(html)).toBe(text);
});

it('reads hostile markup in no time worth speaking of', () => {
  const hostile = ['<a '.repeat(50_000), '<a "'.repeat(50_000), `<a href="${'x'.repeat(200_000)}`, '<!--'.repeat(50_000)];
  for (const html of hostile) expect(htmlToText(html)).toBe(html);
});
