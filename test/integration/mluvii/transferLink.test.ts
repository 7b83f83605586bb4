import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

describe('a link whose channel was handed over', () => {
  let desk: FakeDesk;
  let other: FakeDesk;
  let rig: RelayRig;
  beforeEach(async () => {
    desk = new FakeDesk('channel', { mode: 'transfer', acceptsWhileQueued: false, availability: false });
    other = new FakeDesk('other');
    rig = await RelayRig.start([desk, other]);
  });
  afterEach(() => rig.stop());

  const state = async () => (await rig.relay.get('h1'))?.state;
  const handedOver = async () => {
    await rig.handOff();
    await rig.until('it is handed over', async () => (await state()) === 'transferred');
  };

  it('says nothing and sends nothing, however long it takes someone to come', async () => {
    await handedOver();
    await rig.clock.advance(3_600_000);
    expect(await state()).toBe('transferred');
    expect(rig.channel.kinds()).toEqual([]);
    expect(desk.received).toEqual([]);
  });

  it('has the conversation until the channel comes back, then gives it to the bot as after an agent', async () => {
    await handedOver();
    expect(await rig.relay.find('test|h1')).toBeDefined();
    await rig.relay.command('h1', 'channelReturned');
    await rig.advanceUntil('the bot has it', () => rig.channel.givenBack.length > 0);
    expect(rig.channel.kinds()).toEqual(['ended']);
    await rig.until('the link let go', async () => (await rig.relay.find('test|h1')) === undefined);
    expect(rig.channel.last()).toMatchObject({ kind: 'ended', by: 'agent', wasConnected: true });
  });

  it('ends when the customer has left', async () => {
    await handedOver();
    await rig.relay.command('h1', 'customerLeft');
    await rig.advanceUntil('it is over', () => rig.channel.givenBack.length > 0);
  });

  it('ends by itself when nothing comes back for hours', async () => {
    await handedOver();
    await rig.clock.advance(5 * 3_600_000);
    await rig.until('it is over', async () => (await state()) === 'ended');
  });

  it('does not call messages lost that the channel itself shows', async () => {
    desk.fail('open', {}, 1);
    await rig.handOff();
    expect(await rig.say('one more thing')).toBe('accepted');
    await rig.advanceUntil('it is handed over', () => desk.opened.length === 1);
    await rig.until('it is handed over', async () => (await state()) === 'transferred');
    await rig.relay.command('h1', 'channelReturned');
    await rig.advanceUntil('the bot has it', () => rig.channel.givenBack.length > 0);
    expect(rig.channel.kinds()).toEqual(['ended']);
    expect(desk.received).toEqual([]);
  });

  it('goes on to a desk of another kind when nobody can take the channel', async () => {
    desk.fail('open', { code: 'unavailable', retriable: false });
    await rig.handOff([{ provider: 'channel' }, { provider: 'other' }]);
    await rig.say('still here');
    await rig.advanceUntil('the other desk has it', () => other.received.length === 1);
    expect(rig.channel.kinds()).toEqual(['nextRoute', 'queued']);
  });

  it('takes no notice of a return of what was not handed over', async () => {
    await rig.handOff([{ provider: 'other' }]);
    await rig.advanceUntil('the other desk has it', () => other.opened.length === 1);
    await rig.relay.command('h1', 'channelReturned');
    await rig.clock.advance(5_000);
    expect(await state()).toBe('queued');
  });

  it('is still handed over after a crash', async () => {
    await handedOver();
    await rig.crash();
    await rig.boot();
    await rig.clock.advance(20_000);
    expect(await state()).toBe('transferred');
    expect(desk.opened).toHaveLength(1);
  });
});
