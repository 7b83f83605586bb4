import { type PostgresServer, startPostgres } from '../../contract/store/postgresServer';
import { until } from '../../support/fakeClock';
import { FakeDesk } from '../../support/fakeDesk';
import { Fleet, type Instance } from './fleet';

let server: PostgresServer;
let desk: FakeDesk;
let fleet: Fleet;
const hourInMs = 3_600_000;
const acceptWithinInMs = 40_000;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = new FakeDesk();
  fleet = await Fleet.start(server, [desk]);
});
afterEach(() => fleet.close(server));

const first = () => fleet.instances[0] as Instance;
const second = () => fleet.instances[1] as Instance;
const queued = async (at: Instance) => {
  await fleet.handOff(at, 'h1', acceptWithinInMs);
  await until('the desk has the session', () => desk.opened.length === 1 && fleet.channel.kinds().includes('queued'));
};
const hasFailed = () => fleet.channel.kinds().includes('failed');
const untilFailed = () => fleet.advanceUntil('nobody accepted in time', hasFailed, acceptWithinInMs + 10_000);

describe('the wall clock of one instance', () => {
  test('jumps an hour forward and back: no deadline comes early or late', async () => {
    await queued(first());
    first().clock.setWallClock(hourInMs);
    await fleet.advance(10_000);
    expect(hasFailed()).toBe(false);
    first().clock.setWallClock(-2 * hourInMs);
    await fleet.advance(10_000);
    first().clock.setWallClock(hourInMs);
    const tookInMs = await untilFailed();
    expect(20_000 + tookInMs).toBeGreaterThanOrEqual(acceptWithinInMs);
    expect(20_000 + tookInMs).toBeLessThanOrEqual(acceptWithinInMs + 1_000);
  });

  test.each([hourInMs, -hourInMs])(
    'is %i ms off: its successor keeps the deadline it has written',
    async (skewInMs) => {
      const wrong = await fleet.join({ skewInMs });
      await second().stop();
      await queued(wrong);
      expect(
        Math.abs((await first().relay.get('h1'))!.data.deadlines.accept! - first().clock.now() - acceptWithinInMs),
      ).toBeLessThan(1_000);
      await wrong.stop();
      await until('the other one has it', async () => (await first().store.links.get('h1'))?.epoch === 2);
      const tookInMs = await untilFailed();
      expect(tookInMs).toBeGreaterThanOrEqual(acceptWithinInMs - 2_000);
    },
    60_000,
  );

  test('jumps while a message is tried again: it is not given up before its time', async () => {
    await queued(first());
    await first().relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Eve' })]);
    await until('the customer hears of the agent', () => fleet.channel.kinds().includes('agentJoined'));
    desk.fail('send', {}, 4);
    await fleet.say(first(), 'hello');
    await until('the first attempt failed', () => desk.failures.length === 3);
    first().clock.setWallClock(hourInMs);
    await fleet.advanceUntil('it is sent', () => desk.received.length === 1);
    expect(fleet.channel.kinds()).not.toContain('undelivered');
  });
});
