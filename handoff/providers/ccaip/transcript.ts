import type { FileLinker } from '../../provider';
import type { HandoffRequest, TranscriptEntry } from '../../request';
import type { Sender, TranscriptItem } from './wire';

/** No limit is documented; this many of the newest are more than an agent reads. */
const MAX_ITEMS = 200;

/** The earlier conversation and, last, what else the agent has to know; oldest first. */
export function toTranscript(request: HandoffRequest, bot: Exclude<Sender, 'end_user'>, link: FileLinker): TranscriptItem[] {
  const items = request.transcript.flatMap((entry) => toItem(entry, bot, link)).slice(-(MAX_ITEMS - 1));
  const summary = [...facts(request)].map(([label, value]) => `${label}: ${value}`).join('\n');
  return [...items, { sender: bot, timestamp: request.requestedAt, content: [{ type: 'text', text: summary }] }];
}

/** Articles and files become lines of text: only text is documented as content. */
function toItem(entry: TranscriptEntry, bot: Exclude<Sender, 'end_user'>, link: FileLinker): TranscriptItem[] {
  const lines = [
    entry.text,
    ...(entry.articles ?? []).map(({ number, title }) => `[${number}] ${title}`),
    ...(entry.files ?? []).map((file) => `${file.name}: ${link(file)}`),
  ].filter((line) => line.trim() !== '');
  if (lines.length === 0) return [];
  const text = lines.join('\n');
  return [
    {
      sender: entry.from === 'customer' ? 'end_user' : bot,
      timestamp: entry.at,
      // Words of an agent of an earlier chat are not the bot's.
      content: [{ type: 'text', text: entry.from === 'agent' ? `Agent: ${text}` : text }],
    },
  ];
}

/** What an agent reads, label → value. Pre-chat answers come last and never replace a fact of ours. */
export function facts(request: HandoffRequest): Map<string, string> {
  const own: [string, string | undefined][] = [
    ['Topic', request.topic],
    ['Skill', request.skill],
    ['Authenticated', request.customer.isAuthenticated ? 'yes' : 'no'],
    ['Contact', request.customer.contactId],
    ['ChatActivityId', request.chatActivityId],
    ['Channel', request.channel],
    ['Language', request.language],
    ['Page', request.sourcePageUrl],
    ['RequestedAt', request.requestedAt],
  ];
  const all = new Map<string, string>();
  const reserved = new Set(own.map(([label]) => label.toLowerCase()));
  const answers = Object.entries(request.fields).map(([key, value]): [string, string] => {
    const label = key.trim();
    return [reserved.has(label.toLowerCase()) ? `${label} (answer)` : label, value];
  });
  for (const [label, value] of [...own, ...answers]) {
    const trimmed = value?.trim() ?? '';
    if (label !== '' && trimmed !== '') all.set(label, trimmed);
  }
  return all;
}
