import type { AgentMessageEvent, HandoffEvent } from '../../../handoff/events';
import { createEnhancedChatProvider, type EnhancedChatSession, settingsSchema } from '../../../handoff/providers/enhanced-chat';
import { type EnhancedChatStandInOptions, startEnhancedChatStandIn } from '../../../sandbox/enhanced-chat';
import { Conversation, customerMessage, handoffRequest } from './conversation';
import { createEnhancedChatHarness, type EnhancedChatHarness } from './enhancedChatHarness';
import { once } from './messageSuite';

const never = new AbortController().signal;

describe('the enhanced-chat provider, in what is special about it', () => {
  let harness: EnhancedChatHarness;

  const start = async (options: EnhancedChatStandInOptions = {}, env: Record<string, string> = {}) => {
    harness = createEnhancedChatHarness(await startEnhancedChatStandIn(options), env);
  };
  /** A new process: nothing is known but the stored session. */
  const restart = () => {
    harness.provider = createEnhancedChatProvider(settingsSchema.parse(harness.standIn.env), harness.dependencies);
  };
  const open = async () => (await Conversation.open(harness)).accept();
  const said = (conversation: Conversation) => once(conversation.tap.of('agentMessage')).map(({ text }) => text);
  const written = (conversation: Conversation) =>
    conversation.chat().entries.flatMap(({ from, text }) => (from === 'customer' && !text.startsWith('Name: ') ? [text] : []));
  const hear = (conversation: Conversation, text: string) =>
    conversation.tap.next('agentMessage', (event) => event.text === text);
  /** Listens with a conversation nobody listens to yet, up to and including the first event of this kind. */
  const listenFor = async (conversation: Conversation, wanted: (event: HandoffEvent) => boolean): Promise<HandoffEvent[]> => {
    if (harness.provider.inbound.kind !== 'listen') throw new Error('not a provider that listens');
    const events: HandoffEvent[] = [];
    for await (const batch of harness.provider.inbound.listen(conversation.session, { moved: false }, never)) {
      conversation.merge(batch.session);
      events.push(...batch.events);
      if (batch.events.some(wanted)) return events;
    }
    return events;
  };
  const isText = (text: string) => (event: HandoffEvent) => event.kind === 'agentMessage' && event.text === text;

  beforeEach(() => start());

  afterEach(async () => {
    const violations = [...harness.violations];
    await harness.close();
    await harness.dependencies.close();
    expect(violations).toEqual([]);
  });

  describe('a stream that breaks', () => {
    it.each(['end', 'break'] as const)('by an %s is opened again, and what comes after it arrives once', async (how) => {
      const conversation = await open();
      await harness.desk.say(conversation.chatId, 'before');
      await hear(conversation, 'before');
      harness.standIn.cutStreams(how);
      await harness.desk.say(conversation.chatId, 'after');
      await hear(conversation, 'after');
      expect(said(conversation)).toEqual(['before', 'after']);
      expect(conversation.listenErrors).toEqual([]);
      await conversation.stop();
    });

    it.each([true, false])('loses nothing when events are replayed: %s', async (replaysEvents) => {
      await harness.close();
      await start({ replaysEvents });
      const conversation = await open();
      harness.standIn.setDeaf(true);
      for (const text of ['lost 1', 'lost 2', 'lost 3']) await harness.desk.say(conversation.chatId, text);
      harness.standIn.cutStreams();
      harness.standIn.setDeaf(false);
      await hear(conversation, 'lost 3');
      await harness.desk.say(conversation.chatId, 'heard');
      await hear(conversation, 'heard');
      expect(conversation.tap.of('agentMessage').map(({ text }) => text)).toEqual(['lost 1', 'lost 2', 'lost 3', 'heard']);
      await conversation.stop();
    });

    it('loses nothing over a restart, however much was said', async () => {
      await harness.close();
      await start({ replaysEvents: false });
      const conversation = await open();
      await conversation.stop();
      const texts = Array.from({ length: 130 }, (_, index) => `line ${index}`);
      for (const text of texts) await harness.desk.say(conversation.chatId, text);
      restart();
      const events = await listenFor(conversation, isText('line 129'));
      expect(events.flatMap((event) => (event.kind === 'agentMessage' ? [event.text] : []))).toEqual(texts);
    });

    it('brings the end that happened meanwhile', async () => {
      await harness.close();
      await start({ replaysEvents: false });
      const conversation = await open();
      await conversation.stop();
      await harness.desk.say(conversation.chatId, 'good bye');
      await harness.desk.end(conversation.chatId);
      restart();
      const events = await listenFor(conversation, ({ kind }) => kind === 'ended');
      expect(events.map(({ kind }) => kind)).toEqual(['agentMessage', 'agentLeft', 'ended']);
      expect(await listenFor(conversation, () => true)).toEqual([]);
    });

    it('is opened with the long organization ID where the desk wants that one', async () => {
      await harness.close();
      await start({ wantsLongId: true });
      const conversation = await open();
      expect((conversation.session as EnhancedChatSession).usesLongId).toBe(true);
      await conversation.stop();
    });

    it('is given up for now when the desk is down', async () => {
      const conversation = await open();
      await conversation.stop();
      harness.faults.add({ match: 'GET /eventrouter', status: 503 });
      await expect(listenFor(conversation, () => true)).rejects.toMatchObject({ code: 'outage', retriable: true });
      harness.faults.add({ match: '/entries', status: 500 });
      await expect(listenFor(conversation, () => true)).rejects.toMatchObject({ code: 'outage', retriable: true });
      await harness.desk.say(conversation.chatId, 'there again');
      await listenFor(conversation, isText('there again'));
    });

    it('says that it is heard with a first batch, even when nothing happened', async () => {
      const conversation = await open();
      await conversation.stop();
      if (harness.provider.inbound.kind !== 'listen') throw new Error('not a provider that listens');
      for await (const batch of harness.provider.inbound.listen(conversation.session, { moved: false }, never)) {
        expect(batch.events).toEqual([]);
        break;
      }
    });
  });

  describe('a session that is over', () => {
    it('does not come to life again by a late message', async () => {
      const conversation = await open();
      await conversation.stop();
      await harness.desk.end(conversation.chatId);
      await expect(conversation.send('too late')).rejects.toMatchObject({ code: 'sessionEnded', retriable: false });
      expect(conversation.chat().state).toBe('ended');
    });

    it('that was only set aside is taken up by the next message', async () => {
      const conversation = await open();
      harness.standIn.setAside(conversation.chatId);
      await conversation.shows(({ state }) => state === 'active');
      await conversation.send('are you there?');
      await conversation.tap.next('transferred');
      await conversation.accept('Edsger');
      expect(written(conversation)).toEqual(['are you there?']);
      await conversation.stop();
    });

    it('is opened anew with its attributes when the channel wants pre-chat again', async () => {
      await harness.close();
      await start({ wantsPreChatAgain: true });
      const conversation = await open();
      harness.standIn.setAside(conversation.chatId);
      await conversation.send('are you there?');
      await conversation.tap.next('transferred');
      expect(conversation.chat()).toMatchObject({ state: 'waiting', queue: 'cards', customerName: 'Ada Example' });
      await conversation.stop();
    });

    it('ended by itself when it slept', async () => {
      const conversation = await open();
      harness.standIn.setAside(conversation.chatId);
      harness.standIn.push(conversation.chatId, 'SessionStatusChanged', 'CONVERSATION_SESSION_STATUS_CHANGED', {
        sessionStatus: 'Ended',
        sessionStatusPrev: 'Inactive',
      });
      expect(await conversation.tap.next('ended')).toMatchObject({ by: 'system', reason: 'inactive' });
      await conversation.stop();
    });

    it('belongs to somebody else: that is final for sending, listening and asking, and fine for closing', async () => {
      const conversation = await open();
      await conversation.stop();
      harness.faults.add({ match: '/message', status: 403 });
      await expect(conversation.send('whose?')).rejects.toMatchObject({
        code: 'sessionEnded',
        retriable: false,
        delivered: 'no',
      });
      harness.faults.add({ match: '/entries', status: 403 });
      const before = conversation.session;
      const events = await listenFor(conversation, ({ kind }) => kind === 'ended');
      expect(events).toMatchObject([{ kind: 'ended', by: 'system' }]);
      expect(await listenFor(conversation, () => true)).toEqual([]);
      harness.faults.add({ match: 'GET /iamessage', status: 403 });
      conversation.merge(before);
      expect(await harness.provider.checkSession?.(conversation.session, never)).toBe('ended');
      harness.faults.add({ match: 'DELETE', status: 403, times: 2 });
      await conversation.close();
    });
  });

  describe('routing', () => {
    it('may begin only with the first message', async () => {
      await harness.close();
      await start({ routesAt: 'message' });
      const conversation = await open();
      await conversation.stop();
    });

    it('that ends at once, because nobody is there, makes the desk unavailable', async () => {
      harness.desk.setStaffed(false);
      const opening = harness.provider.open(handoffRequest(harness), never);
      await expect(opening).rejects.toMatchObject({ code: 'unavailable', retriable: false, delivered: 'no' });
    });

    it('with nobody there fails, whatever the automation says before', async () => {
      await harness.close();
      await start({ routesAt: 'message' });
      harness.desk.setStaffed(false);
      const conversation = await Conversation.open(harness);
      expect(await conversation.tap.next('failed')).toMatchObject({ reason: 'noAgentAvailable', detail: 'RoutingError' });
      await conversation.stop();
      expect(conversation.tap.all.map(({ kind }) => kind)).toEqual(['failed']);
    });

    it('tells a refused transfer from an end', async () => {
      const conversation = await open();
      harness.standIn.push(conversation.chatId, 'RoutingResult', 'CONVERSATION_ROUTING_RESULT', {
        failureType: 'RoutingError',
        routingType: 'Transfer',
      });
      await harness.desk.say(conversation.chatId, 'then I stay');
      await hear(conversation, 'then I stay');
      expect(conversation.tap.all.map(({ kind }) => kind)).not.toContain('failed');
      await conversation.stop();
    });

    it('does not miss the first agent when the second one came before', async () => {
      const conversation = await open();
      const change = (operation: string, displayName: string) =>
        harness.standIn.push(conversation.chatId, 'ParticipantChanged', 'CONVERSATION_PARTICIPANT_CHANGED', {
          entries: [{ operation, displayName, participant: { role: 'Agent', subject: `005-${displayName}` } }],
        });
      change('add', 'Edsger');
      await conversation.tap.next('agentJoined', ({ agentName }) => agentName === 'Edsger');
      change('remove', 'Grace');
      change('remove', 'Edsger');
      await conversation.tap.next('agentLeft');
      expect(conversation.tap.of('agentLeft')).toHaveLength(1);
      await conversation.stop();
    });

    it('takes whoever writes for somebody who is there', async () => {
      const conversation = await Conversation.open(harness);
      const agent = { role: 'Agent', name: 'Grace', subject: '005-Grace' } as const;
      const abstractMessage = { messageType: 'StaticContentMessage', staticContent: { formatType: 'Text', text: 'Hello' } };
      harness.standIn.push(conversation.chatId, 'Message', 'CONVERSATION_MESSAGE', { id: 'm', abstractMessage }, agent);
      await conversation.tap.next('agentJoined', ({ agentName }) => agentName === 'Grace');
      await hear(conversation, 'Hello');
      await conversation.stop();
    });
  });

  describe('what the desk’s automation says', () => {
    const texts = async (automatic: string) => {
      await harness.close();
      await start({}, { ENHANCED_CHAT_AUTOMATIC_MESSAGES: automatic });
      const conversation = await open();
      const sender = { role: 'System', name: 'Automated Process', subject: 'system' } as const;
      const abstractMessage = {
        messageType: 'StaticContentMessage',
        staticContent: { formatType: 'Text', text: 'Still there?' },
      };
      harness.standIn.push(conversation.chatId, 'Message', 'CONVERSATION_MESSAGE', { id: 'm', abstractMessage }, sender);
      await harness.desk.say(conversation.chatId, 'done');
      await hear(conversation, 'done');
      await conversation.stop();
      return said(conversation);
    };

    it('is never passed on when it shall not be', async () => {
      expect(await texts('never')).toEqual(['done']);
    });

    it('is passed on once a person is there', async () => {
      expect(await texts('withAgent')).toEqual(['Still there?', 'done']);
    });

    it('is always passed on when it shall be', async () => {
      expect(await texts('always')).toEqual([expect.stringContaining('Welcome'), 'Still there?', 'done']);
    });
  });

  describe('limits', () => {
    it('hold back the 21st message of a minute, of this conversation only', async () => {
      const [first, second] = [await open(), await open()];
      for (let count = 1; count < 20; count += 1) await first.send(`message ${count}`);
      const held = customerMessage({ text: 'one too many' });
      await expect(first.attempt(held, undefined)).rejects.toMatchObject({ code: 'rejected', retriable: true, delivered: 'no' });
      await expect(first.attempt(held, undefined)).rejects.toMatchObject({ retryAfterInMs: expect.any(Number) });
      await second.send('not held');
      expect(written(second)).toEqual(['not held']);
      await first.stop();
      await second.stop();
    });

    it('of length make several messages of one, which together are the whole', async () => {
      const conversation = await open();
      const text = 'A rather long story. '.repeat(240).trim();
      await conversation.send(text);
      expect(written(conversation)).toHaveLength(3);
      expect(written(conversation).join('')).toBe(text);
      await conversation.stop();
    });

    it.each(['dropped', 'doubled', 'refused'] as const)(
      'leave no part out or twice when ids seen before are %s',
      async (repeatedIds) => {
        await harness.close();
        await start({ repeatedIds });
        const conversation = await open();
        const message = customerMessage({ text: 'A rather long story. '.repeat(240).trim() });
        const reserved = harness.provider.reserve!(conversation.session, message, undefined);
        harness.faults.add({ match: '/message', delayInMs: 1 });
        harness.faults.add({ match: '/message', cut: 'after' });
        const sending = harness.provider.send(conversation.session, message, reserved.reservation, never);
        await expect(sending).rejects.toMatchObject({ delivered: 'unknown', retriable: true });
        expect(await harness.provider.wasDelivered?.(conversation.session, message, never)).toBe(false);
        await conversation.attempt(message, reserved.reservation);
        expect(await harness.provider.wasDelivered?.(conversation.session, message, never)).toBe(true);
        expect(written(conversation).join('')).toBe(message.text);
        await conversation.stop();
      },
    );

    it('take an id the desk refuses as known for delivered', async () => {
      await harness.close();
      await start({ repeatedIds: 'refused' });
      const conversation = await open();
      const message = await conversation.send('said once');
      await conversation.attempt(message, undefined);
      expect(written(conversation)).toEqual(['said once']);
      await conversation.stop();
    });
  });

  describe('opening', () => {
    const reject = { delivered: 'no' };

    it('takes the conversation back when its creation is in doubt, so that it can be repeated', async () => {
      harness.faults.add({ match: 'POST /iamessage/api/v2/conversation', cut: 'after' });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject({ code: 'outage', ...reject });
      expect(harness.desk.chats()).toMatchObject([{ state: 'ended' }]);
    });

    it('takes the conversation back when the summary does not arrive', async () => {
      harness.faults.add({ match: '/message', status: 503 });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject({ code: 'outage', ...reject });
      expect(harness.desk.chats()).toMatchObject([{ state: 'ended' }]);
    });

    it('asks again when the org is not ready, and never when the set-up is wrong', async () => {
      const conversation = 'POST /iamessage/api/v2/conversation';
      harness.faults.add({ match: conversation, status: 412 });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject({
        code: 'outage',
        retriable: true,
      });
      harness.faults.add({ match: conversation, status: 400 });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject({
        code: 'invalid',
        retriable: false,
      });
      harness.faults.add({ match: harness.requests.open, status: 404 });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject({
        code: 'invalid',
        retriable: false,
      });
    });
  });

  it('keeps its tokens out of the log', async () => {
    const conversation = await open();
    const { token } = conversation.session as EnhancedChatSession;
    harness.faults.add({ match: '/message', status: 503 });
    await expect(conversation.send('hello')).rejects.toMatchObject({ code: 'outage' });
    harness.standIn.cutStreams();
    await harness.desk.say(conversation.chatId, 'still here');
    await hear(conversation, 'still here');
    expect(harness.dependencies.lines.join('\n')).not.toContain(token.slice(-20));
    await conversation.stop();
  });

  it('names the agent with every word', async () => {
    const conversation = await open();
    await harness.desk.say(conversation.chatId, 'hello');
    expect((await hear(conversation, 'hello')) satisfies AgentMessageEvent).toMatchObject({ agentName: 'Grace' });
    await conversation.stop();
  });
});
