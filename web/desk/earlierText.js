const speakers = { customer: 'customer', user: 'customer', bot: 'bot', assistant: 'bot', agent: 'agent' };

/** True for a detail that holds the conversation as text, for desks that have no other place for it. */
export function isTranscript(label, value) {
  return /transcript|conversation|history/i.test(label) && /^[ \t]*\w+:/m.test(value) && !/^https?:/.test(value);
}

/** The earlier conversation out of a text like `Customer: … / Bot: …`; lines without a speaker go on with the last one. */
export function earlierFromDetails(chat) {
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
