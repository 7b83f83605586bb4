/**
 * What to do with the address of a record pop: `frame` shows it beside the adapters, `window` offers it in a window of its own,
 * `refused` does neither. Only whole http(s) addresses on origins of the list pass, so that a forged event becomes neither a
 * script nor a way to somewhere else.
 */
export function judgeRecordUrl(recordUrl, { frameOrigins, windowOrigins }) {
  const url = typeof recordUrl === 'string' && URL.canParse(recordUrl) ? new URL(recordUrl) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return { outcome: 'refused', reason: 'It is no web address.' };
  if (url.username !== '' || url.password !== '') return { outcome: 'refused', reason: 'It holds a name or a password.' };
  if (frameOrigins.includes(url.origin)) return { outcome: 'frame', url: url.href };
  if (windowOrigins.includes(url.origin)) return { outcome: 'window', url: url.href };
  return { outcome: 'refused', reason: `${url.host} is not on the list of hosts.` };
}
