import type { Card } from '../../events';
import type { TranscriptEntry } from '../../request';
import { cardWords } from '../../transcriptText';

const SPEAKERS = { customer: 'Customer', bot: 'Bot', agent: 'Agent' } as const;
const CUT = '[…]';

/** The conversation line by line, oldest first; when it is too long the oldest entries go, and the newest is cut only if it must be. */
export function transcriptText(entries: readonly TranscriptEntry[], maxLength: number): string {
  const lines = entries.map(toLine).filter((line) => line !== '');
  const kept: string[] = [];
  let length = CUT.length;
  for (const line of lines.toReversed()) {
    length += line.length + 1;
    if (length > maxLength) {
      const room = maxLength - CUT.length - 1;
      return [CUT, ...(kept.length === 0 ? [whole(line.slice(0, room))] : kept)].join('\n');
    }
    kept.unshift(line);
  }
  return kept.join('\n');
}

function toLine(entry: TranscriptEntry): string {
  const parts = [
    entry.text,
    ...(entry.articles ?? []).map(({ number, title }) => `[${number}] ${title}`),
    ...(entry.articles?.length ? [] : (entry.cards ?? []).map(toWords)),
    ...(entry.files ?? []).map(({ name }) => `[${name}]`),
  ].filter((part) => part.trim() !== '');
  return parts.length === 0 ? '' : `${SPEAKERS[entry.from]}: ${parts.join('\n')}`;
}

/** What a customer read on a card. */
function toWords(card: Card): string {
  const words = cardWords(card);
  return words.length === 0 ? '[card]' : `[${words.join(' · ')}]`;
}

/** Without half a character at the end. */
function whole(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}
