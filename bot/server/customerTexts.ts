import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, parseJson } from '../../common/json';

/** The page's words in one language: texts by key, and the list of questions often asked. */
export type PageTexts = Readonly<Record<string, string | readonly string[]>>;

/** The words of all languages that have a file, by language; the file's name says which. */
export function readPageTexts(folder: string): ReadonlyMap<string, PageTexts> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    names.sort(englishFirst).map((name) => {
      const texts = parseJson(readFileSync(path.join(folder, name), 'utf8'));
      if (!isJsonObject(texts)) throw new Error(`The texts of the customer page in ${name} are not a JSON object.`);
      return [path.basename(name, '.json'), texts as PageTexts];
    }),
  );
}

/** A page of a template in one language. Elements say by `data-text` and `data-label` which text they show; the English in the template is for its readers. */
export function localize(template: string, language: string, all: ReadonlyMap<string, PageTexts>): string {
  const texts = all.get(language) ?? {};
  const text = (key: string) => escapeHtml(String(texts[key] ?? ''));
  const topics = texts['topics'];
  const questions = (Array.isArray(topics) ? topics : []).map(
    (topic) => `<li><button type="button">${escapeHtml(topic)}</button></li>`,
  );
  const options = [...all].map(
    ([code, { 'language.name': name }]) =>
      `<option value="${code}" lang="${code}"${code === language ? ' selected' : ''}>${escapeHtml(String(name))}</option>`,
  );
  return template
    .replace(/(<[^<>]*\bdata-text="([\w.]+)"[^<>]*>)[^<]*(?=<\/)/g, (_all, tag: string, key: string) => tag + text(key))
    .replace(/data-label="([\w.]+)"/g, (all, key: string) => `${all} aria-label="${text(key)}" title="${text(key)}"`)
    .replace('<html lang="en"', () => `<html lang="${language}"`)
    .replace('{{topics}}', () => questions.join(''))
    .replace('{{languages}}', () => options.join(''))
    .replace('"{{texts}}"', () => JSON.stringify(texts).replaceAll('<', '\\u003c'));
}

/** The language for a reader: the one that the address asks for, else the best the browser names, else English. */
export function chooseLanguage(asked: string | null, accepted: string | undefined, known: Iterable<string>): string {
  const codes = new Set(known);
  const wanted = [asked ?? '', ...byPreference(accepted ?? '')].map((tag) => tag.split('-')[0]?.trim().toLowerCase() ?? '');
  return wanted.find((code) => codes.has(code)) ?? 'en';
}

/** The words of the widget's button in all languages, which it brings along so that it asks nothing of the page around it. */
export function widgetWords(all: ReadonlyMap<string, PageTexts>): string {
  const words = [...all].map(([language, texts]) => [
    language,
    Object.fromEntries(
      Object.entries(texts)
        .filter(([key]) => key.startsWith('widget.'))
        .map(([key, text]) => [key.slice('widget.'.length), text]),
    ),
  ]);
  return JSON.stringify(JSON.stringify(Object.fromEntries(words)));
}

function byPreference(header: string): string[] {
  return header
    .slice(0, 1_000)
    .split(',')
    .map((entry, place) => {
      const [tag = '', ...parameters] = entry.split(';');
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)/.exec(parameter)?.[1]).find((value) => value !== undefined);
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality), place };
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality || one.place - other.place)
    .map(({ tag }) => tag);
}

function englishFirst(one: string, other: string): number {
  return Number(other === 'en.json') - Number(one === 'en.json') || one.localeCompare(other);
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
