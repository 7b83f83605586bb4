import { message, type ServerRig, startServer } from './serverRig';

describe('a server with more to do than it can', () => {
  let rig: ServerRig;
  let release: () => void;
  let begun: number;

  beforeEach(async () => {
    const held = Promise.withResolvers<void>();
    release = held.resolve;
    begun = 0;
    rig = await startServer({
      limits: { atOnce: 4, atOncePerKey: 2 },
      runTurn: async () => {
        begun += 1;
        await held.promise;
      },
    });
  });
  afterEach(async () => {
    release();
    await rig.stop();
  });

  const post = (conversation: string) => rig.post(message({ conversation: { id: conversation } }));
  const answers = async (posts: Promise<Response>[]) => {
    const statuses: string[] = [];
    const done = posts.map(async (one) => {
      const response = await one;
      statuses.push(`${response.status} ${response.headers.get('retry-after') ?? ''}`.trim());
    });
    return { statuses, done: Promise.all(done) };
  };

  it('asks the channel to come again instead of piling up, and serves what it admitted', async () => {
    const { statuses, done } = await answers(Array.from({ length: 10 }, (_, n) => post(`c${n}`)));
    while (statuses.length < 6) await new Promise((resolve) => setImmediate(resolve));
    expect(statuses).toEqual(Array(6).fill('503 2'));
    release();
    await done;
    expect(statuses.slice(6)).toEqual(Array(4).fill('200'));
    expect((await post('later')).status).toBe(200);
  });

  it('does not let one conversation take all the room', async () => {
    const { statuses, done } = await answers([post('loud'), post('loud'), post('loud')]);
    while (statuses.length < 1) await new Promise((resolve) => setImmediate(resolve));
    expect(statuses).toEqual(['503 2']);
    const other = post('quiet');
    while (begun < 2) await new Promise((resolve) => setImmediate(resolve));
    release();
    expect((await other).status).toBe(200);
    await done;
  });
});
