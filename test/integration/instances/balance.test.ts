import { defaultRelayOptions } from '../../../relay/options';
import { type PostgresServer, startPostgres } from '../../contract/store/postgresServer';
import { until } from '../../support/fakeClock';
import { PolledDesk } from '../../support/polledDesk';
import { Fleet, type Instance } from './fleet';

let server: PostgresServer;
let desk: PolledDesk;
let fleet: Fleet;
const many = 60;
const { handOverPerSweep } = defaultRelayOptions;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = new PolledDesk();
  fleet = await Fleet.start(server, [desk], { count: 1 });
  for (let n = 0; n < many; n += 1) await fleet.handOff(first(), `h${n}`);
  await until('all are listened to', () => desk.polls === many);
  await fleet.quiet();
});
afterEach(() => fleet.close(server));

const first = () => fleet.instances[0] as Instance;
const second = () => fleet.instances[1] as Instance;
const owned = (instance: Instance) => instance.relay['ownership']['workers'].size;

test('an instance that joins gets its share, some links at a time, and nobody notices', async () => {
  await fleet.join();
  let before = 0;
  await fleet.advanceUntil('both have about half', () => {
    const now = owned(second());
    expect(now - before).toBeLessThanOrEqual(handOverPerSweep);
    before = now;
    return now >= many / 2 - 3;
  });
  await fleet.advance(10_000);
  expect(owned(first()) + owned(second())).toBe(many);
  expect(owned(second())).toBeLessThanOrEqual(many / 2 + 3);
  expect([desk.polls, desk.opened.length]).toEqual([many, many]);
  const epochs = (await first().store.links.listOpen(many)).map((link) => link.epoch);
  await fleet.advance(10_000);
  expect((await first().store.links.listOpen(many)).map((link) => link.epoch)).toEqual(epochs);
});

test('messages and the agents’ words go on while links change hands', async () => {
  desk.tells(desk.event({ kind: 'agentJoined', agentName: 'Eve' }).event);
  await until('the customers know', () => fleet.channel.kinds().filter((kind) => kind === 'agentJoined').length === many);
  await fleet.join();
  const said: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    for (let n = 0; n < 10; n += 1) {
      said.push(`${round} of h${n}`);
      await fleet.say(round % 2 ? first() : second(), `${round} of h${n}`, `h${n}`);
    }
    await fleet.advance(1_000);
  }
  await fleet.advanceUntil('all arrived', () => desk.received.length >= said.length);
  expect(owned(second())).toBeGreaterThan(0);
  const of = (texts: string[], n: number) => texts.filter((text) => text.endsWith(` h${n}`));
  const received = desk.received.map(({ text }) => text);
  for (let n = 0; n < 10; n += 1) expect(of(received, n)).toEqual(of(said, n));
});

test('links whose taker did not hear of them are found by its sweep', async () => {
  await fleet.join();
  first().muteWakeUps = true;
  await fleet.advanceUntil('the second one works', () => owned(second()) > 0, 15_000);
  await fleet.advanceUntil(
    'nobody is left alone',
    () => owned(first()) + owned(second()) === many && desk.polls === many,
    60_000,
  );
});

test('nothing is given to an instance that is frozen', async () => {
  await fleet.join();
  second().isFrozen = true;
  await fleet.advance(5_000);
  const given = many - owned(first());
  expect(given).toBeLessThanOrEqual(3 * handOverPerSweep);
  await fleet.advanceUntil('all are looked after again', () => owned(first()) === many, 15_000);
});
