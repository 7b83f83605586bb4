import { HandoffError } from '../../../handoff/errors';
import { StoreFailure } from '../../../store/storeFailure';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

const unavailable = () => new StoreFailure('unavailable', 'no answer');

describe('the relay in bad company', () => {
  let desk: FakeDesk;
  let other: FakeDesk;
  let rig: RelayRig;
  const said = (text: string, more: object = {}) =>
    desk.event({ kind: 'agentMessage', text, attachments: [], cards: [], ...more });
  const connect = async (routes = [{ provider: 'fake' }]) => {
    await rig.handOff(routes);
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('the customer knows', () => rig.channel.kinds().includes('agentJoined'));
  };

  beforeEach(async () => {
    desk = new FakeDesk();
    other = new FakeDesk('other');
    rig = await RelayRig.start([desk, other]);
  });
  afterEach(() => rig.stop());

  it('believes the store when the answer to a write was lost', async () => {
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
    const { links } = rig.store;
    const update = links.update.bind(links);
    let losses = 1;
    links.update = async (...args) => {
      const result = await update(...args);
      if (args[2].state === 'connected' && losses-- > 0) throw unavailable();
      return result;
    };
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.advanceUntil('the customer knows', () => rig.channel.kinds().includes('agentJoined'));
    await rig.say('hello');
    await rig.advanceUntil('the agent reads it', () => desk.received.length === 1);
    await rig.clock.advance(120_000);
    expect(rig.channel.kinds()).not.toContain('nextRoute');
    expect(rig.channel.kinds().filter((kind) => kind === 'agentJoined')).toHaveLength(1);
  });

  it('ends a chat visibly whose desk is no longer configured, and serves the others', async () => {
    await connect();
    await rig.handOff([{ provider: 'other' }], 'h2');
    await rig.until('the other desk has its chat', () => other.opened.length === 1);
    await rig.relay.receive('other', [other.event({ kind: 'agentJoined' })]);
    await rig.until('both are connected', () => rig.channel.kinds().filter((kind) => kind === 'agentJoined').length === 2);
    await rig.crash();
    rig.providers.splice(0, 1);
    await rig.boot();
    await rig.advanceUntil('the first is over', () => rig.channel.givenBack.includes('h1'));
    expect(await rig.say('still here', 'h2')).toBe('accepted');
    await rig.until('the second goes on', () => other.received.length === 1);
  });

  it('lets a message pass by that a fault in a provider cannot handle', async () => {
    desk.reserve = (_session, message) => {
      if (message?.text === 'poison') throw new URIError('malformed');
      return { reservation: {} };
    };
    await connect();
    await rig.say('poison');
    await rig.say('fine');
    await rig.until('the next arrives', () => desk.received.length === 1);
    expect(desk.received[0]?.text).toBe('fine');
    await rig.until('the customer is told', () => rig.channel.kinds().includes('undelivered'));
  });

  it('does not leave a desk alone for files that the channel does not give', async () => {
    await connect();
    const send = desk.send.bind(desk);
    desk.send = (session, message) => {
      if (message.files.length === 0) return send(session, message);
      throw new HandoffError({ provider: 'channel', code: 'outage', retriable: true, delivered: 'no' });
    };
    await rig.relay.accept('h1', {
      id: 'f',
      text: '',
      files: [{ name: 'a', contentType: 'b', url: 'https://x.example/' }],
      at: '2026-01-05T09:00:00.000Z',
    });
    await rig.clock.advance(60_000);
    await rig.handOff([{ provider: 'fake' }], 'h2');
    await rig.advanceUntil('another chat is opened', () => desk.opened.length === 2, 2_000);
  });

  it('delivers the last words that come just after the end, before it tells the end', async () => {
    await connect();
    await rig.relay.receive('fake', [desk.event({ kind: 'ended', by: 'agent' })]);
    await rig.until('the link has ended', async () => (await rig.relay.get('h1'))?.state === 'ended');
    await rig.relay.receive('fake', [said('goodbye', { at: new Date(Date.UTC(2026, 0, 5, 9, 0, 1)).toISOString() })]);
    await rig.advanceUntil('the bot has it back', () => rig.channel.givenBack.length === 1);
    expect(rig.channel.kinds().slice(-2)).toEqual(['agentMessage', 'ended']);
  });

  it('asks the desk about an end that is stamped too early', async () => {
    await connect();
    desk.status = 'ended';
    await rig.relay.receive('fake', [desk.event({ kind: 'ended', by: 'agent', at: '2025-01-01T00:00:00.000Z' })]);
    await rig.advanceUntil('the bot has it back', () => rig.channel.givenBack.length === 1);
  });

  it('does not take the dead session of an earlier route for a new one', async () => {
    desk.adopt = (sessionKey) => ({ sessionKey });
    await rig.handOff([{ provider: 'fake' }, { provider: 'fake' }]);
    await rig.until('the desk has it', () => desk.opened.length === 1);
    desk.fail('open', { code: 'timedOut', delivered: 'unknown' });
    await rig.relay.receive('fake', [desk.event({ kind: 'failed', reason: 'noAgentAvailable' }, 's1', 'h1')]);
    await rig.until('the second route is tried', () => rig.channel.kinds().includes('nextRoute'));
    await rig.relay.receive('fake', [desk.event({ kind: 'ended', by: 'system' }, 's1', 'h1')]);
    await rig.advanceUntil('the desk is asked again', () => desk.opened.length === 2);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined' }, 's2')]);
    await rig.until('somebody joined', () => rig.channel.kinds().includes('agentJoined'));
  });

  it('closes a session that turns up beside the one in use', async () => {
    desk.adopt = (sessionKey) => ({ sessionKey });
    await connect();
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined' }, 's0', 'h1')]);
    await rig.until('nobody waits there', () => desk.closed.length === 1);
    expect(desk.closed).toEqual([{ sessionKey: 's0', reason: 'afterEnd' }]);
    await rig.say('here');
    await rig.until('the chat goes on', () => desk.received.length === 1);
  });

  it('tries the next route when the desk drops a chat that nobody took', async () => {
    await rig.handOff([{ provider: 'fake' }, { provider: 'other' }]);
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'ended', by: 'system', reason: 'idle' })]);
    await rig.until('the other desk has it', () => other.opened.length === 1);
  });

  it('leaves a store in peace that can be read but not written, and goes on when it can', async () => {
    await connect();
    const { links } = rig.store;
    const { update, beginAttempt } = links;
    let refused = 0;
    let isDown = true;
    const guard =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> => {
        if (!isDown) return call.apply(links, args);
        refused += 1;
        return Promise.reject(unavailable());
      };
    Object.assign(links, { update: guard(update), beginAttempt: guard(beginAttempt) });
    await rig.say('written before');
    await rig.relay.receive('fake', [said('said before')]);
    await rig.relay.command('h1', 'customerLeft');
    await rig.clock.advance(10_000);
    expect(refused).toBeGreaterThan(5);
    expect(refused).toBeLessThan(100);
    isDown = false;
    await rig.advanceUntil('the bot has it back', () => rig.channel.givenBack.length === 1, 10_000);
    expect(rig.channel.texts()).toEqual(['said before']);
  });

  it('goes on when the store comes back after a minute', async () => {
    await connect();
    const { links } = rig.store;
    const { update, pending, unhandled, beginAttempt } = links;
    let isDown = true;
    const guard =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> =>
        isDown ? Promise.reject(unavailable()) : call.apply(links, args);
    Object.assign(links, {
      update: guard(update),
      pending: guard(pending),
      unhandled: guard(unhandled),
      beginAttempt: guard(beginAttempt),
    });
    await rig.say('written before');
    await rig.relay.receive('fake', [said('said before')]);
    await rig.clock.advance(60_000);
    expect(rig.clock.pending).toBeLessThan(40);
    isDown = false;
    await rig.advanceUntil('both arrive', () => desk.received.length === 1 && rig.channel.texts().length === 1, 5_000);
  });
});
