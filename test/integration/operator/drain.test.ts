import { type PostgresServer, startPostgres } from '../../contract/store/postgresServer';
import { FakeDesk } from '../../support/fakeDesk';
import { Fleet, type Instance } from '../instances/fleet';

let server: PostgresServer;
let fleet: Fleet;
let desk: FakeDesk;
let one: Instance;
let other: Instance;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = new FakeDesk('fake');
  fleet = await Fleet.start(server, [desk]);
  [one, other] = fleet.instances as [Instance, Instance];
  for (const instance of fleet.instances) await instance.orders.start(() => instance.relay.status());
});
afterEach(async () => {
  for (const instance of fleet.instances) if (!instance.isGone) await instance.orders.stop();
  await fleet.close(server);
});

const linksOf = async (instance: Instance) =>
  (await other.store.operations.instances()).find((known) => known.instance === instance.name)?.links;

async function has(instance: Instance, count: number, atMostInMs = 30_000): Promise<void> {
  for (let passed = 0; passed <= atMostInMs; passed += 1_000) {
    if ((await linksOf(instance)) === count) return;
    await fleet.advance(1_000);
  }
  throw new Error(`${instance.name} has ${await linksOf(instance)} links`);
}

async function drain(instance: Instance, isDraining: boolean): Promise<void> {
  // An operator at the other instance; this one learns of it by itself.
  await other.store.operations.setDraining(instance.name, isDraining);
}

describe('an instance that is drained', () => {
  it('gives its chats to another one, where they go on, and takes no more until it is in use again', async () => {
    for (const n of [1, 2, 3, 4]) await fleet.handOff(one, `h${n}`);
    await fleet.advanceUntil('the desk has them', () => desk.opened.length === 4);
    await drain(one, true);
    await has(one, 0);
    expect(await linksOf(other)).toBe(4);
    await fleet.say(one, 'still there?', 'h1');
    await fleet.advanceUntil('the agent reads the customer', () => desk.received.length === 1);
    // One that is asked for there goes to the other as well.
    await fleet.handOff(one, 'h5');
    await fleet.advanceUntil('the desk has it', () => desk.opened.length === 5);
    await has(one, 0);
    expect(desk.opened.map(({ id }) => id).sort()).toEqual(['h1', 'h2', 'h3', 'h4', 'h5']);
    await drain(one, false);
    await has(one, 2);
  });

  it('hands over one that is busy as well, after a while', async () => {
    await fleet.handOff(one, 'h1');
    await fleet.advanceUntil('the desk has it', () => desk.opened.length === 1);
    desk.fail('send', { code: 'outage' }, 1_000);
    await fleet.say(one, 'hello?', 'h1');
    await fleet.advance(2_000);
    await drain(one, true);
    await has(other, 1);
    desk.failures.length = 0;
    await fleet.advanceUntil('the agent reads the customer', () => desk.received.length === 1);
  });

  it('goes on alone when there is nobody else', async () => {
    await fleet.handOff(other, 'h1');
    await fleet.advanceUntil('the desk has it', () => desk.opened.length === 1);
    await drain(other, true);
    await drain(one, true);
    await fleet.advance(8_000);
    await fleet.say(one, 'still there?', 'h1');
    await fleet.advanceUntil('the agent reads the customer', () => desk.received.length === 1);
  });
});
