import { silentLog } from '../../../common/log';
import { HandoffError, type HandoffErrorInit } from '../../../handoff/errors';
import { DeskCalls } from '../../../relay/deskCalls';
import { FakeClock, settle } from '../../support/fakeClock';

const limits = { maxConcurrentCalls: 2, failuresUntilOpen: 3, openForInMs: 1_000, openForAtMostInMs: 4_000 };
const error = (init: Partial<HandoffErrorInit> = {}) =>
  new HandoffError({ provider: 'desk', code: 'outage', retriable: true, delivered: 'unknown', ...init });

describe('calls to desks', () => {
  let clock: FakeClock;
  let desks: DeskCalls;
  const fails = (init?: Partial<HandoffErrorInit>) =>
    desks.call('desk', 'send', () => Promise.reject(error(init))).catch((e: HandoffError) => e);
  const works = (desk = 'desk') => desks.call(desk, 'send', async () => 'answer');
  const refused = { code: 'outage', delivered: 'no', retriable: true, detail: 'desk left alone for now' };

  beforeEach(() => {
    clock = new FakeClock();
    desks = new DeskCalls(clock, silentLog, limits);
  });

  it('leaves a desk alone after some failures in a row, and no other desk', async () => {
    for (let n = 0; n < 3; n += 1) await fails();
    await expect(works()).rejects.toMatchObject(refused);
    await expect(works('other')).resolves.toBe('answer');
  });

  it('counts failures in a row only, and no answers that refuse', async () => {
    for (let n = 0; n < 5; n += 1) {
      await fails();
      await fails();
      await fails({ code: 'rejected', retriable: false });
    }
    await expect(works()).resolves.toBe('answer');
  });

  it('tries with one call when the time is over, and goes on when it succeeds', async () => {
    for (let n = 0; n < 3; n += 1) await fails();
    await clock.advance(1_000);
    const answer = Promise.withResolvers<string>();
    const trying = desks.call('desk', 'send', () => answer.promise);
    await settle();
    await expect(works()).rejects.toMatchObject(refused);
    answer.resolve('back');
    await expect(trying).resolves.toBe('back');
    await expect(works()).resolves.toBe('answer');
  });

  it('waits twice as long when the try fails, up to a limit', async () => {
    for (let n = 0; n < 3; n += 1) await fails();
    for (const pause of [1_000, 2_000, 4_000, 4_000]) {
      await clock.advance(pause - 1);
      await expect(works()).rejects.toMatchObject(refused);
      await clock.advance(1);
      await fails();
    }
  });

  it('pauses for the whole desk when it says that we are too fast', async () => {
    await fails({ code: 'rateLimited', retryAfterInMs: 5_000, delivered: 'no' });
    await expect(works()).rejects.toMatchObject({ code: 'rateLimited', retryAfterInMs: 5_000, delivered: 'no' });
    await clock.advance(5_000);
    await expect(works()).resolves.toBe('answer');
  });

  it('keeps the number of calls under way, and serves in order of asking', async () => {
    const order: number[] = [];
    const gates = Array.from({ length: 6 }, () => Promise.withResolvers<void>());
    let underWay = 0;
    let most = 0;
    const calls = gates.map((gate, n) =>
      desks.call('desk', 'send', async () => {
        order.push(n);
        underWay += 1;
        most = Math.max(most, underWay);
        await gate.promise;
        underWay -= 1;
      }),
    );
    for (const gate of gates) {
      await settle();
      gate.resolve();
    }
    await Promise.all(calls);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('makes a fault in a provider an error that is not repeated', async () => {
    const failure = desks.call('desk', 'send', async () => {
      throw new TypeError('a fault');
    });
    await expect(failure).rejects.toMatchObject({
      name: 'HandoffError',
      code: 'invalid',
      retriable: false,
      detail: 'fault: TypeError',
    });
  });
});
