import { SharedClock } from '../../../relay/sharedClock';
import { FakeClock } from '../../support/fakeClock';

const hourInMs = 3_600_000;

describe('the shared clock', () => {
  const own = () => new FakeClock(1_000_000);

  it('is our own before the database was heard', () => {
    expect(new SharedClock(own(), true).now()).toBe(1_000_000);
  });

  it('shows the database’s time, however wrong ours is and whatever it jumps to', async () => {
    const clock = own();
    const shared = new SharedClock(clock, true);
    shared.read(5_000_000, clock.monotonic());
    await clock.advance(700);
    clock.setWallClock(hourInMs);
    expect(shared.now()).toBe(5_000_700);
  });

  it('takes an answer that was long under way for no more than it says', async () => {
    const clock = own();
    const shared = new SharedClock(clock, true);
    shared.read(5_000_000, clock.monotonic());
    const begunAt = clock.monotonic();
    await clock.advance(4_000);
    // Read at some moment of the four seconds: what we think is possible, so nothing changes.
    shared.read(5_001_000, begunAt);
    expect(shared.now()).toBe(5_004_000);
    // Earlier than possible: the least correction.
    shared.read(4_999_000, begunAt);
    expect(shared.now()).toBe(5_003_000);
  });

  it('follows a database whose clock is set, but is not shaken by our own', async () => {
    const clock = own();
    const [foreign, ours] = [new SharedClock(clock, true), new SharedClock(clock, false)];
    for (const shared of [foreign, ours]) shared.read(1_000_000, clock.monotonic());
    for (const shared of [foreign, ours]) shared.read(1_000_000 + hourInMs, clock.monotonic());
    expect(foreign.now()).toBe(1_000_000 + hourInMs);
    expect(ours.now()).toBe(1_000_000);
  });
});
