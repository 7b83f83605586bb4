import { startMetering } from '../../../../bot/telemetry/metering';
import { silentLog } from '../../../../common/log';
import { count, isMetered, observe, record } from '../../../../common/telemetry';
import { timed } from '../../../../common/telemetryTimer';

describe('metrics', () => {
  let metering: ReturnType<typeof startMetering>;
  beforeEach(() => {
    metering = startMetering({ log: silentLog });
  });
  afterEach(() => metering.stop());

  const lines = async (start: string) => (await metering.scrape()).split('\n').filter((line) => line.startsWith(start));

  it('are counted by their attributes', async () => {
    count('switchboard.answers', { decision: 'sure' });
    count('switchboard.answers', { decision: 'sure' }, 2);
    count('switchboard.answers', { decision: 'none' });
    expect((await lines('switchboard_answers_total')).sort()).toEqual([
      'switchboard_answers_total{decision="none"} 1',
      'switchboard_answers_total{decision="sure"} 3',
    ]);
  });

  it('have buckets that fit what they measure', async () => {
    record('switchboard.handoff.wait', 90, { provider: '8x8' });
    expect(await lines('switchboard_handoff_wait_bucket{provider="8x8",le="120"}')).toHaveLength(1);
    expect(await lines('switchboard_handoff_wait_bucket{provider="8x8",le="60"} 0')).toHaveLength(1);
    expect(await lines('switchboard_handoff_wait_sum{provider="8x8"} 90')).toHaveLength(1);
  });

  it('begin at 0 where an alert waits for the first step', async () => {
    expect((await lines('switchboard_dead_letters_total')).sort()).toEqual([
      'switchboard_dead_letters_total{where="dynamics"} 0',
      'switchboard_dead_letters_total{where="toCustomer"} 0',
      'switchboard_dead_letters_total{where="toDesk"} 0',
    ]);
  });

  it('are read when somebody looks, from all who offer them', async () => {
    let open = 1;
    const stops = [
      observe('switchboard.links.open', () => [{ value: open, attributes: { provider: '8x8', state: 'queued' } }]),
      observe('switchboard.links.open', async () => [{ value: 5, attributes: { provider: 'ccaip', state: 'connected' } }]),
    ];
    await metering.scrape();
    open = 3;
    expect((await lines('switchboard_links_open{')).sort()).toEqual([
      'switchboard_links_open{provider="8x8",state="queued"} 3',
      'switchboard_links_open{provider="ccaip",state="connected"} 5',
    ]);
    for (const stop of stops) stop();
    expect(await lines('switchboard_links_open{')).toEqual([]);
  });

  it('that cannot be read leave the others alone', async () => {
    const stop = observe('switchboard.ledger.lag', () => Promise.reject(new Error('the store is away')));
    count('switchboard.answers', { decision: 'sure' });
    expect(await lines('switchboard_ledger_lag ')).toEqual([]);
    expect(await lines('switchboard_answers_total')).toHaveLength(1);
    stop();
  });

  it('tell how calls went', async () => {
    await timed('switchboard.store.duration', { part: 'links' }, async () => 'fine');
    const failing = timed('switchboard.store.duration', { part: 'links' }, () =>
      Promise.reject(Object.assign(new Error('secret'), { code: 'unavailable' })),
    );
    await expect(failing).rejects.toThrow('secret');
    expect((await lines('switchboard_store_duration_count')).sort()).toEqual([
      'switchboard_store_duration_count{part="links",outcome="ok"} 1',
      'switchboard_store_duration_count{part="links",outcome="unavailable"} 1',
    ]);
  });

  it('tell of the process', async () => {
    expect(await lines('switchboard_process_memory{')).toHaveLength(2);
    expect(await lines('switchboard_event_loop_delay{')).toHaveLength(3);
  });

  it('cost nothing after the stop', async () => {
    await metering.stop();
    expect(isMetered()).toBe(false);
    count('switchboard.answers', { decision: 'sure' });
    expect(await timed('switchboard.store.duration', { part: 'links' }, async () => 'fine')).toBe('fine');
  });
});
