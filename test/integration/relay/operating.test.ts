import type { JsonObject } from '../../../common/json';
import type { HandoffRequest } from '../../../handoff/request';
import { requeue } from '../../../relay/operating/requeue';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

/** A desk whose answers come when the test says so. */
class HangingDesk extends FakeDesk {
  private answers: (() => void)[] = [];
  isHanging = true;

  get waiting(): number {
    return this.answers.length;
  }

  /** Everything that waits is done now. */
  answer(): void {
    for (const answer of this.answers.splice(0)) answer();
  }

  override async open(request: HandoffRequest): Promise<{ session: JsonObject & { sessionKey: string }; sessionKey: string }> {
    if (this.isHanging) await new Promise<void>((resolve) => this.answers.push(resolve));
    return super.open(request);
  }
}

describe('what an operator does to a handoff', () => {
  let rig: RelayRig;
  const first = new FakeDesk('first');
  let second: FakeDesk;
  let desks: FakeDesk[];
  const orders = { off: new Set<string>(), isSwitchedOff: (desk: string) => orders.off.has(desk), isDraining: () => false };
  const routes = () => desks.map(({ name }) => ({ provider: name }));
  const send = (routeIndex: number) => requeue({ store: rig.store.links, clock: rig.clock }, 'h1', routeIndex);
  const link = async () => (await rig.relay.get('h1'))!;

  const begin = async (...given: FakeDesk[]) => {
    desks = given;
    rig = await RelayRig.start(given, {}, undefined, orders);
    await rig.handOff(routes());
  };
  beforeEach(() => {
    orders.off.clear();
    second = new FakeDesk('second');
  });
  afterEach(() => rig.stop());

  it('sends a chat with an agent on to the next desk, with all that was said so far', async () => {
    const desk = new FakeDesk('first');
    await begin(desk, second);
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.relay.receive('first', [desk.event({ kind: 'agentJoined', agentName: 'Alex' })]);
    await rig.say('my number is 7');
    await rig.until('the agent has it', () => desk.received.length === 1);
    await rig.clock.advance(60_000);
    await send(1);
    await rig.until('the other desk has it', () => second.opened.length === 1);
    await rig.until('the first session is closed', () => desk.closed.length === 1);
    expect(desk.closed).toEqual([{ sessionKey: 's1', reason: 'operator' }]);
    expect(rig.channel.kinds()).toContain('nextRoute');
    expect(rig.readUntil.at(-1)).toBe(new Date(rig.clock.now()).toISOString());
    expect(second.received).toEqual([]);
    // Nobody of before has a say any more, and the next agent is heard.
    await rig.relay.receive('first', [desk.event({ kind: 'ended', by: 'agent' })]);
    await rig.relay.receive('second', [second.event({ kind: 'agentMessage', text: 'hello', attachments: [], cards: [] })]);
    await rig.until('the customer reads the agent', () => rig.channel.texts().includes('hello'));
    expect((await link()).state).toBe('connected');
  });

  it('frees a customer from a desk that does not answer, and closes what it opens in the end', async () => {
    const hanging = new HangingDesk('first');
    await begin(hanging, second);
    await rig.until('the desk is asked', () => hanging.waiting === 1);
    await send(1);
    await rig.until('the other desk has it', () => second.opened.length === 1);
    hanging.answer();
    await rig.until('the late session is closed', () => hanging.closed.length === 1);
    expect(hanging.closed[0]?.reason).toBe('operator');
    await rig.relay.receive('second', [second.event({ kind: 'agentJoined' })]);
    await rig.until('the agent is there', async () => (await link()).state === 'connected');
  });

  it('ends a handoff whose desk does not answer: the customer is told at once', async () => {
    const hanging = new HangingDesk('first');
    await begin(hanging);
    await rig.until('the desk is asked', () => hanging.waiting === 1);
    await rig.relay.command('h1', 'operatorEnded');
    await rig.until('the customer is back', () => rig.channel.givenBack.includes('h1'));
    expect(rig.channel.last()).toMatchObject({ kind: 'ended', by: 'system' });
    hanging.answer();
    await rig.until('the late session is closed', () => hanging.closed.length === 1);
  });

  it('can begin anew at the same desk, as often as is wished, each with its notice', async () => {
    const desk = new FakeDesk('first');
    await begin(desk, second);
    await rig.until('the desk has it', () => desk.opened.length === 1);
    for (const times of [2, 3]) {
      await send(0);
      await rig.until('the desk has it again', () => desk.opened.length === times);
    }
    await rig.until('the sessions are closed', () => desk.closed.length === 2);
    await rig.until('the notices are there', () => rig.channel.kinds().filter((kind) => kind === 'nextRoute').length === 2);
    await rig.relay.receive('first', [desk.event({ kind: 'agentMessage', text: 'old', attachments: [], cards: [] }, 's1')]);
    await rig.relay.receive('first', [desk.event({ kind: 'agentMessage', text: 'new', attachments: [], cards: [] }, 's3')]);
    await rig.until('the agent is heard', () => rig.channel.texts().includes('new'));
    expect(rig.channel.texts()).toEqual(['new']);
  });

  it('carries a message the old desk does not take to the next one', async () => {
    const desk = new FakeDesk('first');
    await begin(desk, second);
    await rig.until('the desk has it', () => desk.opened.length === 1);
    desk.fail('send', { code: 'outage' }, 50);
    await rig.clock.advance(1_000);
    await rig.say('are you there?');
    await rig.until('it was tried', () => desk.failures.length < 50);
    await send(1);
    await rig.until('the other desk has it', () => second.opened.length === 1);
    await rig.advanceUntil('the message is there', () => second.received.length === 1);
    expect(second.received.map(({ text }) => text)).toEqual(['are you there?']);
    // It comes as a message, so it is left out of what was said before.
    expect(Date.parse(rig.readUntil.at(-1)!)).toBeLessThan(Date.parse(second.received[0]!.at));
  });

  it('does nothing to one that is over, or to a route that is not there', async () => {
    const desk = new FakeDesk('first');
    await begin(desk);
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await send(4);
    await rig.relay.command('h1', 'operatorEnded');
    await rig.until('it is over', () => rig.channel.givenBack.includes('h1'));
    await send(0);
    expect(desk.opened).toHaveLength(1);
    expect(rig.channel.kinds()).not.toContain('nextRoute');
  });

  it('skips a desk that is switched off, and leaves its running chats alone', async () => {
    orders.off.add('first');
    await begin(first, second);
    await rig.advanceUntil('the other desk has it', () => second.opened.length === 1);
    expect(first.opened).toEqual([]);
    orders.off.add('second');
    await rig.relay.receive('second', [second.event({ kind: 'agentJoined' })]);
    await rig.say('still here');
    await rig.until('the agent has it', () => second.received.length === 1);
  });

  it('skips it also between two attempts, and tells the customer when nobody else is there', async () => {
    const desk = new FakeDesk('first');
    desk.fail('open', {}, 10);
    await begin(desk);
    await rig.until('it was tried', async () => (await link()).data.troubles !== undefined);
    orders.off.add('first');
    await rig.advanceUntil('the customer is told', () => rig.channel.givenBack.includes('h1'));
    expect(rig.channel.last()).toEqual({ kind: 'failed', reason: 'noAgentAvailable' });
    expect((await link()).data.troubles).toMatchObject([{ desk: 'first', call: 'open', code: 'outage', times: 1 }]);
  });
});
