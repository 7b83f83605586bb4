import type { HandoffEvent } from '../../../handoff/events';
import {
  capabilities,
  createLiveAgentProvider,
  type LiveAgentSession,
  settingsSchema,
} from '../../../handoff/providers/live-agent';
import type { CustomerFile, CustomerMessage } from '../../../handoff/request';
import { type LiveAgentStandIn, type LiveAgentStandInOptions, startLiveAgentStandIn } from '../../../sandbox/live-agent';
import { Conversation, customerMessage, handoffRequest } from './conversation';
import { createTestDependencies, type ProviderHarness } from './harness';
import { once } from './messageSuite';
import { describeProvider } from './providerSuite';
import { until } from './waiting';

const never = new AbortController().signal;

interface LiveAgentHarness extends ProviderHarness {
  standIn: LiveAgentStandIn;
}

async function createHarness(options: LiveAgentStandInOptions = {}): Promise<LiveAgentHarness> {
  const standIn = await startLiveAgentStandIn({ pollHoldInMs: 2_000, ...options });
  const dependencies = createTestDependencies();
  return {
    standIn,
    provider: createLiveAgentProvider(settingsSchema.parse(standIn.env), dependencies),
    desk: standIn.desk,
    faults: standIn.faults,
    violations: standIn.violations,
    dependencies,
    target: { buttonId: '573000000000001AAA' },
    badTargets: [
      {},
      { buttonId: 573 },
      { buttonId: '572000000000001' },
      { buttonId: '573000000000001', agentId: 'somebody' },
      { buttonId: '573000000000001', fallback: true },
      { buttonId: '573000000000001', buttonOverrides: [] },
      { buttonId: '573000000000001', unheardOf: 1 },
    ],
    requests: { open: 'GET /chat/rest/System/SessionId', send: 'POST /chat/rest/Chasitor/ChatMessage' },
    answers: {
      // The vendor has neither keys to be wrong nor a limit; these are what a gateway before it would answer.
      unauthorized: { status: 401 },
      rateLimited: { status: 429 },
      outage: { status: 500 },
    },
    sendUnknownEvent: async (chatId) => standIn.push(chatId, 'SomethingNew', { of: 'some kind' }),
    close: standIn.close,
  };
}

describeProvider('live-agent', createHarness, { inbound: 'listen', capabilities });

