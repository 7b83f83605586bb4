import i18next from 'i18next';
import type { Texts } from '../dialogs/collaborators';
import cs from './texts/cs.json';
import de from './texts/de.json';
import en from './texts/en.json';
import es from './texts/es.json';
import fr from './texts/fr.json';

/** Texts of a language: keys to texts, lists or further keys. */
export type TextTree = { readonly [key: string]: string | readonly string[] | TextTree };

/** A key that no language has: a fault of the program, found by the tests. */
export class MissingText extends Error {
  override readonly name = 'MissingText';
  constructor(readonly key: string) {
    super(`no text for the key ${key}`);
  }
}

/** The languages that come with the product; a further one is one file in `texts/` and one entry here. */
export const shippedTexts: Readonly<Record<string, TextTree>> = { en, de, fr, es, cs };

const defaultLanguage = 'en';

/**
 * The customer's texts in all languages. A key missing in a language falls back to English; one that is missing there
 * too throws `MissingText`. Parameters are inserted as they are and never read as keys or expressions.
 */
export function createTexts(languages: Readonly<Record<string, TextTree>> = shippedTexts): Texts {
  const instance = i18next.createInstance();
  const supported = Object.keys(languages);
  void instance.init({
    initAsync: false,
    lng: defaultLanguage,
    fallbackLng: defaultLanguage,
    supportedLngs: supported,
    resources: Object.fromEntries(supported.map((language) => [language, { translation: languages[language] as TextTree }])),
    interpolation: { escapeValue: false, skipOnVariables: true },
    showSupportNotice: false,
  } as Parameters<typeof instance.init>[0]);

  const read = (key: string, language: string, params?: Readonly<Record<string, string | number>>): string => {
    // `exists` with the parameters, because the plural decides which key is read.
    if (!instance.exists(key, { lng: language, ...params })) throw new MissingText(key);
    const text: unknown = instance.t(key, { lng: language, ...params, returnObjects: true });
    if (typeof text !== 'string') throw new MissingText(key);
    return text;
  };
  // Most texts have no parameters, and a turn needs a dozen of them.
  const constant = new Map<string, string>();

  return {
    languages: supported,
    t(key, language, params) {
      if (params) return read(key, language, params);
      const place = `${language}/${key}`;
      let text = constant.get(place);
      if (text === undefined) {
        text = read(key, language);
        constant.set(place, text);
      }
      return text;
    },
    list(key, language) {
      const list: unknown = instance.t(key, { lng: language, returnObjects: true });
      if (!Array.isArray(list)) throw new MissingText(key);
      return list.map(String);
    },
    resolve(locale) {
      return nearest(locale, supported) ?? defaultLanguage;
    },
  };
}

function nearest(locale: string | undefined, supported: readonly string[]): string | undefined {
  if (typeof locale !== 'string') return undefined;
  const wanted = locale.trim().replaceAll('_', '-').toLowerCase();
  const language = wanted.split('-')[0];
  return (
    supported.find((candidate) => candidate.toLowerCase() === wanted) ??
    supported.find((candidate) => candidate.toLowerCase() === language) ??
    supported.find((candidate) => candidate.toLowerCase().split('-')[0] === language)
  );
}
