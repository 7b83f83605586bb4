import { isJsonObject, type JsonValue } from '../common/json';
import type { Card } from './events';
import type { TranscriptEntry } from './request';

const speakers = { customer: 'Customer', bot: 'Bot', agent: 'Agent' } as const;
const cutMark = '[…]\n';
/** Deeper nothing is looked for: no card is. */
const deepest = 12;

/** The conversation as plain lines, for a desk that takes it as text; when it is too long the oldest lines go first. */
export function transcriptText(entries: readonly TranscriptEntry[], maxLength: number): string {
  const lines = entries.map((entry) => `${speakers[entry.from]}: ${entryText(entry)}`);
  const whole = lines.join('\n');
  if (whole.length <= maxLength) return whole;
  const room = maxLength - cutMark.length;
  let kept = '';
  for (const line of lines.toReversed()) {
    const longer = kept === '' ? line : `${line}\n${kept}`;
    if (longer.length > room) break;
    kept = longer;
  }
  return cutMark + (kept || tail(lines.at(-1) ?? '', room));
}

/** The articles of the conversation, each once, one per line. */
export function articlesText(entries: readonly TranscriptEntry[]): string {
  const lines = entries.flatMap((entry) => entry.articles ?? []).map((article) => `${article.number} ${article.title}`);
  return [...new Set(lines)].join('\n');
}

/** The words on a card in reading order: enough for an agent to know what the customer saw. */
export function cardWords({ content }: Card): string[] {
  return wordsIn(content, 0);
}

function entryText(entry: TranscriptEntry): string {
  const cards = (entry.cards ?? []).map((card) => `[${cardWords(card).join(' · ') || 'card'}]`);
  const parts = [entry.text, ...cards, ...(entry.files ?? []).map((file) => `[${file.name}]`)];
  return parts.filter((part) => part !== '').join(' ');
}

function wordsIn(value: JsonValue, depth: number): string[] {
  if (depth > deepest) return [];
  if (Array.isArray(value)) return value.flatMap((item) => wordsIn(item, depth + 1));
  if (!isJsonObject(value)) return [];
  const own = [value['title'], value['subtitle'], value['text']].flatMap((text) =>
    typeof text === 'string' && text.trim() !== '' ? [text.trim()] : [],
  );
  // What a button sends is not what the customer read.
  const inner = Object.entries(value).flatMap(([name, child]) =>
    name === 'data' || name === 'value' ? [] : wordsIn(child, depth + 1),
  );
  return [...own, ...inner];
}

/** The last characters without beginning in the middle of one. */
function tail(text: string, length: number): string {
  const cut = text.slice(-length);
  const first = cut.charCodeAt(0);
  return first >= 0xdc00 && first <= 0xdfff ? cut.slice(1) : cut;
}
