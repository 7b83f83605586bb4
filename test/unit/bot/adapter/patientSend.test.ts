import { ConnectorError } from '../../../../bot/adapter/leanConnector';
import { Patience, sendPatiently } from '../../../../bot/adapter/patientSend';
import { FakeClock } from '../../../support/fakeClock';

describe('an answer within a turn', () => {
  let clock: FakeClock;
  let tried: number[];
  beforeEach(() => {
    clock = new FakeClock();
    tried = [];
  });

  /** Sends with these refusals first; tells what came of it. */
  async function outcome(refusals: ConnectorError[], patience = new Patience()): Promise<string> {
    let result = 'pending';
    const send = async () => {
      tried.push(clock.monotonic());
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      return [{ id: 'm1' }];
    };
    void sendPatiently(send, clock, patience).then(
      ([sent]) => {
        result = `sent ${sent?.id}`;
      },
      (error: ConnectorError) => {
        result = `${error.status}`;
      },
    );
    await clock.advance(20_000);
    return result;
  }

  const refused = (status: number | undefined, retryAfterInMs?: number) =>
    new ConnectorError(status, 'x', status === undefined || status >= 500 ? 'unknown' : 'no', retryAfterInMs);

  it('is sent once when it is taken', async () => {
    expect(await outcome([])).toBe('sent m1');
    expect(tried).toEqual([0]);
  });

  it('waits as long as the channel asks for', async () => {
    expect(await outcome([refused(429, 3_000)])).toBe('sent m1');
    expect(tried).toEqual([0, 3_000]);
  });

  it('waits a little more each time when the channel says no time', async () => {
    expect(await outcome([refused(412), refused(429), refused(412)])).toBe('sent m1');
    expect(tried).toHaveLength(4);
    expect(tried.at(-1)).toBeLessThanOrEqual(3_500);
  });

  it('is given up when the channel wants more time than the customer has, or again and again', async () => {
    expect(await outcome([refused(429, 7_000)])).toBe('429');
    expect(tried).toEqual([0]);
    tried = [];
    expect(await outcome(Array.from({ length: 9 }, () => refused(429)))).toBe('429');
    expect(tried).toHaveLength(4);
  });

  it('has the patience of its turn, and not more for each thing said', async () => {
    const patience = new Patience();
    expect(await outcome([refused(429, 4_000)], patience)).toBe('sent m1');
    expect(await outcome([refused(429, 4_000)], patience)).toBe('429');
    expect(await outcome([refused(429, 1_500)], patience)).toBe('sent m1');
  });

  it.each([400, 403, 404, 413, 500, 502, 503, undefined])('is not sent again after %s', async (status) => {
    expect(await outcome([refused(status)])).toBe(String(status));
    expect(tried).toHaveLength(1);
  });
});
