import { addOperatorRoutes } from '../../../bot/server/operatorRoutes';
import { silentLog } from '../../../common/log';
import type { DeadLetter } from '../../../store/links';
import { type ServerRig, startServer } from './serverRig';

const key = 'an operator key of the tests';
const letter: DeadLetter = {
  linkId: 'h1',
  conversationKey: 'test|c1',
  provider: '8x8',
  direction: 'toDesk',
  messageId: 'm1',
  attempts: 3,
  acceptedAt: 1,
  isOpen: true,
};

describe('the operator’s routes', () => {
  let rig: ServerRig;
  const asked: unknown[][] = [];

  beforeAll(async () => {
    rig = await startServer({
      routes: (add) =>
        addOperatorRoutes(add, {
          key,
          log: silentLog,
          relay: {
            deadLetters: async () => [letter],
            retry: async (...wish) => {
              asked.push(wish);
              return wish[2] === 'm1' ? 'pending' : wish[2] === 'late' ? 'closed' : 'unknown';
            },
          },
        }),
    });
  });
  afterAll(() => rig.stop());

  const call = (method: string, path: string, body?: unknown, bearer: string | undefined = key) =>
    fetch(`${rig.url}/operator/${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });

  it('are closed without the key', async () => {
    for (const bearer of ['', 'wrong', key.slice(0, -1), `${key}x`]) {
      expect((await call('GET', 'dead-letters', undefined, bearer)).status).toBe(401);
      expect((await call('POST', 'dead-letters/retry', letter, bearer)).status).toBe(401);
    }
    expect(asked).toEqual([]);
  });

  it('list what was given up', async () => {
    expect(await (await call('GET', 'dead-letters')).json()).toEqual({ deadLetters: [letter] });
  });

  it('send one again, and say when that is not possible', async () => {
    const retry = async (messageId: string) => (await call('POST', 'dead-letters/retry', { ...letter, messageId })).status;
    expect([await retry('m1'), await retry('late'), await retry('nobody')]).toEqual([202, 409, 404]);
    expect(asked[0]).toEqual(['h1', 'toDesk', 'm1']);
    for (const wrong of [{}, { linkId: 'h1' }, { ...letter, direction: 'sideways' }, '{', '[]']) {
      expect((await call('POST', 'dead-letters/retry', wrong)).status).toBe(400);
    }
  });
});
