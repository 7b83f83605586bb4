import { type PostgresServer, startPostgres } from '../../contract/store/postgresServer';
import { until } from '../../support/fakeClock';
import { FakeDesk } from '../../support/fakeDesk';
import { Fleet, type Instance } from './fleet';

let server: PostgresServer;
let desk: FakeDesk;
let fleet: Fleet;
const backWithinInMs = 15_000;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = new FakeDesk();
  // Links that change hands for their number's sake would raise epochs, too.
  fleet = await Fleet.start(server, [desk], { options: { handOverPerSweep: 0 } });
});
afterEach(() => fleet.close(server));

const [first, second] = [0, 1].map((n) => () => fleet.instances[n] as Instance) as [() => Instance, () => Instance];
const texts = () => desk.received.map((message) => message.text);
const isOpen = () =>
  until('the desk has the session', () => desk.opened.length === 1 && fleet.channel.kinds().includes('queued'));
const join = async (at: Instance) => {
  await at.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Eve' })]);
  await until('the customer hears of the agent', () => fleet.channel.kinds().includes('agentJoined'));
};

describe('what comes in at another instance than the owner', () => {
  test('a message is sent by the owner without time passing', async () => {
    await fleet.handOff(first());
    await isOpen();
    await join(first());
    expect(await fleet.say(second(), 'one')).toBe('accepted');
    await until('the desk has the message', () => desk.received.length === 1);
    expect(second().heard).toContain('h1');
  });

  test('messages spread over both arrive in the order of acceptance, once', async () => {
    await fleet.handOff(first());
    await isOpen();
    for (let n = 0; n < 20; n += 1) await fleet.say(n % 2 ? first() : second(), `text ${n}`);
    await until('the desk has the messages', () => desk.received.length === 20);
    expect(texts()).toEqual(Array.from({ length: 20 }, (_, n) => `text ${n}`));
  });

  test('events of a webhook reach the owner, and the customer, once', async () => {
    await fleet.handOff(first());
    await isOpen();
    await join(second());
    const said = desk.event({ kind: 'agentMessage', text: 'Hello, this is Eve', attachments: [], cards: [] });
    await Promise.all([second().relay.receive('fake', [said]), first().relay.receive('fake', [said])]);
    await until('the customer reads it', () => fleet.channel.texts().length > 0);
    await second().relay.receive('fake', [desk.event({ kind: 'ended', by: 'agent' })]);
    await fleet.advanceUntil('the customer hears the end', () => fleet.channel.kinds().includes('ended'), 5_000);
    expect(fleet.channel.texts()).toEqual(['Hello, this is Eve']);
  });

  test('the customer leaves at another instance', async () => {
    await fleet.handOff(first());
    await isOpen();
    await second().relay.command('h1', 'customerLeft');
    await until('the session is closed', () => desk.closed.length === 1);
    await until("the conversation is the bot's again", async () => (await second().relay.find('test|h1')) === undefined);
  });

  test('the same handoff asked for at both is opened once', async () => {
    await Promise.all([fleet.handOff(first()), fleet.handOff(second())]);
    await isOpen();
    await fleet.advance(4_000);
    expect(desk.opened).toHaveLength(1);
  });
});

