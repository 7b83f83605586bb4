import type { HandoffEvent } from '../../../handoff/events';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

describe('routes of a skill', () => {
  let first: FakeDesk;
  let second: FakeDesk;
  let rig: RelayRig;
  const both = [{ provider: 'first' }, { provider: 'second' }];
  const failed: Partial<HandoffEvent> & { kind: 'failed' } = { kind: 'failed', reason: 'noAgentAvailable' };

  beforeEach(async () => {
    first = new FakeDesk('first');
    second = new FakeDesk('second');
    rig = await RelayRig.start([first, second]);
  });
  afterEach(() => rig.stop());

  const secondJoins = async () => {
    await rig.advanceUntil('the second desk has it', () => second.opened.length === 1);
    await rig.relay.receive('second', [second.event({ kind: 'agentJoined', agentName: 'Ola' })]);
    await rig.until('somebody joined', () => rig.channel.kinds().includes('agentJoined'));
  };

  it.each([
    ['is closed', () => Object.assign(first, { availability: { available: false, reason: 'closed' } })],
    ['refuses', () => first.fail('open', { code: 'rejected', retriable: false })],
    ['has nobody', () => first.fail('open', { code: 'unavailable', retriable: false })],
    ['is down', () => first.fail('open', {}, 10)],
    ['has a fault of ours', () => first.fail('open', { code: 'invalid', retriable: false })],
  ])('go on to the next desk when the first %s', async (_what, arrange) => {
    arrange();
    await rig.handOff(both);
    await secondJoins();
    expect(rig.channel.kinds()).toEqual(['nextRoute', 'queued', 'agentJoined']);
  });

  it('go on when nobody accepts in time, and the first desk is told to forget it', async () => {
    await rig.handOff(both);
    await rig.say('waiting');
    await secondJoins();
    expect(first.closed).toEqual([{ sessionKey: 's1', reason: 'notAccepted' }]);
    await rig.say('still here');
    await rig.until('the second desk has what came later', () => second.received.length === 1);
    expect(second.received[0]?.text).toBe('still here');
  });

  it('do not listen to a desk that was left', async () => {
    await rig.handOff(both);
    await rig.until('the first desk has it', () => first.opened.length === 1);
    await rig.relay.receive('first', [first.event(failed)]);
    await secondJoins();
    await rig.relay.receive('first', [first.event({ kind: 'agentMessage', text: 'too late', attachments: [], cards: [] })]);
    await rig.relay.receive('second', [second.event({ kind: 'agentMessage', text: 'in time', attachments: [], cards: [] })]);
    await rig.until('the second is heard', () => rig.channel.texts().length > 0);
    expect(rig.channel.texts()).toEqual(['in time']);
  });

  it('end in a failure that says the last reason, when no desk takes it', async () => {
    first.availability = { available: false, reason: 'noAgents' };
    second.availability = { available: false, reason: 'closed' };
    await rig.handOff(both);
    await rig.advanceUntil('it failed', () => rig.channel.kinds().includes('failed'));
    expect(rig.channel.last()).toEqual({ kind: 'failed', reason: 'closed' });
    expect(await rig.relay.find('test|h1')).toBeUndefined();
  });

  it('end at once when the customer leaves while a desk is being asked', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const open = first.open.bind(first);
    first.open = async (request) => {
      asked.resolve();
      await answer.promise;
      return open(request);
    };
    await rig.handOff(both);
    await asked.promise;
    await rig.relay.command('h1', 'customerLeft');
    await rig.until('the bot has it back', async () => (await rig.relay.find('test|h1')) === undefined);
    answer.resolve();
    await rig.until('the late session is closed', () => first.closed.length === 1);
    expect(rig.channel.kinds()).toEqual(['ended']);
    expect(second.opened).toEqual([]);
  });

  it('find a session whose opening was never answered by the events that name the handoff', async () => {
    first.adopt = (sessionKey) => ({ sessionKey });
    first.fail('open', { code: 'timedOut', delivered: 'unknown' }, 1, true);
    await rig.handOff(both);
    await rig.until('the first desk was asked', () => first.opened.length === 1);
    await rig.relay.receive('first', [first.event({ kind: 'queued', position: 2 }, 's1', 'h1')]);
    await rig.relay.receive('first', [first.event({ kind: 'agentJoined', agentName: 'Kim' }, 's1')]);
    await rig.advanceUntil('the agent is there', () => rig.channel.kinds().includes('agentJoined'));
    await rig.say('hello');
    await rig.until('the message arrives', () => first.received.length === 1);
    expect([first.opened.length, second.opened.length]).toEqual([1, 0]);
  });

  it('ask again when no event of an unanswered opening comes', async () => {
    first.adopt = (sessionKey) => ({ sessionKey });
    first.fail('open', { code: 'timedOut', delivered: 'unknown' });
    await rig.handOff(both);
    await rig.advanceUntil('it is asked again', () => first.opened.length === 1);
    await rig.relay.receive('first', [first.event({ kind: 'agentJoined' })]);
    await rig.until('somebody joined', () => rig.channel.kinds().includes('agentJoined'));
  });
});
