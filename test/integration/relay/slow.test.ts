import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

const many = 300;

describe('the relay beside somebody slow', () => {
  let desk: FakeDesk;
  let rig: RelayRig;
  const texts = Array.from({ length: many }, (_, n) => `m${n}`);

  beforeEach(async () => {
    desk = new FakeDesk();
    rig = await RelayRig.start([desk]);
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('they are connected', () => rig.channel.kinds().includes('agentJoined'));
  });
  afterEach(() => rig.stop());

  it('takes a customer’s messages while the desk answers none, holds few of them in memory, and sends all in order', async () => {
    const answered = Promise.withResolvers<void>();
    const send = desk.send.bind(desk);
    let underWay = 0;
    desk.send = async (session, message) => {
      underWay += 1;
      await answered.promise;
      return send(session, message);
    };
    let mostRead = 0;
    const { pending } = rig.store.links;
    rig.store.links.pending = async (...args) => {
      const rows = await pending.apply(rig.store.links, args);
      mostRead = Math.max(mostRead, rows.length);
      return rows;
    };
    for (const text of texts) expect(await rig.say(text)).toBe('accepted');
    expect(underWay).toBe(1);
    answered.resolve();
    await rig.until('all arrived', () => desk.received.length === many);
    expect(desk.received.map(({ text }) => text)).toEqual(texts);
    expect(mostRead).toBeLessThanOrEqual(20);
  });

  it('takes an agent’s words while the channel takes none, and delivers all in order', async () => {
    const taken = Promise.withResolvers<void>();
    const deliver = rig.channel.deliver.bind(rig.channel);
    let underWay = 0;
    rig.channel.deliver = async (...args) => {
      underWay += 1;
      await taken.promise;
      return deliver(...args);
    };
    for (const text of texts)
      await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text, attachments: [], cards: [] })]);
    await rig.until('one is under way', () => underWay === 1);
    taken.resolve();
    await rig.until('all arrived', () => rig.channel.texts().length === many);
    expect(rig.channel.texts()).toEqual(texts);
  });

  it('lets one slow chat hold up no other', async () => {
    const answered = Promise.withResolvers<void>();
    const send = desk.send.bind(desk);
    desk.send = async (session, message) => {
      if (session['sessionKey'] === 's1') await answered.promise;
      return send(session, message);
    };
    await rig.handOff(undefined, 'h2');
    await rig.until('the desk has both', () => desk.opened.length === 2);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined' }, 's2')]);
    await rig.say('stuck', 'h1');
    await rig.say('free', 'h2');
    await rig.until('the other goes on', () => desk.received.some(({ text }) => text === 'free'));
    answered.resolve();
    await rig.until('the slow one, too', () => desk.received.length === 2);
  });
});
