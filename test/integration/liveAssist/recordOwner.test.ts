import type { HandoffProvider } from '../../../handoff/provider';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

describe('whose the record of a chat is, as the bot is told at the end', () => {
  let desk: FakeDesk;
  let rig: RelayRig;
  let isOwner: boolean;

  beforeEach(async () => {
    desk = new FakeDesk();
    isOwner = true;
    const provider: HandoffProvider = Object.assign(desk, { ownsRecord: () => isOwner });
    rig = await RelayRig.start([provider]);
  });
  afterEach(() => rig.stop());

  async function handOff(): Promise<void> {
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
  }

  async function end(): Promise<void> {
    await rig.relay.receive('fake', [desk.event({ kind: 'ended', by: 'agent' })]);
    await rig.advanceUntil('the bot has it back', () => rig.channel.givenBack.length === 1);
  }

  async function join(): Promise<void> {
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('the customer reads who joined', () => rig.channel.kinds().includes('agentJoined'));
  }

  it('the desk’s, when it says so of the session and an agent had the chat', async () => {
    await handOff();
    await join();
    await end();
    expect(rig.channel.last()).toMatchObject({ kind: 'ended', wasConnected: true, deskOwnsRecord: true });
  });

  it('the bot’s, when nobody took the chat', async () => {
    await handOff();
    await end();
    expect(rig.channel.last()).toMatchObject({ kind: 'ended', wasConnected: false });
    expect(rig.channel.last()).not.toHaveProperty('deskOwnsRecord');
  });

  it('the bot’s, when the desk knows nothing of the record', async () => {
    isOwner = false;
    await handOff();
    await join();
    await end();
    expect(rig.channel.last()).not.toHaveProperty('deskOwnsRecord');
  });
});
