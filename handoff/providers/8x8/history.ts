import type { JsonObject, JsonValue } from '../../../common/json';
import { objectsOf, textOf } from '../../../common/jsonMembers';
import type { Card } from '../../events';
import type { TranscriptEntry } from '../../request';
import { ADAPTIVE_CARD, MAX_HISTORY, type OutgoingMessage, type WireCard } from './wire';

type Link = (file: { name: string; contentType: string; url: string }) => string;

/** The earlier conversation as the desk takes it: the newest 200 entries, oldest first. */
export function toHistory(transcript: readonly TranscriptEntry[], link: Link): OutgoingMessage[] {
  return transcript
    .map((entry) => toHistoryMessage(entry, link))
    .filter((message) => message.text !== undefined || message.cards !== undefined)
    .slice(-MAX_HISTORY);
}

/**
 * Articles, files and cards the desk cannot draw become lines of text: attachments need the id of a conversation
 * that does not exist yet, and the card schema is documented up to 1.3 only.
 */
function toHistoryMessage(entry: TranscriptEntry, link: Link): OutgoingMessage {
  const cards = (entry.cards ?? []).filter(isDrawable).map(({ contentType, content }): WireCard => ({ contentType, content }));
  const lines = [
    entry.text,
    ...(entry.articles ?? []).map(({ number, title }) => `[${number}] ${title}`),
    ...(entry.cards ?? []).filter((card) => !isDrawable(card)).map((card) => wordsOf(card.content)),
    ...(entry.files ?? []).map((file) => `${file.name}: ${link(file)}`),
  ].filter((line) => line.trim() !== '');
  const text = lines.join('\n');
  return {
    // An earlier agent's words must not be posted as an agent's; they are marked as such instead.
    authorType: entry.from === 'customer' ? 'user' : 'bot',
    ...(text !== '' && { text: entry.from === 'agent' ? `Agent: ${text}` : text }),
    ...(cards.length > 0 && { cards }),
  };
}

function isDrawable(card: Card): boolean {
  if (card.contentType !== ADAPTIVE_CARD) return false;
  const version = /^1\.(\d+)$/.exec(textOf(card.content['version']) ?? '1.0');
  return version?.[1] !== undefined && Number(version[1]) <= 3;
}

const WORDS = ['title', 'subtitle', 'text', 'altText', 'fallbackText'] as const;
const PARTS = ['body', 'items', 'columns', 'facts', 'actions', 'buttons', 'rows', 'cells'] as const;

/** What a card says, line by line, in reading order. */
export function wordsOf(content: JsonObject): string {
  const fallback = textOf(content['fallbackText']);
  if (fallback !== undefined && fallback.trim() !== '') return fallback;
  return collect(content, 0).join('\n');
}

function collect(part: JsonObject, depth: number): string[] {
  if (depth > 12) return [];
  const fact = [part['title'], part['value']].map((value) => (typeof value === 'string' ? value : undefined));
  const isFact = part['type'] === undefined && fact.every((value) => value !== undefined);
  const own = isFact ? [fact.join(': ')] : WORDS.map((name) => textIn(part[name]));
  const inner = PARTS.flatMap((name) => objectsOf(part[name])).flatMap((child) => collect(child, depth + 1));
  return [...own, ...inner].filter((line): line is string => line !== undefined && line.trim() !== '');
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
