import { liveFrom } from './deskState.js';

const speakers = { customer: 'customer', user: 'customer', bot: 'bot', assistant: 'bot', agent: 'agent' };

/** True for a detail that holds the conversation as text, for desks that have no other place for it. */
export function isTranscript(label, value) {
  return /transcript|conversation|history/i.test(label) && /^[ \t]*\w+:/m.test(value) && !/^https?:/.test(value);
}

/**
 * Parts what a chat holds into what was said before the handoff and the chat itself. Desks that repeat details as notes
 * (a transcript, the articles shown) have those moved to where they belong.
 */
export function parts(chat) {
  const labels = new Map(Object.entries(chat.details).map(([label, value]) => [value, label]));
  const labelOf = (entry) => (entry.from === 'system' ? labels.get(entry.text) : undefined);
  const from = liveFrom(chat);
  const told = chat.entries.slice(0, from).filter((entry) => labelOf(entry) === undefined);
  const notes = chat.entries
    .filter((entry) => labelOf(entry) !== undefined && !isTranscript(labelOf(entry), entry.text))
    .map((entry) => ({ ...entry, text: `${labelOf(entry)}:\n${entry.text}` }));
  return {
    earlier: [...(told.length > 0 ? told : earlierFromDetails(chat)), ...notes],
    live: chat.entries.slice(from).filter((entry) => labelOf(entry) === undefined),
  };
}

/** The earlier conversation out of a text like `Customer: … / Bot: …`; lines without a speaker go on with the last one. */
function earlierFromDetails(chat) {
  const entries = [];
  for (const [label, value] of Object.entries(chat.details)) {
    if (!isTranscript(label, value)) continue;
    for (const line of value.split('\n')) {
      const [, word = '', rest = ''] = /^\s*(\w+):\s?(.*)$/.exec(line) ?? [];
      const from = speakers[word.toLowerCase()];
      if (from) entries.push({ from, text: rest });
      else if (entries.length > 0) entries.at(-1).text += `\n${line}`;
      else entries.push({ from: 'system', text: line });
    }
  }
  return entries.map((entry, index) => ({ ...entry, id: `detail-${index}`, at: '' }));
}
