import { isOpenAt, nextOpening } from '../../../../handoff/skills/openingHours';
import type { OpeningHours } from '../../../../handoff/skills/skill';

const hours: OpeningHours = {
  timeZone: 'Europe/London',
  weekly: {
    mon: [
      ['08:30', '12:00'],
      ['13:00', '18:00'],
    ],
    tue: [['00:00', '24:00']],
    sun: [['01:00', '03:00']],
  },
  closedOn: ['2026-06-15'],
};
const at = (text: string) => Date.parse(text);

describe('opening hours', () => {
  it.each([
    ['before the first period', '2026-01-05T08:29:59Z', false],
    ['at its first minute', '2026-01-05T08:30:00Z', true],
    ['at its last', '2026-01-05T11:59:59Z', true],
    ['in the pause', '2026-01-05T12:00:00Z', false],
    ['after midnight of a day that is open round the clock', '2026-01-06T00:00:00Z', true],
    ['at the last minute of it', '2026-01-06T23:59:00Z', true],
    ['on a day without hours', '2026-01-07T10:00:00Z', false],
    ['in summer, an hour earlier by UTC', '2026-06-08T07:30:00Z', true],
    ['in summer, before that', '2026-06-08T07:29:00Z', false],
    ['on a closed date', '2026-06-15T10:00:00Z', false],
  ])('are right %s', (_when, time, isOpen) => {
    expect(isOpenAt(hours, at(time))).toBe(isOpen);
  });

  it.each([
    ['later the same day', '2026-01-05T06:12:00Z', '2026-01-05T08:30:00Z'],
    ['after the pause', '2026-01-05T12:01:00Z', '2026-01-05T13:00:00Z'],
    ['after the weekend', '2026-01-07T00:00:00Z', '2026-01-11T01:00:00Z'],
    ['over a closed date', '2026-06-14T12:00:00Z', '2026-06-15T23:00:00Z'],
    ['on the day the clocks go forward', '2026-03-29T00:10:00Z', '2026-03-29T01:00:00Z'],
  ])('open next %s', (_when, time, next) => {
    expect(new Date(nextOpening(hours, at(time)) ?? 0).toISOString()).toBe(new Date(next).toISOString());
  });

  it('open never when no day has hours', () => {
    expect(nextOpening({ ...hours, weekly: {} }, at('2026-01-05T10:00:00Z'))).toBeUndefined();
  });
});
