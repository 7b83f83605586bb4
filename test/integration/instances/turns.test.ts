import { ActivityTypes, ConversationState, TestAdapter, TurnContext } from 'botbuilder';
import { BotStorage } from '../../../bot/botStorage';
import { CheckedStorage, isStateConflict } from '../../../bot/checkedStorage';
import { SharedTurns } from '../../../bot/sharedTurns';
import { systemClock } from '../../../common/clock';
import { silentLog } from '../../../common/log';
import { openPostgresStore } from '../../../store/postgres';
import type { Store } from '../../../store/store';
import { type HeldClock, holdClock } from '../../contract/store/databaseClock';
import { type PostgresServer, startPostgres } from '../../contract/store/postgresServer';
import { FakeClock, until } from '../../support/fakeClock';

let server: PostgresServer;
let url: string;
let clock: HeldClock;
let stores: Store[];

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.createDatabase();
  clock = await holdClock(url);
  stores = await Promise.all([1, 2].map(() => openPostgresStore({ url, log: silentLog, poolSize: 4 })));
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await clock.close();
  await server.dropDatabase(url);
});

const storeOf = (n: number) => stores[n % 2] as Store;
const turnsOf = (store: Store, ownClock = systemClock as FakeClock | typeof systemClock) =>
  new SharedTurns({ turns: store.turns, purpose: 'test', clock: ownClock, log: silentLog });

/** The state of one conversation as the bot keeps it at an instance. */
class Bot {
  readonly state: ConversationState;
  private readonly counter;
  constructor(store: Store) {
    this.state = new ConversationState(new CheckedStorage(new BotStorage(store.documents, systemClock)));
    this.counter = this.state.createProperty<{ said: number[] }>('counter');
  }

  async turn(n: number, meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
    const context = new TurnContext(new TestAdapter(async () => undefined), {
      type: ActivityTypes.Message,
      channelId: 'test',
      conversation: { id: 'c1' },
    } as TurnContext['activity']);
    const counter = await this.counter.get(context, { said: [] });
    await meanwhile();
    counter.said.push(n);
    await this.state.saveChanges(context);
  }

  async said(): Promise<number[]> {
    const context = new TurnContext(new TestAdapter(async () => undefined), {
      type: ActivityTypes.Message,
      channelId: 'test',
      conversation: { id: 'c1' },
    } as TurnContext['activity']);
    return (await this.counter.get(context, { said: [] })).said;
  }
}

test('turns of one conversation at two instances at the same time lose nothing of the state', async () => {
  const bots = stores.map((store) => new Bot(store));
  const lines = stores.map((store) => turnsOf(store));
  const numbers = Array.from({ length: 40 }, (_, n) => n);
  await Promise.all(numbers.map((n) => lines[n % 2]?.run('c1', () => (bots[n % 2] as Bot).turn(n))));
  expect((await (bots[0] as Bot).said()).sort((a, b) => a - b)).toEqual(numbers);
});

test('they come in the order of arrival, wherever each arrived', async () => {
  const order: number[] = [];
  const joins: Promise<unknown>[] = [];
  const lines = stores.map((store) =>
    turnsOf({
      ...store,
      turns: {
        ...store.turns,
        join: (...args) => {
          const joined = store.turns.join(...args);
          joins.push(joined);
          return joined;
        },
      },
    }),
  );
  const gate = Promise.withResolvers<void>();
  const runs: Promise<void>[] = [];
  for (const [n, at] of [0, 0, 1, 0, 1, 1, 0, 1].entries()) {
    runs.push(
      (lines[at] as SharedTurns).run('c1', async () => {
        await gate.promise;
        order.push(n);
      }),
    );
    // The next one arrives when this one has.
    await until('it has arrived', () => joins.length === n + 1);
    await joins[n];
  }
  gate.resolve();
  await Promise.all(runs);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('other conversations and other purposes do not wait', async () => {
  const gate = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const held = turnsOf(storeOf(0)).run('c1', () => {
    began.resolve();
    return gate.promise;
  });
  await began.promise;
  const other = new SharedTurns({ turns: storeOf(1).turns, purpose: 'other', clock: systemClock, log: silentLog });
  expect(await turnsOf(storeOf(1)).run('c2', async () => 'another conversation')).toBe('another conversation');
  expect(await other.run('c1', async () => 'another purpose')).toBe('another purpose');
  gate.resolve();
  await held;
});

test('a job that fails frees its place and tells its caller', async () => {
  await expect(
    turnsOf(storeOf(0)).run('c1', async () => {
      throw new Error('a fault');
    }),
  ).rejects.toThrow('a fault');
  expect(await turnsOf(storeOf(1)).run('c1', async () => 'next')).toBe('next');
});

test('the place of an instance that died in a turn is given up after ten seconds, not before', async () => {
  const dead = new FakeClock();
  const began = Promise.withResolvers<void>();
  void turnsOf(storeOf(0), dead).run('c1', () => {
    began.resolve();
    return new Promise<void>(() => undefined);
  });
  await began.promise;
  let isDone = false;
  const next = turnsOf(storeOf(1)).run('c1', async () => {
    isDone = true;
  });
  await clock.advance(9_900);
  expect(isDone).toBe(false);
  await clock.advance(200);
  await next;
});

test('a turn that goes on for long keeps its place', async () => {
  const alive = new FakeClock();
  const gate = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const long = turnsOf(storeOf(0), alive).run('c1', () => {
    began.resolve();
    return gate.promise;
  });
  await began.promise;
  let isDone = false;
  const next = turnsOf(storeOf(1)).run('c1', async () => {
    isDone = true;
  });
  for (let n = 0; n < 10; n += 1) {
    await alive.advance(3_000);
    await storeOf(0).check();
    await clock.advance(3_000);
  }
  expect(isDone).toBe(false);
  gate.resolve();
  await Promise.all([long, next]);
});

test('a turn that was overtaken all the same does not undo the other: its state is refused', async () => {
  const [one, two] = stores.map((store) => new Bot(store)) as [Bot, Bot];
  await one.turn(1);
  const overtaken = one.turn(2, () => two.turn(3));
  const failure = await overtaken.catch((error: unknown) => error);
  expect(isStateConflict(failure)).toBe(true);
  expect(await two.said()).toEqual([1, 3]);
});

test('a database that is gone makes the turn fail before it begins', async () => {
  const line = turnsOf(storeOf(0));
  await storeOf(0).close();
  const job = jest.fn();
  await expect(line.run('c1', job)).rejects.toMatchObject({ name: 'StoreFailure' });
  expect(job).not.toHaveBeenCalled();
});