describe('an owner that dies without a word', () => {
  test('is followed by another within 15 s, and nothing is lost or doubled', async () => {
    await fleet.handOff(first());
    await isOpen();
    await join(first());
    await fleet.say(first(), 'before');
    await until('the desk has the message', () => desk.received.length === 1);
    await fleet.advance(2_000);
    await first().kill();
    await fleet.say(second(), 'while nobody owns it');
    await second().relay.receive('fake', [
      desk.event({ kind: 'agentMessage', text: 'Are you there?', attachments: [], cards: [] }),
    ]);
    const tookInMs = await fleet.advanceUntil(
      'the successor works',
      () => texts().length === 2 && fleet.channel.texts().length === 1,
    );
    expect(tookInMs).toBeLessThanOrEqual(backWithinInMs);
    expect(tookInMs).toBeGreaterThan(5_000);
    await fleet.say(second(), 'after');
    await until('the desk has all', () => desk.received.length === 3);
    await fleet.advance(10_000);
    expect(texts()).toEqual(['before', 'while nobody owns it', 'after']);
    expect(fleet.channel.texts()).toEqual(['Are you there?']);
    expect(desk.opened).toHaveLength(1);
  });

  test('is followed by exactly one of several', async () => {
    await fleet.join();
    for (let n = 0; n < 12; n += 1) await fleet.handOff(first(), `h${n}`);
    await until('the desk has all sessions', () => desk.opened.length === 12);
    await first().kill();
    for (let n = 0; n < 12; n += 1) await fleet.say(second(), `for ${n}`, `h${n}`);
    const tookInMs = await fleet.advanceUntil('all are taken over', () => desk.received.length === 12);
    expect(tookInMs).toBeLessThanOrEqual(backWithinInMs);
    await fleet.advance(6_000);
    expect(new Set(texts()).size).toBe(12);
    expect(desk.received).toHaveLength(12);
    for (const link of await second().store.links.listOpen(20)) expect(link.epoch).toBe(2);
  });

  test.each([3_600_000, -3_600_000])(
    'is noticed in time also by one whose clock is %i ms off, who steals nothing before',
    async (skewInMs) => {
      const wrong = await fleet.join({ skewInMs });
      await second().stop();
      await fleet.handOff(first());
      await isOpen();
      await join(first());
      await fleet.advance(30_000);
      wrong.clock.setWallClock(-skewInMs / 2);
      await fleet.advance(15_000);
      expect((await wrong.store.links.get('h1'))?.epoch).toBe(1);
      await first().kill();
      await fleet.say(wrong, 'hello');
      const tookInMs = await fleet.advanceUntil('the successor works', () => texts().length === 1);
      expect(tookInMs).toBeLessThanOrEqual(backWithinInMs);
    },
  );
});

describe('an owner that stops', () => {
  test('hands over at once: no time has to pass', async () => {
    await fleet.handOff(first());
    await isOpen();
    await join(first());
    await first().stop();
    expect(await fleet.say(second(), 'who is there?')).toBe('accepted');
    await until('the successor works', () => texts().length === 1);
    expect(second().heard).toContain('*');
    expect((await second().store.links.get('h1'))?.epoch).toBe(2);
  });
});

describe('an owner that was frozen for longer than its lease', () => {
  test('neither writes nor sends when it wakes up, and works as an instance like any other afterwards', async () => {
    await fleet.handOff(first());
    await isOpen();
    await join(first());
    await fleet.advance(1_000);
    first().isFrozen = true;
    // Its clock stands, but what the database tells it would still be heard; the freeze ends that, too.
    first().relay['ownership']['stopListening']();
    await fleet.say(second(), 'one');
    await fleet.advanceUntil('the successor works', () => texts().length === 1);
    first().clock.jump(60_000);
    // It wakes up with a wake-up in its ears, before any of its timers fires.
    await fleet.say(second(), 'two');
    first().relay['ownership']['workers'].get('h1')?.wake();
    await until('the successor sends it', () => texts().length === 2);
    await fleet.quiet();
    first().isFrozen = false;
    await fleet.advance(10_000);
    expect(texts()).toEqual(['one', 'two']);
    const link = await second().store.links.get('h1');
    expect(link?.epoch).toBe(2);
    await second().kill();
    await fleet.say(first(), 'three');
    await fleet.advanceUntil('the first one takes it over again', () => texts().length === 3);
    expect(texts()).toEqual(['one', 'two', 'three']);
  });
});

describe('an owner whom the store does not answer', () => {
  test('lets go in time, and another one goes on', async () => {
    await fleet.handOff(first());
    await isOpen();
    await join(first());
    first().isCutOff = true;
    await fleet.say(second(), 'one');
    await fleet.advanceUntil('the successor works', () => texts().length === 1);
    expect(first().relay['ownership']['workers'].size).toBe(0);
    first().isCutOff = false;
    await fleet.advance(20_000);
    expect((await second().store.links.get('h1'))?.epoch).toBe(2);
    expect(texts()).toEqual(['one']);
  });
});
