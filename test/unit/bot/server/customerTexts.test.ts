import path from 'node:path';
import { chooseLanguage, localize, readPageTexts, widgetWords } from '../../../../bot/server/customerTexts';
import { shippedTexts } from '../../../../bot/texts';
import { packageRoot } from '../../../../common/packageRoot';

const texts = readPageTexts(path.join(packageRoot, 'web', 'customer', 'texts'));

describe('the words of the customer page', () => {
  it('are there in every language the bot speaks, English first', () => {
    expect([...texts.keys()].sort()).toEqual(Object.keys(shippedTexts).sort());
    expect([...texts.keys()][0]).toBe('en');
  });

  it.each([...texts])('are complete in %s, with the same places for values', (_language, words) => {
    const english = texts.get('en')!;
    expect(Object.keys(words).sort()).toEqual(Object.keys(english).sort());
    const places = (text: unknown) => [...String(text).matchAll(/{{\w+}}/g)].map(([place]) => place).sort();
    for (const [key, text] of Object.entries(words)) {
      expect(String(text).trim()).not.toBe('');
      expect([key, places(text)]).toEqual([key, places(english[key])]);
    }
    expect(words['topics']).toHaveLength(5);
  });

  it('are put into a template where it names them, and never as markup', () => {
    const template =
      '<html lang="en"><p data-text="a">x</p><b class="q" data-text="a"></b><i data-label="a"></i>{{topics}}{{languages}}<script>"{{texts}}"</script>';
    const odd = new Map([['de', { a: '<b>"&', topics: ['</script>'], 'language.name': 'D' }]]);
    expect(localize(template, 'de', odd)).toBe(
      '<html lang="de"><p data-text="a">&lt;b&gt;&quot;&amp;</p><b class="q" data-text="a">&lt;b&gt;&quot;&amp;</b>' +
        '<i data-label="a" aria-label="&lt;b&gt;&quot;&amp;" title="&lt;b&gt;&quot;&amp;"></i>' +
        '<li><button type="button">&lt;/script&gt;</button></li><option value="de" lang="de" selected>D</option>' +
        '<script>{"a":"\\u003cb>\\"&","topics":["\\u003c/script>"],"language.name":"D"}</script>',
    );
  });

  it('of the widget come as one text for its script', () => {
    const words = JSON.parse(JSON.parse(widgetWords(texts)) as string) as Record<string, Record<string, string>>;
    expect(words['de']).toEqual(expect.objectContaining({ open: 'Chat öffnen' }));
    expect(Object.keys(words)).toEqual([...texts.keys()]);
  });
});

describe('the language of a page', () => {
  const choose = (asked: string | null, accepted?: string) => chooseLanguage(asked, accepted, ['en', 'de', 'fr']);
  it.each([
    [null, undefined, 'en'],
    [null, 'de-AT,de;q=0.9,en;q=0.8', 'de'],
    [null, 'pl, en;q=0.3, fr;q=0.7', 'fr'],
    [null, 'de;q=0, fr', 'fr'],
    [null, 'zz', 'en'],
    ['fr-CA', 'de', 'fr'],
    ['xx', 'de', 'de'],
    ['"><script>', ';;;,=q', 'en'],
  ])('asked for %j by a browser that takes %j is %s', (asked, accepted, expected) => {
    expect(choose(asked, accepted)).toBe(expected);
  });
});
