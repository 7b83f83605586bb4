import { SendWindow } from '../../../../../handoff/providers/enhanced-chat/sendWindow';
import { FakeClock } from '../../../../support/fakeClock';

describe('the window of messages', () => {
  it('never lets more than 20 through in any minute, and says when there is room', async () => {
    const clock = new FakeClock();
    const window = new SendWindow(clock);
    const sentAt: number[] = [];
    let told = 0;
    for (let second = 0; second < 300; second += 1) {
      try {
        window.take('one');
        sentAt.push(clock.monotonic());
      } catch (error) {
        expect(error).toMatchObject({ code: 'rejected', retriable: true, delivered: 'no' });
        const { retryAfterInMs } = error as { retryAfterInMs: number };
        expect(sentAt.at(-20)! + 60_000).toBe(clock.monotonic() + retryAfterInMs);
        told += 1;
      }
      await clock.advance(1_000);
    }
    expect(told).toBeGreaterThan(0);
    for (const from of sentAt) expect(sentAt.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(20);
    expect(sentAt.length).toBeGreaterThanOrEqual(100);
  });

  it('is one per conversation, and forgotten with it', () => {
    const window = new SendWindow(new FakeClock());
    for (let count = 0; count < 20; count += 1) window.take('one');
    expect(() => window.take('one')).toThrow('messages a minute');
    window.take('other');
    window.forget('one');
    window.take('one');
  });
});
