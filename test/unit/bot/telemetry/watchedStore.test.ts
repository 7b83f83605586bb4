import { watchStore } from '../../../../bot/telemetry/watchedStore';
import { useMetering } from '../../../../common/telemetry';
import type { Store } from '../../../../store/store';

describe('a watched store', () => {
  const recorded: unknown[] = [];
  afterEach(() => {
    useMetering(undefined);
    recorded.length = 0;
  });
  const failure = Object.assign(new Error('away'), { code: 'unavailable' });
  const store = {
    links: { get: async (id: string) => ({ id }), onWake: () => 'stop', claim: () => Promise.reject(failure) },
    tasks: {},
    documents: {},
    transcripts: {},
    turns: {},
    isExclusive: true,
    check: async () => undefined,
  } as unknown as Store;

  const meter = () =>
    useMetering({
      count: () => undefined,
      record: (name, value, attributes) => recorded.push([name, value >= 0, attributes]),
    });

  it('does what the store does', async () => {
    const watched = watchStore(store);
    expect(await watched.links.get('one')).toEqual({ id: 'one' });
    expect(watched.links.onWake(() => undefined)).toBe('stop');
    await expect(watched.links.claim('me', 0, 0, 1)).rejects.toBe(failure);
    expect(watched.isExclusive).toBe(true);
    expect(recorded).toEqual([]);
  });

  it('tells how long calls took and how they went', async () => {
    meter();
    const watched = watchStore(store);
    await watched.links.get('one');
    watched.links.onWake(() => undefined);
    await expect(watched.links.claim('me', 0, 0, 1)).rejects.toBe(failure);
    expect(recorded).toEqual([
      ['switchboard.store.duration', true, { part: 'links', outcome: 'ok' }],
      ['switchboard.store.duration', true, { part: 'links', outcome: 'unavailable' }],
    ]);
  });
});
