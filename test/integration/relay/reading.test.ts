import { settle } from '../../support/fakeClock';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

describe('what the customer has read', () => {
  let desk: FakeDesk;
  let rig: RelayRig;
  const agentSays = async (text: string, eventId: string, sessionKey = 's1') => {
    const event = desk.event({ kind: 'agentMessage', text, attachments: [], cards: [], eventId }, sessionKey);
    await rig.relay.receive('fake', [event]);
    await rig.until(`the customer gets ${text}`, () => rig.channel.texts().includes(text));
    await settle();
  };

  beforeEach(async () => {
    desk = new FakeDesk();
    rig = await RelayRig.start([desk]);
    await rig.handOff([{}, {}]);
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('they are connected', () => rig.channel.kinds().includes('agentJoined'));
  });
  afterEach(() => rig.stop());

  it('is told to the desk by the newest message, once', async () => {
    await agentSays('one', 'x:1#a');
    await agentSays('two', 'x:2#b');
    rig.relay.customerRead('h1');
    await rig.until('the desk knows', () => desk.read.length === 1);
    rig.relay.customerRead('h1');
    await settle();
    expect(desk.read).toEqual(['x:2#b']);
    await agentSays('three', 'x:3');
    rig.relay.customerRead('h1');
    await rig.until('the desk knows the next', () => desk.read.length === 2);
    expect(desk.read[1]).toBe('x:3');
  });

  it('is nothing before there was something to read, and of no chat that is not ours', async () => {
    rig.relay.customerRead('h1');
    rig.relay.customerRead('unknown');
    await settle();
    expect(desk.read).toEqual([]);
  });

  it('is never worth a message: a desk that refuses it gets the next words all the same', async () => {
    await agentSays('one', 'said-1');
    desk.fail('markRead', { code: 'invalid', retriable: false });
    rig.relay.customerRead('h1');
    await rig.say('my answer');
    await rig.until('the answer is there', () => desk.received.length === 1);
    expect(desk.read).toEqual([]);
    expect(rig.channel.kinds()).not.toContain('undelivered');
  });
});
