import { StoreFailure } from '../../../store/storeFailure';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';
import { message, type ServerRig, startServer } from '../server/serverRig';

const atOnce = 8;
const many = 60;

describe('a customer’s messages by HTTP while the store is in trouble', () => {
  let desk: FakeDesk;
  let rig: RelayRig;
  let server: ServerRig;
  /** Calls that wait in the store. */
  let inStore = 0;
  let mostInStore = 0;
  let trouble: () => Promise<void>;
  /** Channels of a test that failed would come again for ever. */
  let isOver: boolean;

  beforeEach(async () => {
    desk = new FakeDesk();
    rig = await RelayRig.start([desk]);
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('they are connected', () => rig.channel.kinds().includes('agentJoined'));
    [inStore, mostInStore, trouble, isOver] = [0, 0, async () => undefined, false];
    const { links } = rig.store;
    const troubled =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        inStore += 1;
        mostInStore = Math.max(mostInStore, inStore);
        try {
          await trouble();
          return await call.apply(links, args);
        } finally {
          inStore -= 1;
        }
      };
    Object.assign(links, { append: troubled(links.append), appendBegun: troubled(links.appendBegun) });
    server = await startServer({
      limits: { atOnce, atOncePerKey: atOnce },
      isUnavailable: (error) => error instanceof StoreFailure,
      runTurn: async ({ activity }) => {
        const { id = '', text } = activity;
        await rig.relay.accept('h1', { id, text, files: [], at: '2026-01-05T09:00:00.000Z' });
      },
    });
  });
  afterEach(async () => {
    isOver = true;
    await server.stop();
    await rig.stop();
  });

  /** Each from a conversation of its own, because turns of one wait for each other; all go to the one link. */
  const post = (n: number) => server.post(message({ id: `m${n}`, text: `text ${n}`, conversation: { id: `c${n}` } }));
  /** As a channel does: comes again with the same activity until it is taken. */
  const insist = async (n: number) => {
    const statuses = new Set<number>();
    for (let response = await post(n); ; response = await post(n)) {
      statuses.add(response.status);
      if (response.status === 200 || isOver) return statuses;
      // A connection is free again only when its answer was read.
      await response.arrayBuffer();
    }
  };

  it('is slow: few wait in memory, the others are asked to come again, and nothing is lost or doubled', async () => {
    const answers = Promise.withResolvers<void>();
    trouble = () => answers.promise;
    const statuses = Promise.all(Array.from({ length: many }, (_, n) => insist(n)));
    await rig.until('it is full', () => inStore === atOnce);
    expect((await post(many)).status).toBe(503);
    answers.resolve();
    expect(new Set((await statuses).flatMap((set) => [...set]))).toEqual(new Set([200, 503]));
    await rig.until('all arrived', () => desk.received.length === many);
    expect(mostInStore).toBe(atOnce);
    expect(new Set(desk.received.map(({ text }) => text)).size).toBe(many);
  });

  it('refuses: each is asked to come again, and what is taken later arrives once and in order', async () => {
    let refusals = 20;
    trouble = async () => {
      if (refusals-- > 0) throw new StoreFailure('unavailable', 'the database does not answer');
    };
    const first = await post(0);
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '5']);
    for (let n = 0; n < 20; n += 1) await insist(n);
    await rig.advanceUntil('all arrived', () => desk.received.length === 20);
    expect(desk.received.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, n) => `text ${n}`));
  });

  it('takes a message and does not say so: the repeat is no second message', async () => {
    const { links } = rig.store;
    const { appendBegun } = links;
    let losses = 1;
    links.appendBegun = async (...args) => {
      const outcome = await appendBegun(...args);
      if (losses-- > 0) throw new StoreFailure('unavailable', 'the answer was lost');
      return outcome;
    };
    expect(await insist(0)).toEqual(new Set([503, 200]));
    await insist(1);
    await rig.advanceUntil('both arrived', () => desk.received.length === 2);
    expect(desk.received.map(({ text }) => text)).toEqual(['text 0', 'text 1']);
  });
});
