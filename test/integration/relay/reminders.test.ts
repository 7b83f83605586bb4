import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

const minute = 60_000;
const patience = { remindAfterInMs: 5 * minute, idleForInMs: 15 * minute };

describe('a customer who falls silent', () => {
  let desk: FakeDesk;
  let rig: RelayRig;
  const agentSays = async (text: string) => {
    await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text, attachments: [], cards: [] })]);
    await rig.until(`the customer read ${text}`, () => rig.channel.texts().includes(text));
  };
  const customerSays = async (text: string) => {
    await rig.say(text);
    await rig.until(`the agent read ${text}`, () => desk.received.some((message) => message.text === text));
  };
  const reminders = () => rig.channel.delivered.filter(({ delivery }) => delivery.kind === 'reminder');
  const notes = () => desk.received.filter(({ author }) => author === 'bot').map(({ text }) => text);
  const begin = async (options: object = patience, capabilities = {}) => {
    desk = new FakeDesk('fake', capabilities);
    rig = await RelayRig.start([desk], options);
    await rig.handOff([{ acceptWithinInMs: 30 * minute }]);
    await rig.until('the desk has it', () => desk.opened.length === 1);
  };
  const connect = async (options?: object) => {
    await begin(options);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('they are connected', () => rig.channel.kinds().includes('agentJoined'));
  };
  afterEach(() => rig.stop());

  it('is asked once whether they are still there, and the agent reads that they were', async () => {
    await connect();
    await customerSays('hello');
    await agentSays('which card?');
    await rig.clock.advance(4 * minute);
    expect(reminders()).toEqual([]);
    await rig.advanceUntil('the reminder', () => reminders().length === 1, 2 * minute, 1_000);
    expect(reminders()[0]?.delivery).toEqual({ kind: 'reminder', endsInMs: expect.closeTo(10 * minute, -4) });
    await rig.until('the note', () => notes().length === 1);
    expect(notes()[0]).toMatch(/still there/);
    await agentSays('are you there?');
    await rig.clock.advance(9 * minute);
    expect(reminders()).toHaveLength(1);
  });

  it('is asked again only after they have written', async () => {
    await connect();
    await agentSays('one');
    await rig.advanceUntil('the first', () => reminders().length === 1, 6 * minute, 1_000);
    await customerSays('I am still here');
    await rig.clock.advance(10 * minute);
    expect(reminders()).toHaveLength(1);
    await agentSays('two');
    await rig.advanceUntil('the second', () => reminders().length === 2, 6 * minute, 1_000);
    expect(new Set(reminders().map(({ context }) => context.deliveryId)).size).toBe(2);
  });

  it('is not asked while the agent is the one who is awaited', async () => {
    await connect();
    await agentSays('which card?');
    await rig.clock.advance(4 * minute);
    await customerSays('the blue one');
    await rig.clock.advance(10 * minute);
    expect(reminders()).toEqual([]);
  });

  it('is not asked while what they wrote waits for a desk that is down', async () => {
    await connect({ ...patience, sendForInMs: 60 * minute });
    await agentSays('which card?');
    desk.fail('send', {}, 10_000);
    await rig.say('the blue one');
    await rig.clock.advance(20 * minute);
    expect(reminders()).toEqual([]);
    expect(rig.channel.kinds()).not.toContain('ended');
  });

  it('is never asked unless the settings say so', async () => {
    await connect({ idleForInMs: 60 * minute });
    await agentSays('which card?');
    await rig.clock.advance(50 * minute);
    expect(reminders()).toEqual([]);
  });

  it('is asked once also when the process dies in between', async () => {
    await connect();
    await agentSays('which card?');
    await rig.clock.advance(minute);
    await rig.crash();
    await rig.clock.advance(5 * minute);
    await rig.boot();
    await rig.advanceUntil('the reminder', () => reminders().length === 1, 2 * minute, 1_000);
    await rig.until('the note', () => notes().length === 1);
    await rig.crash();
    await rig.clock.advance(minute);
    await rig.boot();
    await rig.clock.advance(minute);
    expect([reminders().length, notes().length]).toEqual([1, 1]);
  });

  it('and an agent who does not write either are told that the chat ends, and why', async () => {
    await connect();
    await agentSays('which card?');
    await rig.advanceUntil('the end', () => rig.channel.kinds().includes('ended'), 17 * minute, 1_000);
    expect(rig.channel.last()).toMatchObject({ kind: 'ended', by: 'system', reason: 'inactive', wasConnected: true });
    await rig.until('the desk is released', () => desk.closed.length === 1);
    expect(desk.closed).toEqual([{ sessionKey: 's1', reason: 'inactive' }]);
    expect(notes().at(-1)).toMatch(/nothing was written/);
    expect(notes()).toHaveLength(2);
  });

  it('keeps the chat open by writing, and so does the agent', async () => {
    await connect({ idleForInMs: 15 * minute });
    for (let turn = 0; turn < 4; turn += 1) {
      await rig.clock.advance(10 * minute);
      await (turn % 2 ? agentSays(`agent ${turn}`) : customerSays(`customer ${turn}`));
    }
    expect(rig.channel.kinds()).not.toContain('ended');
  });

  it('may wait for an agent for as long as the route allows', async () => {
    await begin({ ...patience, idleForInMs: 5 * minute });
    await rig.clock.advance(25 * minute);
    expect(rig.channel.kinds()).toEqual(['queued']);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined' })]);
    await rig.until('they are connected', () => rig.channel.kinds().includes('agentJoined'));
    await rig.clock.advance(4 * minute);
    expect(rig.channel.kinds()).not.toContain('ended');
    await rig.advanceUntil('the end', () => rig.channel.kinds().includes('ended'), 3 * minute, 1_000);
  });
});

