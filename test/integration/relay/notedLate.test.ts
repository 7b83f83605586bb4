import type { LinkChange } from '../../../store/links';
import { StoreFailure } from '../../../store/storeFailure';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

describe('a message that was sent while the store went away', () => {
  let desk: FakeDesk;
  let rig: RelayRig;
  /** The next notes that a message needs no further attempt are refused by the store. */
  let refusals = 0;

  beforeEach(async () => {
    refusals = 0;
    // Such as 8x8, which takes every POST for a new message.
    desk = new FakeDesk('fake', { deduplicatesMessages: false });
    rig = await RelayRig.start([desk]);
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('the customer knows', () => rig.channel.kinds().includes('agentJoined'));
    const { links } = rig.store;
    const update = links.update.bind(links);
    links.update = async (id, epoch, change: LinkChange, now) => {
      if (change.settled?.length && refusals-- > 0) throw new StoreFailure('unavailable', 'no answer');
      return update(id, epoch, change, now);
    };
  });
  afterEach(() => rig.stop());

  it('is not sent to the desk again', async () => {
    refusals = 2;
    await rig.say('first');
    await rig.until('the agent reads it', () => desk.received.length === 1);
    await rig.say('second');
    await rig.advanceUntil('the agent reads on', () => desk.received.length > 1);
    await rig.clock.advance(60_000);
    expect(desk.received.map(({ text }) => text)).toEqual(['first', 'second']);
  });

  it('is not delivered to the customer again', async () => {
    refusals = 2;
    const say = (text: string) =>
      rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text, attachments: [], cards: [] })]);
    await say('first');
    await rig.until('the customer reads it', () => rig.channel.texts().length === 1);
    await say('second');
    await rig.advanceUntil('the customer reads on', () => rig.channel.texts().length > 1);
    await rig.clock.advance(60_000);
    expect(rig.channel.texts()).toEqual(['first', 'second']);
  });
});
