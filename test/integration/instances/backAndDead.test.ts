import { type PostgresServer, startPostgres } from '../../contract/store/postgresServer';
import { until } from '../../support/fakeClock';
import { PolledDesk } from '../../support/polledDesk';
import { Fleet, type Instance } from './fleet';

let server: PostgresServer;
let desk: PolledDesk;
let fleet: Fleet;
const many = 24;
const frozenForInMs = 14_000;
const backWithinInMs = 15_000;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = new PolledDesk();
  fleet = await Fleet.start(server, [desk]);
  for (let n = 0; n < many; n += 1) await fleet.handOff(n % 2 ? first() : second(), `h${n}`);
  await until('all are listened to', () => desk.polls === many);
  desk.tells(desk.event({ kind: 'agentJoined', agentName: 'Eve' }).event);
  await until('all have an agent', () => fleet.channel.kinds().filter((kind) => kind === 'agentJoined').length === many);
  await fleet.quiet();
});
afterEach(() => fleet.close(server));

const first = () => fleet.instances[0] as Instance;
const second = () => fleet.instances[1] as Instance;
const owned = (instance: Instance) => instance.relay['ownership']['workers'].size;

/** Stopped for longer than its lease, then continued: its timers are late, and all it waits for comes at once. */
async function freezeAndWake(instance: Instance): Promise<void> {
  instance.isFrozen = true;
  // What it would still hear of the database finds nobody at home.
  instance.isCutOff = true;
  await fleet.advance(frozenForInMs);
  expect(owned(second())).toBe(many);
  instance.isCutOff = false;
  instance.clock.jump(frozenForInMs);
  instance.isFrozen = false;
}

describe('an owner that was frozen, comes back, and is killed soon after', () => {
  // From before its links are shared out again, over the very sweep that gives it some, to when all is in balance.
  test.each([250, 1_750, 2_250, 3_000, 4_250, 9_000])(
    'after %i ms: each chat goes on in time, and nothing is lost or doubled',
    async (afterInMs) => {
      await freezeAndWake(first());
      await fleet.advance(afterInMs);
      await first().kill();
      for (let n = 0; n < many; n += 1) await fleet.say(second(), `for ${n}`, `h${n}`);
      const tookInMs = await fleet.advanceUntil('all messages arrived', () => desk.received.length >= many);
      expect(tookInMs).toBeLessThanOrEqual(backWithinInMs);
      // What the other one gave away without knowing that nobody would take it comes back as well.
      await fleet.advanceUntil('all are listened to again', () => owned(second()) === many, backWithinInMs - tookInMs);
      await fleet.advance(4_000);
      expect(new Set(desk.received.map(({ text }) => text)).size).toBe(many);
      expect(desk.received).toHaveLength(many);
    },
    60_000,
  );
});