describe('a chat the agent puts aside', () => {
  let desk: FakeDesk;
  let rig: RelayRig;
  const kindsAfter = (count: number) => rig.channel.kinds().slice(count);

  beforeEach(async () => {
    desk = new FakeDesk();
    rig = await RelayRig.start([desk], patience);
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text: 'wait', attachments: [], cards: [] })]);
    await rig.relay.receive('fake', [desk.event({ kind: 'paused' })]);
    await rig.until('the customer knows', () => rig.channel.kinds().includes('paused'));
  });
  afterEach(() => rig.stop());

  it('waits again when the customer writes, until somebody has it', async () => {
    const before = rig.channel.delivered.length;
    await rig.say('I am back');
    await rig.until('it waits', () => kindsAfter(before).includes('queued'));
    expect((await rig.relay.get('h1'))?.state).toBe('queued');
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('somebody has it', () => kindsAfter(before).includes('agentJoined'));
    await rig.say('hello again');
    await rig.until('the agent reads on', () => desk.received.length === 2);
    expect(kindsAfter(before)).toEqual(['queued', 'agentJoined']);
  });

  it('ends when nobody takes it up in time, and the customer is told', async () => {
    await rig.say('I am back');
    await rig.advanceUntil('the end', () => rig.channel.kinds().includes('ended'), 2 * minute);
    expect(rig.channel.last()).toMatchObject({ kind: 'ended', by: 'system', reason: 'timedOut', wasConnected: true });
    await rig.until('the desk is released', () => desk.closed.length === 1);
    expect(desk.closed[0]?.reason).toBe('notAccepted');
  });

  it('waits again also when a process that dies had sent the message', async () => {
    desk.fail('send', { delivered: 'unknown' }, 1, true);
    await rig.say('I am back');
    await rig.until('it was sent', () => desk.received.length === 1);
    await rig.crash();
    await rig.boot();
    await rig.advanceUntil('it waits', () => rig.channel.kinds().at(-1) === 'queued', minute);
    expect(desk.received).toHaveLength(1);
  });

  it('reminds nobody and keeps the desk quiet, however long it lies', async () => {
    await rig.advanceUntil('the end', () => rig.channel.kinds().includes('ended'), 16 * minute, 1_000);
    expect(rig.channel.last()).toMatchObject({ reason: 'inactive' });
    expect(rig.channel.kinds()).not.toContain('reminder');
    expect(desk.received).toEqual([]);
  });

  it('goes on when the agent does, and is told once only', async () => {
    const before = rig.channel.delivered.length;
    await rig.relay.receive('fake', [desk.event({ kind: 'paused' })]);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text: 'here I am', attachments: [], cards: [] })]);
    await rig.until('the customer hears it', () => rig.channel.texts().includes('here I am'));
    expect(kindsAfter(before)).toEqual(['agentJoined', 'agentMessage']);
    await rig.say('good');
    await rig.until('the agent reads it', () => desk.received.length === 1);
    expect((await rig.relay.get('h1'))?.state).toBe('connected');
  });
});
