import { RateLimit } from '../../../../bot/server/rateLimit';
import { FakeClock } from '../../../support/fakeClock';

describe('the rate limit', () => {
  it('gives a minute’s worth at once and the rest with time, to each caller for itself', async () => {
    const clock = new FakeClock();
    const limit = new RateLimit(3, clock);
    expect([1, 2, 3].map(() => limit.take('a'))).toEqual([undefined, undefined, undefined]);
    expect(limit.take('a')).toBe(20);
    expect(limit.take('b')).toBeUndefined();
    await clock.advance(19_000);
    expect(limit.take('a')).toBe(1);
    await clock.advance(1_000);
    expect(limit.take('a')).toBeUndefined();
    expect(limit.take('a')).toBe(20);
  });

  it('saves up no more than a minute’s worth', async () => {
    const clock = new FakeClock();
    const limit = new RateLimit(2, clock);
    limit.take('a');
    await clock.advance(600_000);
    expect([1, 2, 3].map(() => limit.take('a') === undefined)).toEqual([true, true, false]);
  });

  it('remembers a bounded number of callers, the recent ones', () => {
    const limit = new RateLimit(1, new FakeClock());
    limit.take('first');
    for (let number = 0; number < 20_000; number += 1) limit.take(`caller ${number}`);
    expect(limit.take('caller 19999')).toBe(60);
    expect(limit.take('first')).toBeUndefined();
  });
});
