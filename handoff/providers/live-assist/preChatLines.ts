import type { HandoffRequest, TranscriptEntry } from '../../request';
import { cardWords } from '../../transcriptText';

/** No limit is named; this keeps a chat of many days from being refused whole. The oldest lines go first. */
const mostLines = 200;
const longestLine = 4_000;

/**
 * What was said so far, as the desk shows it before the chat: `<time> [+]<name>: <text>`, where `+` marks the bot. What it
 * is about comes last, so that the agent reads it even when the customer's facts do not arrive.
 */
export function preChatLines(request: HandoffRequest): string[] {
  const customer = singleLine(request.customer.name ?? '') || 'Customer';
  const said = request.transcript
    .map((entry) => ({ entry, text: entryText(entry) }))
    .filter(({ text }) => text !== '')
    .slice(-mostLines)
    .map(({ entry, text }) => `${entry.at} ${speaker(entry, customer)}: ${cut(text)}`);
  const topic = request.topic.trim();
  return topic === '' ? said : [...said, `${request.requestedAt} +Bot: ${cut(`Topic: ${topic}`)}`];
}

function speaker({ from }: TranscriptEntry, customer: string): string {
  if (from === 'customer') return customer;
  return from === 'bot' ? '+Bot' : 'Agent';
}

function entryText(entry: TranscriptEntry): string {
  const parts = [
    entry.text,
    ...(entry.articles ?? []).map(({ number, title }) => `[${number}] ${title}`),
    // The articles above are what most cards show.
    ...(entry.articles?.length ? [] : (entry.cards ?? []).map((card) => cardWords(card).join(' · '))),
    ...(entry.files ?? []).map(({ name }) => `[${name}]`),
  ];
  return parts.filter((part) => part.trim() !== '').join('\n');
}

/** A name must not look like the end of a name. */
function singleLine(name: string): string {
  return name.replace(/[\s:]+/g, ' ').trim();
}

function cut(text: string): string {
  if (text.length <= longestLine) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(longestLine - 2)) ? longestLine - 2 : longestLine - 1;
  return `${text.slice(0, end)}…`;
}
