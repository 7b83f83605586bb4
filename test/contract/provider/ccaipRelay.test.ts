import { RelayRig } from '../../support/relayRig';
import { CcaipRig } from './ccaipRig';

/** The relay beside the stand-in: whichever way a chat becomes known, there is one chat, and nothing said is lost. */
describe('the relay with ccaip', () => {
  let rig: CcaipRig;
  let relays: RelayRig;
  /** Events are answered from then on, and reach nobody. */
  let deafen: () => void;

  beforeEach(async () => {
    rig = await CcaipRig.start();
    // Whichever provider the rig has now: a new one stands for a new process.
    const present = new Proxy(rig.harness.provider, { get: (_, name) => Reflect.get(rig.harness.provider, name) });
    relays = await RelayRig.start([present]);
    deafen = rig.receiver.onEvent((event) => void relays.relay.receive('ccaip', [event]));
  });
  afterEach(async () => {
    await relays.stop();
    expect(await rig.close()).toEqual([]);
  });

  const chats = () => rig.standIn.desk.chats();
  const routes = [{ target: { menuId: 7, menuType: 'web_menu' } }];
  const talks = async () => {
    await relays.say('hello?');
    await relays.advanceUntil('the desk heard it', () => chats().some(({ id }) => rig.texts(id).includes('hello?')));
    expect(chats().map(({ state }) => state)).toEqual(['waiting']);
    await rig.standIn.desk.accept(chats()[0]?.id ?? '', 'Grace');
    await relays.until('Grace is there', () => relays.channel.kinds().includes('agentJoined'));
    await rig.standIn.desk.say(chats()[0]?.id ?? '', 'hello!');
    await relays.until('the customer heard it', () => relays.channel.texts().includes('hello!'));
    expect(chats()).toHaveLength(1);
  };

  it.each(['before', 'after', 'never'] as const)('opens one chat, announced %s the answer', async (created) => {
    rig.standIn.behavior.created = created;
    await relays.handOff(routes);
    await talks();
  });

  it('opens one chat, announced instead of the answer', async () => {
    rig.standIn.faults.add({ match: 'POST /apps/api/v1/chats', cut: 'after' });
    await relays.handOff(routes);
    await talks();
  });

  it('opens one chat, announced to a process that dies before the answer', async () => {
    const { http } = rig.harness.dependencies;
    rig.harness.dependencies.http = async (call) => {
      const response = await http(call);
      const isOpen = call.method === 'POST' && call.url.endsWith('/chats');
      return isOpen ? new Promise<never>(() => undefined) : response;
    };
    rig.createProvider();
    await relays.handOff(routes);
    await relays.until('the chat was announced', () => rig.inbound.length > 0);
    await relays.crash();
    rig.harness.dependencies.http = http;
    rig.createProvider();
    await relays.boot();
    await talks();
  });

  it('finds out with the customer’s next words that the chat ended while nobody was there to hear it', async () => {
    await relays.handOff(routes);
    await talks();
    deafen();
    await relays.crash();
    await rig.standIn.desk.end(chats()[0]?.id ?? '');
    rig.createProvider();
    await relays.boot();
    await relays.say('are you still there?');
    await relays.advanceUntil('the customer is told', () => relays.channel.kinds().includes('ended'));
    expect(relays.channel.kinds()).toContain('undelivered');
    expect(rig.texts(chats()[0]?.id ?? '')).not.toContain('are you still there?');
    expect(chats()).toHaveLength(1);
  });
});