describe('the live-agent provider, in what is special about it', () => {
  let harness: LiveAgentHarness;
  const open = async () => (await Conversation.open(harness)).accept();
  const said = (conversation: Conversation) => once(conversation.tap.of('agentMessage')).map(({ text }) => text);
  const texts = (conversation: Conversation) =>
    conversation.chat().entries.flatMap(({ from, text }) => (from === 'customer' ? [text] : []));
  const sessionOf = (conversation: Conversation) => conversation.session as LiveAgentSession;
  /** The agent says something new, and it arrives: whatever came before has been handled. */
  const settle = async (conversation: Conversation) => {
    await harness.desk.say(conversation.chatId, 'now then');
    await conversation.tap.next('agentMessage', ({ text }) => text === 'now then');
  };

  /** One attempt whose connection is cut; returns what it had reserved. */
  const attemptLost = async (conversation: Conversation, message: CustomerMessage, cut: 'before' | 'after') => {
    const reserved = harness.provider.reserve!(conversation.session, message, undefined);
    conversation.merge(reserved.session);
    harness.faults.add({ match: harness.requests.send, cut });
    const sending = harness.provider.send(conversation.session, message, reserved.reservation, never);
    await expect(sending).rejects.toMatchObject({ delivered: 'unknown', retriable: true });
    return reserved.reservation;
  };
  /** Listens, acknowledging as it goes, up to and including the first batch with such an event. */
  const listenFor = async (
    conversation: Conversation,
    kind: HandoffEvent['kind'],
    moved = false,
    provider = harness.provider,
  ) => {
    if (provider.inbound.kind !== 'listen') throw new Error('not a provider that listens');
    const events: HandoffEvent[] = [];
    for await (const batch of provider.inbound.listen(conversation.session, { moved }, never)) {
      conversation.merge(batch.session);
      events.push(...batch.events);
      if (batch.events.some((event) => event.kind === kind)) return events;
    }
    return events;
  };

  beforeEach(async () => {
    harness = await createHarness();
  });

  afterEach(async () => {
    const violations = [...harness.violations];
    await harness.close();
    await harness.dependencies.close();
    expect(violations).toEqual([]);
  });

  describe('when the chat moves to another server', () => {
    it('brings what the agent wrote in between once, and numbers go on from 1', async () => {
      const conversation = await open();
      await harness.desk.say(conversation.chatId, 'before');
      await conversation.tap.next('agentMessage');
      await conversation.send('one');
      harness.faults.add({ match: 'ReconnectSession', delayInMs: 50 });
      harness.standIn.moveServer(conversation.chatId);
      await harness.desk.say(conversation.chatId, 'meanwhile');
      await conversation.tap.next('agentMessage', ({ text }) => text === 'meanwhile');
      await conversation.send('two');
      await settle(conversation);
      expect(said(conversation)).toEqual(['before', 'meanwhile', 'now then']);
      expect(texts(conversation)).toEqual(['one', 'two']);
      expect(sessionOf(conversation)).toMatchObject({ epoch: 1, nextSequence: 2, sequenceEpoch: 1, sentMessages: 2 });
      await conversation.stop();
    });

    it('does not repeat a message that the new server has', async () => {
      const conversation = await open();
      await conversation.send('yes');
      const message = customerMessage({ text: 'yes' });
      const previous = await attemptLost(conversation, message, 'after');
      harness.standIn.moveServer();
      await settle(conversation);
      expect(harness.provider.reserve!(conversation.session, message, previous)).toMatchObject({ alreadyDelivered: true });
      await conversation.attempt(message, previous);
      await conversation.send('yes');
      expect(texts(conversation)).toEqual(['yes', 'yes', 'yes']);
      await conversation.stop();
    });

    it('repeats a message that the new server has not, even if an equal one came before', async () => {
      const conversation = await open();
      await conversation.send('yes');
      const message = customerMessage({ text: 'yes' });
      const previous = await attemptLost(conversation, message, 'before');
      harness.standIn.moveServer();
      await settle(conversation);
      await conversation.attempt(message, previous);
      expect(texts(conversation)).toEqual(['yes', 'yes']);
      await conversation.stop();
    });

    it('says `sessionMoved` to a send, and finds the chat when told so', async () => {
      const conversation = await open();
      await conversation.stop();
      harness.standIn.moveServer();
      await harness.desk.say(conversation.chatId, 'over here');
      const message = customerMessage({ text: 'where are you?' });
      await expect(conversation.attempt(message, undefined)).rejects.toMatchObject({ code: 'sessionMoved', retriable: true });
      expect(await listenFor(conversation, 'agentMessage', true)).toMatchObject([{ kind: 'agentMessage', text: 'over here' }]);
      await conversation.attempt(message, undefined);
      expect(texts(conversation)).toEqual(['where are you?']);
    });

    it('gives missed messages the same ids when the recovery is repeated', async () => {
      const conversation = await open();
      await conversation.stop();
      harness.standIn.moveServer();
      await harness.desk.say(conversation.chatId, 'over here');
      const before = conversation.session;
      const first = await listenFor(conversation, 'agentMessage', true);
      conversation.merge(before);
      expect(await listenFor(conversation, 'agentMessage', false)).toEqual(first);
    });

    it('listens on when the server says that nothing moved', async () => {
      const conversation = await open();
      await conversation.stop();
      await harness.desk.say(conversation.chatId, 'still here');
      expect(await listenFor(conversation, 'agentMessage', true)).toMatchObject([{ text: 'still here' }]);
    });

    it('refuses a number that was reserved before the move', async () => {
      const conversation = await open();
      const message = customerMessage();
      const { reservation } = harness.provider.reserve!(conversation.session, message, undefined);
      harness.standIn.moveServer();
      await settle(conversation);
      const sending = harness.provider.send(conversation.session, message, reservation, never);
      await expect(sending).rejects.toMatchObject({ code: 'outage', retriable: true, delivered: 'no' });
      await conversation.stop();
    });
  });

  describe('numbers', () => {
    it('go on where the server is when some were never used', async () => {
      const conversation = await open();
      for (let lost = 0; lost < 3; lost += 1)
        conversation.merge(harness.provider.reserve!(conversation.session, undefined, undefined).session);
      await conversation.send('after a gap');
      await conversation.send('and in order');
      expect(texts(conversation)).toEqual(['after a gap', 'and in order']);
      expect(sessionOf(conversation).nextSequence).toBe(4);
      await conversation.stop();
    });

    it('stay the same for a repeat after a restart, so that the server ignores it', async () => {
      const conversation = await open();
      const message = customerMessage({ text: 'once' });
      const previous = await attemptLost(conversation, message, 'after');
      harness.provider = createLiveAgentProvider(settingsSchema.parse(harness.standIn.env), harness.dependencies);
      await conversation.attempt(message, previous);
      await conversation.send('next');
      expect(texts(conversation)).toEqual(['once', 'next']);
      await conversation.stop();
    });

    it('are not spent twice by a message and a typing notice side by side', async () => {
      const conversation = await open();
      await Promise.allSettled([
        conversation.type(true),
        conversation.send('first'),
        conversation.type(false),
        conversation.send('second'),
      ]);
      await conversation.send('third');
      expect(texts(conversation)).toEqual(['first', 'second', 'third']);
      await conversation.stop();
    });

    it('are not corrected for a typing notice', async () => {
      const conversation = await open();
      conversation.merge(harness.provider.reserve!(conversation.session, undefined, undefined).session);
      await expect(conversation.type(true)).rejects.toMatchObject({ code: 'outage', delivered: 'no' });
      await conversation.send('words');
      expect(texts(conversation)).toEqual(['words']);
      await conversation.stop();
    });
  });

  describe('files', () => {
    const file: CustomerFile = { name: 'card photo.png', contentType: 'image/png', url: 'https://channel.example/1' };
    const bytes = Buffer.from([0x89, 0x50, 0, 255]);
    const asked = async () => {
      harness.dependencies.files.set(file.url, { bytes, contentType: file.contentType });
      const conversation = await open();
      await harness.desk.requestFile?.(conversation.chatId);
      await conversation.tap.next('fileRequested');
      return conversation;
    };

    it('go up when asked for, whole, and leave the numbers in order', async () => {
      const conversation = await asked();
      await conversation.send(customerMessage({ text: '', files: [file] }));
      expect(await conversation.tap.next('fileTransferred')).toMatchObject({ outcome: 'received' });
      const [uploaded] = conversation.chat().entries.flatMap(({ files }) => files ?? []);
      const answer = await fetch(uploaded!.url);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
      expect(uploaded).toMatchObject({ name: file.name, contentType: file.contentType });
      await conversation.send('thanks');
      expect(texts(conversation)).toEqual(['', 'thanks']);
      expect(sessionOf(conversation).nextSequence).toBe(4);
      await conversation.stop();
    });

    it('go as a link when the desk refuses the upload', async () => {
      const conversation = await asked();
      harness.faults.add({ match: 'POST /chat/upload', status: 413 });
      await conversation.send(customerMessage({ text: 'here', files: [file] }));
      expect(texts(conversation)).toEqual([`here\ncard photo.png: ${harness.dependencies.linkFile(file)}`]);
      await conversation.stop();
    });

    it('are tried again when the outcome of the upload is not known', async () => {
      const conversation = await asked();
      harness.faults.add({ match: 'POST /chat/upload', status: 503 });
      const message = customerMessage({ text: 'here', files: [file] });
      await expect(conversation.attempt(message, undefined)).rejects.toMatchObject({ code: 'outage', retriable: true });
      await conversation.attempt(message, undefined);
      expect(texts(conversation)).toEqual(['', 'here']);
      await conversation.stop();
    });
  });

  describe('ends', () => {
    it('come once, when the server no longer knows the chat', async () => {
      await harness.close();
      harness = await createHarness({ connectionTimeoutInMs: 150 });
      const conversation = await open();
      await conversation.stop();
      await conversation.shows(({ state }) => state === 'ended');
      await expect(conversation.send('hello?')).rejects.toMatchObject({ code: 'sessionEnded', retriable: false });
      const before = conversation.session;
      const events = await listenFor(conversation, 'ended');
      expect(events).toMatchObject([{ kind: 'ended', by: 'system' }]);
      conversation.merge(before);
      expect((await listenFor(conversation, 'ended')).map(({ eventId }) => eventId)).toEqual([events[0]?.eventId]);
      expect(await listenFor(conversation, 'ended')).toEqual([]);
    });

    it('come as failed when nobody is there', async () => {
      harness.desk.setStaffed(false);
      const conversation = await Conversation.open(harness);
      expect(await conversation.tap.next('failed')).toMatchObject({ reason: 'noAgentAvailable', detail: 'Unavailable' });
      await conversation.stop();
    });

    it('do not come when only the agent’s connection was lost, and whoever writes again is there', async () => {
      const conversation = await open();
      harness.standIn.push(conversation.chatId, 'AgentDisconnect');
      await conversation.tap.next('agentLeft');
      await harness.desk.say(conversation.chatId, 'back again');
      await conversation.tap.next('agentJoined');
      await conversation.tap.next('agentMessage');
      await conversation.stop();
    });
  });

  describe('opening', () => {
    it('tells a desk that is not there any more from one that is down', async () => {
      const gone = { code: 'unavailable', retriable: false, delivered: 'no' };
      harness.faults.add({ match: harness.requests.open, status: 404, body: 'Not found' });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject(gone);
      harness.faults.add({ match: harness.requests.open, status: 200, body: '<html>Retired</html>' });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject(gone);
      harness.faults.add({ match: harness.requests.open, status: 503 });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject({
        code: 'outage',
        retriable: true,
      });
    });

    it('takes the session back when the request fails, so that it can be repeated', async () => {
      harness.faults.add({ match: 'ChasitorInit', cut: 'after' });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject({
        code: 'outage',
        delivered: 'no',
      });
      await until(
        () => (harness.desk.chats().every(({ state }) => state === 'ended') ? true : undefined),
        (listener) => harness.desk.onChange(listener),
      );
      expect(harness.desk.chats()).toHaveLength(1);
    });

    it('goes on at the server the org moved to', async () => {
      const elsewhere = await createHarness();
      const conversation = await open();
      harness.standIn.switchServer(`${elsewhere.standIn.url}/chat`);
      expect(await conversation.tap.next('ended')).toMatchObject({ by: 'system', reason: 'SwitchServer' });
      const { sessionKey } = await harness.provider.open(handoffRequest(harness), never);
      expect(elsewhere.desk.chats().map(({ id }) => id)).toEqual([sessionKey]);
      await elsewhere.close();
      await elsewhere.dependencies.close();
      await conversation.stop();
    });

    it('follows the server switch of an availability request', async () => {
      const elsewhere = await createHarness();
      harness.standIn.switchServer(`${elsewhere.standIn.url}/chat`);
      elsewhere.desk.setStaffed(false);
      const answer = await harness.provider.checkAvailability?.(harness.target, 'en-US', never);
      expect(answer).toEqual({ available: false, reason: 'noAgents' });
      await elsewhere.close();
      await elsewhere.dependencies.close();
    });
  });

  it('masks what the org’s rules name before it goes out', async () => {
    const conversation = await open();
    const rules = [{ id: '1', name: 'card number', pattern: '\\d{4}', replacement: '****', actionType: 'Replace' }];
    harness.standIn.push(conversation.chatId, 'SensitiveDataRules', { rules });
    await settle(conversation);
    await conversation.send('my PIN is 1234');
    expect(texts(conversation)).toEqual(['my PIN is ****']);
    await conversation.stop();
  });

  it('never polls a chat twice at a time, even when asked to listen twice', async () => {
    const conversation = await open();
    const stopping = new AbortController();
    const second = (async () => {
      if (harness.provider.inbound.kind !== 'listen') return;
      for await (const _ of harness.provider.inbound.listen(conversation.session, { moved: false }, stopping.signal)) break;
    })();
    for (const text of ['1', '2', '3', '4', '5', '6']) await conversation.send(text);
    await settle(conversation);
    stopping.abort();
    await second;
    await conversation.stop();
  });
});
