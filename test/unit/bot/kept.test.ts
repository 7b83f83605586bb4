import { keptFor } from '../../../bot/kept';
import { silentLog } from '../../../common/log';
import { openSqliteStore } from '../../../store/sqlite';
import type { Store } from '../../../store/store';
import { FakeClock } from '../../support/fakeClock';

describe('what is kept for a provider', () => {
  const clock = new FakeClock();
  let store: Store;

  beforeEach(async () => {
    store = await openSqliteStore({ file: ':memory:', log: silentLog });
  });
  afterEach(() => store.close());

  it('is read by every instance of it and by no other provider', async () => {
    const [one, other] = [keptFor('mluvii', store.documents, clock), keptFor('mluvii', store.documents, clock)];
    await one.write('registration', { url: 'https://a.example' });
    await other.write('registration', { url: 'https://b.example' });
    expect(await one.read('registration')).toEqual({ url: 'https://b.example' });
    expect(await keptFor('8x8', store.documents, clock).read('registration')).toBeUndefined();
  });

  it('outlasts every purge and goes when it is removed', async () => {
    const kept = keptFor('mluvii', store.documents, clock);
    await kept.write('registration', { url: 'https://a.example' });
    await store.purge(Number.MAX_SAFE_INTEGER);
    expect(await kept.read('registration')).toEqual({ url: 'https://a.example' });
    await kept.remove('registration');
    await kept.remove('registration');
    expect(await kept.read('registration')).toBeUndefined();
  });
});
