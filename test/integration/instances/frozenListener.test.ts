import { type PostgresServer, startPostgres } from '../../contract/store/postgresServer';
import { until } from '../../support/fakeClock';
import { PolledDesk } from '../../support/polledDesk';
import { Fleet, type Instance } from './fleet';

let server: PostgresServer;
let desk: PolledDesk;
let fleet: Fleet;
const heldForInMs = 30_000;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = new PolledDesk(heldForInMs);
  fleet = await Fleet.start(server, [desk]);
  await fleet.handOff(first());
  desk.tells(desk.event({ kind: 'agentJoined', agentName: 'Eve' }).event);
  await until('the desk is listened to', () => fleet.channel.kinds().includes('agentJoined'));
  await fleet.advance(1_000);
});
afterEach(() => fleet.close(server));

const first = () => fleet.instances[0] as Instance;
const second = () => fleet.instances[1] as Instance;
const isTaken = async () => (await second().store.links.get('h1'))?.epoch === 2;
const freeze = async () => {
  first().isFrozen = true;
  // Its clock stands, but what the database tells it would still be heard; the freeze ends that, too.
  first().relay['ownership']['stopListening']();
  await fleet.advance(15_000);
  expect(await isTaken()).toBe(true);
};

describe('a desk that ends a chat which two listen to', () => {
  test('is not listened to by the successor of a frozen owner while its poll may be held, but gets messages', async () => {
    await freeze();
    await fleet.say(second(), 'are you there');
    await until('it is sent', () => desk.received.length === 1);
    expect(desk.mostPolls).toBe(1);
    const tookInMs = await fleet.advanceUntil('the time is over', () => desk.polls === 2, heldForInMs);
    // Counted from the last sign of life; the desk ends a chat in which nobody polls for 40 s.
    expect(15_000 + tookInMs).toBeGreaterThan(heldForInMs);
    expect(15_000 + tookInMs).toBeLessThan(40_000);
    desk.says('yes');
    await until('the customer reads it', () => fleet.channel.texts().length === 1);
  });

  test('is listened to by the successor as soon as the owner woke up and let go', async () => {
    await freeze();
    first().clock.jump(15_000);
    first().isFrozen = false;
    await fleet.advanceUntil('the second one listens', () => desk.polls === 1 && desk.listeners === 2, 5_000);
    desk.says('one');
    await until('the customer reads it', () => fleet.channel.texts().length === 1);
    expect(desk.mostPolls).toBe(1);
  });

  test('is asked no more by an owner that wakes up with an answer in its hands, which the successor gets', async () => {
    await freeze();
    first().clock.jump(15_000);
    // The answer is there before any timer fires.
    desk.says('one');
    await until('the first one lets go', () => desk.polls === 0);
    expect(fleet.channel.texts()).toEqual([]);
    first().isFrozen = false;
    await fleet.advanceUntil('the customer reads it', () => fleet.channel.texts().length === 1, 5_000);
    expect(fleet.channel.texts()).toEqual(['one']);
    expect(desk.mostPolls).toBe(1);
  });

  test('is asked no more by an owner that wakes up to an empty answer', async () => {
    await freeze();
    first().clock.jump(15_000);
    desk.answer('empty');
    await until('the first one lets go', () => desk.polls === 0);
    expect(desk.listeners).toBe(1);
  });

  test('is listened to within 15 s when the owner died, because its polls died with it', async () => {
    await first().kill();
    desk.answer('hangUp');
    const tookInMs = await fleet.advanceUntil('the second one listens', () => desk.listeners === 2, 60_000);
    expect(tookInMs).toBeLessThanOrEqual(15_000);
    expect(desk.mostPolls).toBe(1);
  });

  test('is listened to at once when the owner stopped', async () => {
    await first().stop();
    await until('the second one listens', () => desk.polls === 1 && desk.listeners === 2);
    expect(desk.mostPolls).toBe(1);
  });
});
