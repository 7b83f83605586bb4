import { ChannelError } from '../../../relay/delivery';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

describe('a message that was given up and is sent again', () => {
  let desk: FakeDesk;
  let rig: RelayRig;

  beforeEach(async () => {
    desk = new FakeDesk();
    rig = await RelayRig.start([desk]);
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('the customer knows', () => rig.channel.kinds().includes('agentJoined'));
  });
  afterEach(() => rig.stop());

  const giveUp = async () => {
    desk.fail('send', { code: 'rejected', retriable: false });
    await rig.say('hello', 'h1', 'm1');
    await rig.until('it is given up', async () => (await rig.relay.deadLetters(10)).length === 1);
    await rig.until('the customer is told', () => rig.channel.kinds().includes('undelivered'));
  };

  it('arrives in its place, and leaves the list', async () => {
    await giveUp();
    expect(await rig.relay.retry('h1', 'toDesk', 'm1')).toBe('pending');
    await rig.until('it arrives', () => desk.received.length === 1);
    await rig.until('it is listed no more', async () => (await rig.relay.deadLetters(10)).length === 0);
    expect(await rig.relay.retry('h1', 'toDesk', 'm1')).toBe('unknown');
  });

  it('arrives also when the wake-up is lost: the sweep finds it', async () => {
    await giveUp();
    await rig.store.links.retry('h1', 'toDesk', 'm1');
    expect(desk.received).toEqual([]);
    await rig.clock.advance(2_500);
    await rig.until('it arrives', () => desk.received.length === 1);
  });

  it('arrives after a crash right after the wish', async () => {
    await giveUp();
    await rig.crash();
    await rig.boot();
    await rig.store.links.retry('h1', 'toDesk', 'm1');
    await rig.clock.advance(2_500);
    await rig.until('it arrives', () => desk.received.length === 1);
  });

  it('is listed again when it fails again, and does not hold up what follows', async () => {
    await giveUp();
    desk.fail('send', { code: 'rejected', retriable: false });
    await rig.store.links.retry('h1', 'toDesk', 'm1');
    await rig.say('next');
    await rig.clock.advance(2_500);
    await rig.until('the next arrives', () => desk.received.length === 1);
    expect(await rig.relay.deadLetters(10)).toMatchObject([{ messageId: 'm1', attempts: 2 }]);
  });

  it('reaches the customer as well, by the sweep alone', async () => {
    rig.channel.failures = [new ChannelError('forbidden', false)];
    await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text: 'Hello', attachments: [], cards: [] })]);
    await rig.until('it is given up', async () => (await rig.relay.deadLetters(10)).length === 1);
    const [letter] = await rig.relay.deadLetters(1);
    await rig.store.links.retry('h1', 'toCustomer', letter!.messageId);
    await rig.clock.advance(2_500);
    await rig.until('it arrives', () => rig.channel.texts().includes('Hello'));
  });
});
