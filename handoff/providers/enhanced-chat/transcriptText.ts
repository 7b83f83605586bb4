import { isJsonObject, type JsonValue } from '../../../common/json';
import type { Card } from '../../events';
import type { TranscriptEntry } from '../../request';

const speakers = { customer: 'Customer', bot: 'Bot', agent: 'Agent' } as const;
const cutMark = '[…]\n';

/** The conversation as plain lines; when it is too long the oldest lines go first. */
export function transcriptText(entries: TranscriptEntry[], maxLength: number): string {
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
export function articlesText(entries: TranscriptEntry[]): string {
  const lines = entries.flatMap((entry) => entry.articles ?? []).map((article) => `${article.number} ${article.title}`);
  return [...new Set(lines)].join('\n');
}

function entryText(entry: TranscriptEntry): string {
  const parts = [entry.text, ...(entry.cards ?? []).map(cardText), ...(entry.files ?? []).map((file) => `[${file.name}]`)];
  return parts.filter((part) => part !== '').join(' ');
}

/** The words on a card in reading order: enough for an agent to know what the customer saw. */
function cardText(card: Card): string {
  const words: string[] = [];
  collect(card.content, words);
  return `[${words.join(' · ') || 'card'}]`;
}

function collect(value: JsonValue, words: string[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, words);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const name of ['title', 'subtitle', 'text']) {
    const text = value[name];
    if (typeof text === 'string' && text.trim() !== '') words.push(text.trim());
  }
  for (const [name, child] of Object.entries(value)) {
    // What a button sends is not what the customer read.
    if (name !== 'data' && name !== 'value') collect(child, words);
  }
}

/** The last characters without beginning in the middle of one. */
function tail(text: string, length: number): string {
  const cut = text.slice(-length);
  const first = cut.charCodeAt(0);
  return first >= 0xdc00 && first <= 0xdfff ? cut.slice(1) : cut;
}
