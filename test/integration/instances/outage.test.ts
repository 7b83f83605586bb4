import { type PostgresServer, startPostgres } from '../../contract/store/postgresServer';
import { until } from '../../support/fakeClock';
import { FakeDesk } from '../../support/fakeDesk';
import { Fleet, type Instance } from './fleet';

let server: PostgresServer;
let desk: FakeDesk;
let fleet: Fleet;

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
const texts = () => desk.received.map((message) => message.text);
const connected = async () => {
  await fleet.handOff(first());
  await until('the desk has the session', () => desk.opened.length === 1);
  await first().relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Eve' })]);
  await until('the customer hears of the agent', () => fleet.channel.kinds().includes('agentJoined'));
  // The customer may read what was written before its writer has the answer and goes on.
  await fleet.quiet();
};
/** Whoever was answered with an error comes again, as channels and desks do. */
const untilTaken = async (attempt: () => Promise<unknown>) => {
  await until('it is taken', async () =>
    attempt().then(
      () => true,
      () => false,
    ),
  );
};

test('wake-ups that do not arrive: the owner finds messages and events with its next sweep', async () => {
  await connected();
  // As if the connection for wake-ups had just been lost, and nobody had noticed.
  second().muteWakeUps = true;
  await fleet.say(second(), 'unheard');
  await second().relay.receive('fake', [desk.event({ kind: 'agentMessage', text: 'Hello', attachments: [], cards: [] })]);
  await fleet.quiet();
  expect(texts()).toEqual([]);
  const tookInMs = await fleet.advanceUntil(
    'the sweep finds both',
    () => texts().length === 1 && fleet.channel.texts().length === 1,
  );
  expect(tookInMs).toBeLessThanOrEqual(2_500);
  expect((await first().store.links.get('h1'))?.epoch).toBe(1);
});

test('a message that waits for its own retry is not hurried by the sweep', async () => {
  await connected();
  desk.fail('send', { retryAfterInMs: 9_000 });
  await fleet.say(first(), 'later');
  await until('the attempt has failed', () => desk.failures.length === 0);
  await fleet.quiet();
  await fleet.advance(8_000);
  expect(texts()).toEqual([]);
  await fleet.advanceUntil('it is sent', () => texts().length === 1, 10_000);
});

test('the database is restarted in the middle: both go on, nothing is lost or doubled', async () => {
  await connected();
  await fleet.say(second(), 'before');
  await until('the desk has the message', () => texts().length === 1);
  const restarted = server.restart();
  const during = untilTaken(() => second().relay.accept('h1', { id: 'during', text: 'during', files: [], at: '' }));
  const event = desk.event({ kind: 'agentMessage', text: 'Hello', attachments: [], cards: [] });
  const received = untilTaken(() => first().relay.receive('fake', [event]));
  await restarted;
  await Promise.all([during, received]);
  await fleet.reconnectClock();
  await fleet.advanceUntil('both have arrived', () => texts().length === 2 && fleet.channel.texts().length === 1, 30_000);
  await untilTaken(() => fleet.say(second(), 'after'));
  await fleet.advanceUntil('the desk has all', () => texts().length === 3, 30_000);
  await fleet.advance(20_000);
  expect(texts()).toEqual(['before', 'during', 'after']);
  expect(fleet.channel.texts()).toEqual(['Hello']);
  expect(desk.opened).toHaveLength(1);
});

test('an answer of the store that is lost on the way: the link it gave is found and worked on', async () => {
  first().answerLost = 'open';
  await expect(fleet.handOff(first())).rejects.toThrow('the answer was lost');
  await fleet.advanceUntil('the desk is asked', () => desk.opened.length === 1, 4_000);
  await fleet.handOff(first());
  await fleet.advance(4_000);
  expect(desk.opened).toHaveLength(1);
});

test('claimed links whose answer is lost are found and worked on', async () => {
  await connected();
  second().answerLost = 'claim';
  await first().stop();
  await fleet.say(second(), 'hello');
  await fleet.advanceUntil('the successor works', () => texts().length === 1, 6_000);
  expect((await second().store.links.get('h1'))?.epoch).toBe(3);
});
