import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createTexts, MissingText, shippedTexts, type TextTree } from '../../../bot/texts';
import { packageRoot } from '../../../common/packageRoot';

const texts = createTexts();

function keysOf(tree: TextTree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const full = `${prefix}${key}`;
    return typeof value === 'string' || Array.isArray(value) ? [full] : keysOf(value as TextTree, `${full}.`);
  });
}

/** Keys as the sources of the dialogs and the bot name them in full. */
function keysInSources(): string[] {
  return ['dialogs', 'bot'].flatMap((folder) =>
    readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => {
        const source = readFileSync(path.join(packageRoot, folder, file), 'utf8');
        const sections = Object.keys(shippedTexts['en'] ?? {}).join('|');
        return [...source.matchAll(new RegExp(`'((?:${sections})\\.[\\w.]+)'`, 'g'))].map((match) => match[1] ?? '');
      }),
  );
}

describe('texts', () => {
  it('has a text for every key the sources name', () => {
    const known = new Set(keysOf(shippedTexts['en'] as TextTree));
    const eventNames = ['handoff.initiate', 'handoff.status', 'handoff.leave'];
    const named = keysInSources().filter((key) => !eventNames.includes(key));
    expect(named.length).toBeGreaterThan(50);
    const unknown = named.filter((key) => !known.has(key) && !known.has(`${key}_other`));
    expect(unknown).toEqual([]);
  });

  it('throws for a key nobody wrote, also when it names a section', () => {
    expect(() => texts.t('answer.nothingLikeThis', 'en')).toThrow(MissingText);
    expect(() => texts.t('answer', 'en')).toThrow(MissingText);
    expect(() => texts.list('answer.sure', 'en')).toThrow(MissingText);
  });

  it('chooses the plural by the count', () => {
    expect(texts.t('handoff.wait', 'en', { count: 1 })).toBe('The wait is about one minute.');
    expect(texts.t('handoff.wait', 'en', { count: 4 })).toBe('The wait is about 4 minutes.');
  });

  it.each(['$t(answer.none)', '{{count}}', `\${x}`, '<b>', '\\', '$1 $& $$'])('inserts %s as it is', (value) => {
    expect(texts.t('article.source', 'en', { number: value, count: 3 })).toBe(`From our help center, article ${value}`);
  });

  it.each([
    ['en', 'en'],
    ['en-US', 'en'],
    ['EN_gb', 'en'],
    ['de-AT', 'de-DE'],
    ['fr', 'en'],
    ['', 'en'],
    ['<script>', 'en'],
    [undefined, 'en'],
    [7 as unknown as string, 'en'],
  ])('takes %j for %s', (locale, expected) => {
    expect(createTexts({ ...shippedTexts, 'de-DE': {} }).resolve(locale)).toBe(expected);
  });

  it('falls back to English for what a language lacks', () => {
    const both = createTexts({ ...shippedTexts, de: { goodbye: { bye: 'Auf Wiedersehen!' } } });
    expect(both.t('goodbye.bye', 'de')).toBe('Auf Wiedersehen!');
    expect(both.t('goodbye.thanks', 'de')).toMatch(/welcome/);
    expect(both.list('words.help', 'de')).toContain('help');
  });

  it('has the same keys and parameters in every language', () => {
    const parameters = (text: string) => [...text.matchAll(/{{\w+}}/g)].map(String).sort();
    const english = keysOf(shippedTexts['en'] as TextTree);
    for (const [language, tree] of Object.entries(shippedTexts)) {
      expect(keysOf(tree).sort()).toEqual([...english].sort());
      for (const key of english.filter((candidate) => !/^words\.|scores$|questions$|_\w+$/.test(candidate))) {
        expect([key, parameters(texts.t(key, language, {}))]).toEqual([key, parameters(texts.t(key, 'en', {}))]);
      }
    }
  });

  it('shows no markup in any text', () => {
    expect(JSON.stringify(shippedTexts)).not.toMatch(/<[a-z/]/i);
  });
});
