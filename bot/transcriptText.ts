import { isJsonObject, type JsonValue } from '../common/json';
import type { TranscriptEntry } from '../handoff/request';

export interface TranscriptTextOptions {
  language: string;
  /** IANA name. */
  timeZone: string;
  /** Something was said before the first entry. */
  isCut: boolean;
  t(key: string, params?: Record<string, string>): string;
}

/** A conversation as the customer reads it again: when, who, and what, with the articles that were shown and the names of files. */
export function transcriptText(entries: readonly TranscriptEntry[], options: TranscriptTextOptions): string {
  const { language, timeZone, isCut, t } = options;
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone });
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone });
  const lines = [t('transcript.title'), t('transcript.times', { zone: timeZone }), ...(isCut ? [t('transcript.cut')] : [])];
  let shownDay = '';
  for (const entry of entries) {
    const said = [...wordsOf(entry), ...extrasOf(entry, t)].map(plain).filter((line) => line !== '');
    if (said.length === 0) continue;
    const at = new Date(entry.at);
    if (day.format(at) !== shownDay) {
      shownDay = day.format(at);
      lines.push('', shownDay);
    }
    lines.push('', `${time.format(at)}  ${speaker(entry, t)}`, ...said.map((line) => line.replace(/^/gm, '  ')));
  }
  return `${lines.join('\n')}\n`;
}

function speaker({ from, name }: TranscriptEntry, t: TranscriptTextOptions['t']): string {
  if (from === 'customer') return t('transcript.you');
  if (from === 'bot') return t('transcript.assistant');
  return name === undefined ? t('transcript.agent') : `${name} (${t('transcript.agent')})`;
}

/** What was written; for a card without a word beside it, and without an article, the words on the card. */
function wordsOf({ text, cards, articles }: TranscriptEntry): string[] {
  const isArticle = (articles?.length ?? 0) > 0;
  return [text, ...(isArticle ? [] : (cards ?? []).flatMap(({ content }) => wordsOn(content)))];
}

function extrasOf({ articles, files, fileNames }: TranscriptEntry, t: TranscriptTextOptions['t']): string[] {
  return [
    ...(articles ?? []).map(({ number, title }) => t('transcript.article', { number, title })),
    ...[...(files ?? []).map(({ name }) => name), ...(fileNames ?? [])].map((name) => t('transcript.file', { name })),
  ];
}

const wordMembers = ['title', 'subtitle', 'text', 'altText'] as const;
const partMembers = ['body', 'items', 'columns', 'facts', 'rows', 'cells'] as const;

/** The words on a card in reading order; what its buttons say is left out. */
function wordsOn(part: JsonValue): string[] {
  if (!isJsonObject(part)) return [];
  if (part['type'] === undefined && typeof part['title'] === 'string' && typeof part['value'] === 'string')
    return [`${part['title']}: ${part['value']}`];
  const own = wordMembers.map((member) => part[member]).filter((word) => typeof word === 'string');
  const inner = partMembers.flatMap((member) => (Array.isArray(part[member]) ? part[member].flatMap(wordsOn) : []));
  return [...own, ...inner];
}

/** Without what could move the cursor or turn the writing round. */
function plain(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go.
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
      .trim()
  );
}
