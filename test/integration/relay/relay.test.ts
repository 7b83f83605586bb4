import { ChannelError } from '../../../relay/delivery';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

describe('the relay', () => {
  let desk: FakeDesk;
  let rig: RelayRig;
  const joined = async () => {
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('the customer reads who joined', () => rig.channel.kinds().includes('agentJoined'));
  };
  const connect = async () => {
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await joined();
  };

  beforeEach(async () => {
    desk = new FakeDesk();
    rig = await RelayRig.start([desk]);
  });
  afterEach(() => rig.stop());

  it('carries a chat from the request to the end', async () => {
    rig.transcript.push({ at: '2026-01-05T08:59:00.000Z', from: 'customer', text: 'my card is lost' });
    await connect();
    expect(desk.opened[0]).toMatchObject({ id: 'h1', target: { queueId: 'q' }, transcript: rig.transcript });
    expect(await rig.say('hello')).toBe('accepted');
    await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text: 'hi Ann', attachments: [], cards: [] })]);
    await rig.until('both have read', () => desk.received.length === 1 && rig.channel.texts().length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'ended', by: 'agent' })]);
    await rig.advanceUntil('the bot has it back', () => rig.channel.givenBack.length === 1);
    expect(await rig.relay.find('test|h1')).toBeUndefined();
    expect(rig.channel.kinds()).toEqual(['queued', 'agentJoined', 'agentMessage', 'ended']);
    expect(rig.channel.last()).toEqual({ kind: 'ended', by: 'agent', agentName: 'Kim', wasConnected: true });
    await rig.until('the desk is released', () => desk.closed.length === 1);
    expect(desk.closed[0]).toEqual({ sessionKey: 's1', reason: 'afterEnd' });
  });

  it('takes a repeated message and a repeated event once', async () => {
    await connect();
    expect(await rig.say('once', 'h1', 'same')).toBe('accepted');
    expect(await rig.say('once', 'h1', 'same')).toBe('duplicate');
    const event = desk.event({ kind: 'agentMessage', text: 'once', attachments: [], cards: [] });
    await rig.relay.receive('fake', [event, event]);
    await rig.relay.receive('fake', [event]);
    await rig.say('last');
    await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text: 'last', attachments: [], cards: [] })]);
    await rig.until('the last ones are there', () => desk.received.length >= 2 && rig.channel.texts().length >= 2);
    expect(desk.received.map(({ text }) => text)).toEqual(['once', 'last']);
    expect(rig.channel.texts()).toEqual(['once', 'last']);
  });

  it('keeps the order in both directions while calls fail', async () => {
    await connect();
    desk.fail('send', {}, 3);
    rig.channel.failures = [new ChannelError('503', true), new ChannelError('503', true)];
    const texts = Array.from({ length: 10 }, (_, n) => `m${n}`);
    for (const text of texts) await rig.say(text);
    for (const text of texts)
      await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text, attachments: [], cards: [] })]);
    await rig.advanceUntil('all arrived', () => desk.received.length === 10 && rig.channel.texts().length === 10);
    expect(desk.received.map(({ text }) => text)).toEqual(texts);
    expect(rig.channel.texts()).toEqual(texts);
  });

  it('tells the customer what could not be sent, and goes on', async () => {
    await connect();
    desk.fail('send', { code: 'invalid', retriable: false });
    await rig.say('impossible');
    await rig.say('possible');
    await rig.until('the second arrived', () => desk.received.length === 1);
    await rig.until('the first is reported', () => rig.channel.kinds().includes('undelivered'));
    expect(rig.channel.last()).toMatchObject({ kind: 'undelivered', messages: [{ text: 'impossible' }] });
  });

  it('gives up a message after its time and says so', async () => {
    await connect();
    desk.fail('send', {}, 1000);
    await rig.say('never');
    await rig.advanceUntil('it is reported', () => rig.channel.kinds().includes('undelivered'));
    desk.failures = [];
    await rig.say('again');
    await rig.advanceUntil('the next one arrives', () => desk.received.length === 1);
    expect(desk.received[0]?.text).toBe('again');
  });

  it('sends a given-up message again when the customer wants it', async () => {
    await connect();
    desk.fail('send', { code: 'invalid', retriable: false });
    await rig.say('once more', 'h1', 'c-again');
    await rig.until('it is reported', () => rig.channel.kinds().includes('undelivered'));
    expect(rig.channel.last()).toMatchObject({ canRetry: true, messages: [{ id: 'c-again' }] });
    expect(await rig.relay.deadLetters(10)).toMatchObject([
      { linkId: 'h1', direction: 'toDesk', messageId: 'c-again', isOpen: true },
    ]);
    expect(JSON.stringify(await rig.relay.deadLetters(10))).not.toContain('once more');
    expect(await rig.relay.retry('h1', 'toDesk', 'c-again')).toBe('pending');
    await rig.until('it arrived', () => desk.received.length === 1);
    await rig.until('nothing is given up', async () => (await rig.relay.deadLetters(10)).length === 0);
    expect(await rig.relay.retry('h1', 'toDesk', 'c-again')).toBe('unknown');
    await rig.relay.command('h1', 'customerLeft');
    await rig.until('the bot has it back', async () => (await rig.relay.find('test|h1')) === undefined);
  });

  it('leaves a desk that is down alone, and says nothing wrong about it', async () => {
    await connect();
    let calls = 0;
    const send = desk.send.bind(desk);
    desk.send = (session, message) => {
      calls += 1;
      return send(session, message);
    };
    desk.fail('send', {}, 1_000);
    await rig.say('through the outage');
    await rig.clock.advance(100_000);
    desk.failures = [];
    await rig.advanceUntil('it arrived', () => desk.received.length === 1);
    expect(calls).toBeLessThan(20);
    expect(rig.channel.kinds()).not.toContain('undelivered');
  });

  it('asks the desk before it repeats a message whose outcome is unknown', async () => {
    desk.capabilities.deduplicatesMessages = false;
    desk.wasDelivered = async (_session, message) => desk.received.some(({ id }) => id === message.id);
    await connect();
    desk.fail('send', { delivered: 'unknown', code: 'timedOut' }, 1, true);
    await rig.say('only once');
    await rig.say('next');
    await rig.advanceUntil('both arrived', () => desk.received.length >= 2);
    expect(desk.received.map(({ text }) => text)).toEqual(['only once', 'next']);
  });

  it('holds messages for a desk that takes none before an agent is there', async () => {
    desk.capabilities.acceptsWhileQueued = false;
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.say('early');
    await rig.clock.advance(5_000);
    expect(desk.received).toEqual([]);
    await joined();
    await rig.until('it is sent', () => desk.received.length === 1);
  });

  it('lets the customer leave at any time and closes the session at the desk', async () => {
    await connect();
    await rig.relay.command('h1', 'customerLeft');
    await rig.relay.command('h1', 'customerLeft');
    await rig.until('the bot has it back', async () => (await rig.relay.find('test|h1')) === undefined);
    expect(rig.channel.last()).toMatchObject({ kind: 'ended', by: 'customer', wasConnected: true });
    await rig.until('the desk knows', () => desk.closed.length === 1);
    expect(desk.closed).toEqual([{ sessionKey: 's1', reason: 'customerLeft' }]);
    expect(await rig.say('too late')).toBe('closed');
  });

  it('names the messages that an ended chat left undelivered, before it says that it ended', async () => {
    await connect();
    desk.fail('send', {}, 1000);
    await rig.say('stuck');
    await rig.relay.receive('fake', [desk.event({ kind: 'ended', by: 'agent' })]);
    await rig.advanceUntil('it ended', () => rig.channel.kinds().includes('ended'));
    expect(rig.channel.kinds().slice(-2)).toEqual(['undelivered', 'ended']);
  });

  it('waits for a successor when the agent left, then asks the desk, then ends', async () => {
    await connect();
    desk.status = 'connected';
    await rig.relay.receive('fake', [desk.event({ kind: 'agentLeft' })]);
    await rig.clock.advance(6_000);
    expect(rig.channel.kinds()).not.toContain('ended');
    desk.status = 'ended';
    await rig.relay.receive('fake', [desk.event({ kind: 'agentLeft' })]);
    await rig.advanceUntil('it ended', () => rig.channel.kinds().includes('ended'));
    expect(rig.channel.last()).toMatchObject({ by: 'agent', wasConnected: true });
  });

  it('keeps trying to close a session at a desk that is down, after the customer went on', async () => {
    await connect();
    desk.fail('close', {}, 3);
    await rig.relay.command('h1', 'customerLeft');
    await rig.until('the bot has it back', async () => (await rig.relay.find('test|h1')) === undefined);
    expect(desk.closed).toEqual([]);
    await rig.advanceUntil('the desk knows', () => desk.closed.length === 1);
  });

  it('tells the agent that a message could not be delivered, when the channel refuses it for good', async () => {
    await connect();
    rig.channel.failures = [new ChannelError('403', false)];
    await rig.relay.receive('fake', [desk.event({ kind: 'agentMessage', text: 'lost?', attachments: [], cards: [] })]);
    await rig.until('the agent reads it', () => desk.received.length === 1);
    expect(desk.received[0]).toMatchObject({ author: 'bot' });
  });

  it('shows typing both ways and writes none of it down', async () => {
    await connect();
    await rig.relay.receive('fake', [desk.event({ kind: 'agentTyping', isTyping: true })]);
    await rig.until('the customer sees it', () => rig.channel.typed.length === 1);
    rig.relay.typing('h1');
    rig.relay.typing('h1');
    await rig.until('the desk sees it', () => desk.typing.length === 1);
    await rig.clock.advance(7_000);
    expect(desk.typing).toEqual([true, false]);
  });

  it('opens one link for a conversation, however often it is asked', async () => {
    await connect();
    const again = await rig.relay.request({
      id: 'h2',
      conversationKey: 'test|h1',
      request: (await rig.relay.get('h1'))!.request,
    });
    expect(again).toMatchObject({ created: false, link: { id: 'h1' } });
  });

  it('ends a chat in which nobody says anything any more', async () => {
    await connect();
    await rig.advanceUntil('it ended', () => rig.channel.kinds().includes('ended'), 5 * 3_600_000, 60_000);
    expect(rig.channel.last()).toMatchObject({ by: 'system', reason: 'inactive' });
    expect(desk.closed).toEqual([{ sessionKey: 's1', reason: 'inactive' }]);
  });
});
