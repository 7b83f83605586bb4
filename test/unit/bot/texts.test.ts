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
    const eventNames = ['handoff.initiate', 'handoff.status', 'handoff.leave', 'handoff.read'];
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
    expect(createTexts({ en: shippedTexts['en'] ?? {}, 'de-DE': {} }).resolve(locale)).toBe(expected);
  });

  it('falls back to English for what a language lacks', () => {
    const both = createTexts({ ...shippedTexts, de: { goodbye: { bye: 'Auf Wiedersehen!' } } });
    expect(both.t('goodbye.bye', 'de')).toBe('Auf Wiedersehen!');
    expect(both.t('goodbye.thanks', 'de')).toMatch(/welcome/);
    expect(both.list('words.help', 'de')).toContain('help');
  });

  describe.each(Object.keys(shippedTexts))('in %s', (language) => {
    const tree = shippedTexts[language] as TextTree;
    const parameters = (text: string) => [...text.matchAll(/{{\w+}}/g)].map(String).sort();
    const plural = /_(zero|one|two|few|many|other)$/;
    const english = keysOf(shippedTexts['en'] as TextTree);

    it('have the keys of English, with the plurals of the language', () => {
      const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      const expected = english.flatMap((key) => {
        if (!plural.test(key)) return [key];
        return key.endsWith('_other') ? categories.map((category) => key.replace(plural, `_${category}`)) : [];
      });
      expect(keysOf(tree).sort()).toEqual(expected.sort());
    });

    it('have the parameters of English', () => {
      const single = english.filter((key) => !/^words\.|scores$|questions$/.test(key) && !plural.test(key));
      expect(single.map((key) => [key, parameters(texts.t(key, language, {}))])).toEqual(
        single.map((key) => [key, parameters(texts.t(key, 'en', {}))]),
      );
      for (const count of [0, 1, 2, 5, 1_000_000]) {
        for (const key of ['handoff.wait', 'notice.undelivered']) expect(texts.t(key, language, { count })).not.toMatch(/{{|_/);
      }
    });

    it('have as many scores and suggested questions, and no empty list', () => {
      expect(texts.list('feedback.scores', language)).toHaveLength(5);
      expect(texts.list('welcome.questions', language)).toHaveLength(4);
      const lists = keysOf(tree).filter((key) => key.startsWith('words.'));
      expect(lists.filter((key) => texts.list(key, language).length === 0)).toEqual([]);
    });

    it('are not left in English', () => {
      const same = english.filter(
        (key) =>
          !/^words\.|Placeholder$|^notice\.quoted|scores$|questions$|_/.test(key) &&
          texts.t(key, language, {}) === texts.t(key, 'en', {}),
      );
      expect(same).toEqual(language === 'en' ? same : []);
    });
  });

  it('shows no markup in any text', () => {
    expect(JSON.stringify(shippedTexts)).not.toMatch(/<[a-z/]/i);
  });
});
