const minute = 60_000;

/** A duration in the two largest units that say something. */
export function duration(inMs) {
  if (inMs === undefined) return '';
  const seconds = Math.max(0, Math.round(inMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return `${hours} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long ago an ISO time was. */
export const ago = (time) => (time === undefined ? '' : `${duration(Date.now() - Date.parse(time))} ago`);

/** An ISO time, short, in this machine's zone. */
export function clock(time) {
  if (time === undefined) return '';
  const at = new Date(time);
  const isRecent = Date.now() - at.getTime() < 12 * 60 * minute;
  return isRecent ? at.toLocaleTimeString('en-GB') : at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}

/** What an object holds, as words. */
export function words(details) {
  return Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? listed(value) : value}`)
    .join(', ');
}

function listed(value) {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(' ');
  return Object.entries(value)
    .map(([name, member]) => `${name} ${typeof member === 'object' && member !== null ? listed(member) : member}`)
    .join(' · ');
}
