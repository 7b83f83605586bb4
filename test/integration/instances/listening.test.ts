import { type PostgresServer, startPostgres } from '../../contract/store/postgresServer';
import { until } from '../../support/fakeClock';
import { PolledDesk } from '../../support/polledDesk';
import { Fleet, type Instance } from './fleet';

let server: PostgresServer;
let desk: PolledDesk;
let fleet: Fleet;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = new PolledDesk();
  fleet = await Fleet.start(server, [desk]);
  await fleet.handOff(first());
  desk.tells(desk.event({ kind: 'agentJoined', agentName: 'Eve' }).event);
  await until('the desk is listened to', () => fleet.channel.kinds().includes('agentJoined'));
});
afterEach(() => fleet.close(server));

const first = () => fleet.instances[0] as Instance;
const second = () => fleet.instances[1] as Instance;

test('one instance listens, the others do not', async () => {
  await fleet.join();
  await fleet.advance(15_000);
  desk.says('one', 'two');
  await until('the customer reads both', () => fleet.channel.texts().length === 2);
  expect(desk.mostPolls).toBe(1);
});

test('a graceful stop moves the listening at once, with nothing lost or doubled and never two listeners', async () => {
  desk.says('one');
  await until('the customer reads it', () => fleet.channel.texts().length === 1);
  await first().stop();
  await until('the successor listens', () => desk.polls === 1);
  desk.says('two');
  await until('the customer reads it', () => fleet.channel.texts().length === 2);
  expect(fleet.channel.texts()).toEqual(['one', 'two']);
  expect(desk.mostPolls).toBe(1);
});

test('an owner whom the store does not answer stops listening before another one begins', async () => {
  first().isCutOff = true;
  const tookInMs = await fleet.advanceUntil('the first one lets go', () => desk.polls === 0, 15_000);
  expect(tookInMs).toBeLessThanOrEqual(10_000);
  await fleet.advanceUntil('the second one listens', () => desk.polls === 1, 15_000 - tookInMs);
  desk.says('one');
  await until('the customer reads it', () => fleet.channel.texts().length === 1);
  first().isCutOff = false;
  await fleet.advance(20_000);
  expect(desk.mostPolls).toBe(1);
  expect(fleet.channel.texts()).toEqual(['one']);
});

test('what a frozen owner had in hand when it woke up is not written, and its listening ends', async () => {
  await fleet.advance(1_000);
  first().isFrozen = true;
  await fleet.advanceUntil('the second one listens, too', () => desk.polls === 2, 15_000);
  first().clock.jump(60_000);
  desk.says('one');
  await until('only the second one is left', () => desk.polls === 1);
  first().isFrozen = false;
  await fleet.advance(20_000);
  expect(fleet.channel.texts()).toEqual(['one']);
  expect((await second().store.links.get('h1'))?.epoch).toBe(2);
  expect(desk.polls).toBe(1);
});
