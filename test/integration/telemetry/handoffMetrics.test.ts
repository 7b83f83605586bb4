import { ChannelError } from '../../../relay/delivery';
import { CountedMetrics } from '../../support/countedMetrics';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

describe('the metrics of handoffs', () => {
  let desk: FakeDesk;
  let other: FakeDesk;
  let rig: RelayRig;
  let metrics: CountedMetrics;

  beforeEach(async () => {
    metrics = CountedMetrics.start();
    desk = new FakeDesk();
    other = new FakeDesk('other');
    rig = await RelayRig.start([desk, other]);
  });
  afterEach(async () => {
    await rig.stop();
    metrics.stop();
  });

  const opened = async () => {
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
  };
  const connect = async () => {
    await opened();
    await rig.clock.advance(12_000);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('the customer reads who joined', () => rig.channel.kinds().includes('agentJoined'));
  };

  it('tell who was asked, who came, how long that took, and who ended it', async () => {
    await connect();
    expect(metrics.count('switchboard.handoffs.requested', { skill: 'cards', provider: 'fake' })).toBe(1);
    expect(metrics.count('switchboard.handoffs.accepted', { provider: 'fake' })).toBe(1);
    expect(metrics.values('switchboard.handoff.wait', { provider: 'fake' })).toEqual([12]);
    expect(await metrics.gauge('switchboard.links.open')).toEqual({ 'fake connected': 1 });
    await rig.clock.advance(30_000);
    await rig.relay.receive('fake', [desk.event({ kind: 'ended', by: 'agent' })]);
    await rig.advanceUntil('the bot has it back', () => rig.channel.givenBack.length === 1);
    expect(metrics.count('switchboard.handoffs.ended', { provider: 'fake', by: 'agent', accepted: 'true' })).toBe(1);
    expect(metrics.values('switchboard.handoff.duration')).toEqual([30]);
    await rig.until('the link is finished', async () => Object.keys(await metrics.gauge('switchboard.links.open')).length === 0);
  });

  it('tell a customer who left before anybody came', async () => {
    await opened();
    await rig.relay.command('h1', 'customerLeft');
    await rig.advanceUntil('the bot has it back', () => rig.channel.givenBack.length === 1);
    expect(metrics.count('switchboard.handoffs.ended', { provider: 'fake', by: 'customer', accepted: 'false' })).toBe(1);
    expect(metrics.values('switchboard.handoff.wait')).toEqual([]);
  });

  it('tell each desk that did not take it, and the failure once', async () => {
    desk.availability = { available: false, reason: 'closed' };
    await rig.handOff([{ provider: 'fake' }, { provider: 'other', acceptWithinInMs: 5_000 }]);
    await rig.advanceUntil('the other desk has it', () => other.opened.length === 1);
    await rig.advanceUntil('the bot has it back', () => rig.channel.givenBack.length === 1);
    expect(metrics.count('switchboard.handoffs.rerouted', { provider: 'fake', reason: 'closed' })).toBe(1);
    expect(metrics.count('switchboard.handoffs.failed', { provider: 'other', reason: 'timedOut' })).toBe(1);
    expect(metrics.count('switchboard.handoffs.ended', { provider: 'other', by: 'system', accepted: 'false' })).toBe(0);
  });

  it('tell calls, retries and how long messages took', async () => {
    await connect();
    desk.fail('send', {}, 2);
    rig.channel.failures = [new ChannelError('503', true)];
    await rig.say('hello');
    await rig.advanceUntil('the desk has it', () => desk.received.length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text: 'hi', attachments: [], cards: [] })]);
    await rig.advanceUntil('the customer has it', () => rig.channel.texts().length === 1);
    expect(metrics.count('switchboard.retries', { what: 'send' })).toBe(2);
    expect(metrics.count('switchboard.retries', { what: 'deliver' })).toBe(1);
    expect(metrics.values('switchboard.desk.call.duration', { operation: 'send', outcome: 'outage' })).toHaveLength(2);
    expect(metrics.values('switchboard.desk.call.duration', { operation: 'send', outcome: 'ok' })).toHaveLength(1);
    expect(metrics.count('switchboard.desk.events', { provider: 'fake', kind: 'agentMessage' })).toBe(1);
    await rig.until('both are told', () => metrics.values('switchboard.relay.latency').length === 2);
    const [toDesk = 0] = metrics.values('switchboard.relay.latency', { direction: 'toDesk' });
    // Two pauses of the fake clock, which also is what the product added.
    expect(toDesk).toBeGreaterThan(0.5);
    expect(metrics.values('switchboard.relay.added', { direction: 'toDesk' })).toEqual([toDesk]);
  });

  it('leave out messages that only waited for somebody to be there', async () => {
    const patient = new FakeDesk('patient', { acceptsWhileQueued: false });
    await rig.stop();
    rig = await RelayRig.start([patient]);
    await rig.handOff();
    await rig.until('the desk has it', () => patient.opened.length === 1);
    await rig.say('is anybody there?');
    await rig.clock.advance(20_000);
    await rig.relay.receive('patient', [patient.event({ kind: 'agentJoined' })]);
    await rig.until('the agent reads it', () => patient.received.length === 1);
    await rig.say('hello');
    await rig.until('the agent reads on', () => metrics.values('switchboard.relay.latency').length > 0);
    expect(Math.max(...metrics.values('switchboard.relay.latency'))).toBeLessThan(1);
  });

  it('tell what was given up, and how the desk stands', async () => {
    await connect();
    expect(await metrics.gauge('switchboard.desk.circuit')).toEqual({ fake: 0 });
    desk.fail('send', { retriable: false, code: 'rejected' });
    await rig.say('never');
    await rig.until('the customer is told', () => rig.channel.kinds().includes('undelivered'));
    rig.channel.failures = [new ChannelError('410', false)];
    await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text: 'gone', attachments: [], cards: [] })]);
    await rig.until('it is given up', () => metrics.count('switchboard.dead_letters', { where: 'toCustomer' }) === 1);
    expect(metrics.count('switchboard.dead_letters', { where: 'toDesk' })).toBe(1);
    desk.fail('send', { code: 'rateLimited', retryAfterInMs: 60_000 });
    await rig.say('too fast');
    await rig.until('the desk is spared', async () => (await metrics.gauge('switchboard.desk.circuit'))['fake'] === 1);
  });
});
