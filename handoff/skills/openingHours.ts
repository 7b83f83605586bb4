import { type OpeningHours, weekdays } from './skill';

const minuteInMs = 60_000;
const lookAheadInDays = 14;

/** Whether the hours are open at this time (milliseconds since 1970), in the hours' own time zone. */
export function isOpenAt(hours: OpeningHours, timeInMs: number): boolean {
  const local = localTime(hours.timeZone, timeInMs);
  if (hours.closedOn.includes(local.date)) return false;
  const day = weekdays[local.weekday];
  return (day ? (hours.weekly[day] ?? []) : []).some(([from, to]) => from <= local.time && local.time < to);
}

/** The next time at which the hours open (milliseconds since 1970), or undefined when not within two weeks. */
export function nextOpening(hours: OpeningHours, timeInMs: number): number | undefined {
  // Periods begin on whole minutes, so stepping by minutes to each period's start is exact in every zone and over
  // daylight-saving changes; quarter hours are tried first to find the day cheaply.
  const stepInMs = 15 * minuteInMs;
  const start = Math.ceil(timeInMs / stepInMs) * stepInMs;
  for (let time = start; time < start + lookAheadInDays * 86_400_000; time += stepInMs) {
    if (!isOpenAt(hours, time)) continue;
    let first = time;
    while (first - minuteInMs > timeInMs && isOpenAt(hours, first - minuteInMs)) first -= minuteInMs;
    return first;
  }
  return undefined;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(timeZone: string, timeInMs: number): { date: string; time: string; weekday: number } {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(timeInMs).map(({ type, value }) => [type, value]));
  const date = `${parts['year']}-${parts['month']}-${parts['day']}`;
  return { date, time: `${parts['hour']}:${parts['minute']}`, weekday: new Date(`${date}T00:00:00Z`).getUTCDay() };
}
