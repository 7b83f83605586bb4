import type { Turn } from './turn';

/** The customer's own time zone, when the channel tells one that is known. */
export function localTimeZone({ context }: Turn): string | undefined {
  const told: unknown = context.activity.localTimezone;
  return typeof told === 'string' && isTimeZone(told) ? told : undefined;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // The only way to ask: a channel may send Windows names or nonsense here.
    return false;
  }
}
