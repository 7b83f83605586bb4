import { MovedPlaces } from '../../../../bot/handoff/movedPlaces';
import type { JsonObject } from '../../../../common/json';
import { silentLog } from '../../../../common/log';

const stored = new Map<string, JsonObject>();
let writes = 0;
let isStoreDown = false;
const documents = {
  read: async (keys: string[]) =>
    new Map(
      keys.flatMap((key) => (stored.has(key) ? [[key, { value: stored.get(key) as JsonObject, eTag: '1' }] as const] : [])),
    ),
  async write(changes: Map<string, { value: JsonObject }>) {
    if (isStoreDown) throw new Error('the store is down');
    writes += 1;
    for (const [key, { value }] of changes) stored.set(key, value);
    return new Map<string, string>();
  },
};
/** Each with a memory of its own, as after a restart. */
const places = () => new MovedPlaces(documents, { now: () => 0 }, silentLog);
const from = (serviceUrl: string, role?: string) => ({ serviceUrl, recipient: { id: 'bot', ...(role && { role }) } }) as never;
const old = { serviceUrl: 'https://a.example/', user: { id: 'u' } };

beforeEach(() => {
  stored.clear();
  writes = 0;
  isStoreDown = false;
});

describe('a conversation that its channel moves', () => {
  it('costs nothing while it stays', async () => {
    const one = places();
    await one.note('h1', from('https://a.example/'), old.serviceUrl);
    expect(writes).toBe(0);
    expect(one.apply('h1', old)).toBe(old);
  });

  it('is known where it was told, at once and written down once', async () => {
    const one = places();
    for (let n = 0; n < 3; n += 1) await one.note('h1', from('https://b.example/'), old.serviceUrl);
    expect(writes).toBe(1);
    expect(one.apply('h1', old)).toEqual({ serviceUrl: 'https://b.example/', user: { id: 'u' } });
    expect(one.apply('h2', old)).toBe(old);
  });

  it('is found by another instance when the old address fails, and only then again by that', async () => {
    await places().note('h1', from('https://b.example/'), old.serviceUrl);
    const other = places();
    expect(other.apply('h1', old)).toBe(old);
    expect(await other.hasMoved('h1', old.serviceUrl)).toBe(true);
    expect(other.apply('h1', old).serviceUrl).toBe('https://b.example/');
    expect(await other.hasMoved('h1', 'https://b.example/')).toBe(false);
    // Neither address is stuck to while both fail.
    expect(other.apply('h1', old)).toBe(old);
    expect(await other.hasMoved('h1', old.serviceUrl)).toBe(true);
    expect(await other.hasMoved('h2', old.serviceUrl)).toBe(false);
  });

  it('may move back', async () => {
    const one = places();
    await one.note('h1', from('https://b.example/'), old.serviceUrl);
    await one.note('h1', from('https://a.example/'), old.serviceUrl);
    expect(one.apply('h1', old).serviceUrl).toBe('https://a.example/');
    expect(await places().hasMoved('h1', 'https://b.example/')).toBe(true);
  });

  it('is not believed of another bot, which is known by its token alone', async () => {
    await places().note('h1', from('https://evil.example/', 'skill'), old.serviceUrl);
    expect(stored.size).toBe(0);
  });

  it('holds up no message when the store is down', async () => {
    isStoreDown = true;
    const one = places();
    await one.note('h1', from('https://b.example/'), old.serviceUrl);
    expect(one.apply('h1', old)).toBe(old);
    isStoreDown = false;
    await one.note('h1', from('https://b.example/'), old.serviceUrl);
    expect(one.apply('h1', old).serviceUrl).toBe('https://b.example/');
  });
});
