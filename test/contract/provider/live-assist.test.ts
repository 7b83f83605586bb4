import type { HttpFailure } from '../../../common/http';
import {
  capabilities,
  createLiveAssistProvider,
  type LiveAssistSession,
  type LiveAssistSettings,
  settingsSchema,
} from '../../../handoff/providers/live-assist';
import {
  type ActivityRecords,
  type LiveAssistStandIn,
  type LiveAssistStandInOptions,
  newKeyPair,
  startLiveAssistStandIn,
} from '../../../sandbox/live-assist';
import { Conversation, customerMessage, handoffRequest } from './conversation';
import { createTestDependencies, type ProviderHarness, type TestDependencies } from './harness';
import { once } from './messageSuite';
import { describeProvider } from './providerSuite';

const never = new AbortController().signal;

interface LiveAssistHarness extends ProviderHarness {
  standIn: LiveAssistStandIn;
  settings: LiveAssistSettings;
}

/** Polls far more often than a desk would like, so that tests need not wait. */
const pollSeconds = 0.02;

async function createHarness(
  options: LiveAssistStandInOptions = {},
  env: Record<string, string> = {},
): Promise<LiveAssistHarness> {
  const standIn = await startLiveAssistStandIn(options);
  const dependencies = createTestDependencies();
  const settings = { ...settingsSchema.parse({ ...standIn.env, ...env }), LIVE_ASSIST_POLL_SECONDS: pollSeconds };
  return {
    standIn,
    settings,
    provider: createLiveAssistProvider(settings, dependencies),
    desk: standIn.desk,
    faults: standIn.faults,
    violations: standIn.violations,
    dependencies,
    target: { skill: 'cards' },
    badTargets: [{ skill: '' }, { skill: 5 }, { skill: 'x'.repeat(300) }, { skill: 'cards', unheardOf: 1 }],
    requests: { open: '/chat/request.json', send: '/events' },
    answers: { unauthorized: { status: 401 }, rateLimited: { status: 429 }, outage: { status: 500 } },
    sendUnknownEvent: async (chatId) => standIn.push(chatId, 'something-new', { of: 'some kind' }),
    close: async () => {
      await standIn.close();
      await noticed(dependencies, standIn.url);
    },
  };
}

/** Resolves when the client has noticed that nobody listens there any more: connections it kept are closed on both sides. */
async function noticed({ http }: TestDependencies, url: string): Promise<void> {
  for (let code: unknown; code !== 'refused'; ) {
    code = await http({ method: 'GET', url, timeoutInMs: 1_000 }).then(
      () => 'answered',
      (error: unknown) => (error as HttpFailure).code,
    );
  }
}

describeProvider('live-assist', createHarness, { inbound: 'listen', capabilities });

describe('the live-assist provider, in what is special about it', () => {
  let harness: LiveAssistHarness;
  const restart = async (options: LiveAssistStandInOptions = {}, env: Record<string, string> = {}) => {
    await harness.close();
    await harness.dependencies.close();
    harness = await createHarness(options, env);
  };
  const sessionOf = (conversation: Conversation) => conversation.session as LiveAssistSession;
  const owns = (conversation: Conversation) => harness.provider.ownsRecord?.(conversation.session);
  const lines = (conversation: Conversation) =>
    conversation.chat().entries.flatMap(({ from, text, isEarlier }) => (from === 'customer' && !isEarlier ? [text] : []));

  beforeEach(async () => {
    harness = await createHarness();
  });

  afterEach(async () => {
    const violations = [...harness.violations];
    await harness.close();
    await harness.dependencies.close();
    expect(violations).toEqual([]);
  });

  describe('the context', () => {
    it('carries the facts with the chat’s own session, asserted only after a verified sign-in', async () => {
      const contactId = '0ee041e0-b428-4c3b-84b2-0a713ab6771b';
      const customer = { id: 'u', name: 'Ada Maria Example', email: 'ada@example.com', contactId, isAuthenticated: true };
      const conversation = await Conversation.open(
        harness,
        handoffRequest(harness, { customer, sourcePageUrl: 'https://bank.example/' }),
      );
      expect(harness.standIn.contextOf(conversation.chatId)).toMatchObject({
        chatActivityId: { value: '6f6d9c1e-0000-4000-8000-000000000001', isAsserted: false },
        skill: { value: 'cards' },
        customer: {
          id: { value: contactId, isAsserted: true },
          firstName: { value: 'Ada Maria', isAsserted: true },
          lastName: { value: 'Example', isAsserted: true },
          email: { value: 'ada@example.com', isAsserted: true },
          language: { value: 'en-US', isAsserted: false },
          sourceUrl: { value: 'https://bank.example/', isAsserted: false },
        },
        additionalData: { topic: { value: 'Card was swallowed', isAsserted: false } },
      });
      const stranger = await Conversation.open(harness);
      expect(harness.standIn.contextOf(stranger.chatId)).toMatchObject({ customer: { email: { isAsserted: false } } });
      await conversation.stop();
      await stranger.stop();
    });

    it('makes the record the desk’s, and is forgotten once it is taken', async () => {
      const conversation = await Conversation.open(harness);
      expect(owns(conversation)).toBe(true);
      expect(sessionOf(conversation).introduction).toBeNull();
      expect(JSON.stringify(conversation.session)).not.toContain('ada@example.com');
      await conversation.stop();
    });

    it('makes no record the desk’s that it does not name', async () => {
      const { chatActivityId: _, ...request } = handoffRequest(harness);
      const conversation = await Conversation.open(harness, request);
      expect(owns(conversation)).toBe(false);
      expect(harness.standIn.contextOf(conversation.chatId)).toBeDefined();
      await conversation.stop();
    });

    it('is given later when the service was out, even by another process, and the chat goes on meanwhile', async () => {
      harness.faults.add({ match: 'context-service', status: 503 });
      const conversation = await Conversation.open(harness, undefined, false);
      expect(owns(conversation)).toBe(false);
      conversation.merge({ introduction: { ...sessionOf(conversation).introduction!, nextAttemptAt: 0 } });
      const restarted = createLiveAssistProvider(harness.settings, harness.dependencies);
      if (restarted.inbound.kind !== 'listen') throw new Error('not a provider that listens');
      for await (const batch of restarted.inbound.listen(sessionOf(conversation), { moved: false }, never)) {
        conversation.merge(batch.session);
        break;
      }
      expect(owns(conversation)).toBe(true);
      expect(harness.standIn.contextOf(conversation.chatId)).toBeDefined();
      await conversation.close();
    });

    it('is given up, with a word to the operator, when no key of ours is registered; the chat goes on', async () => {
      harness.standIn.contextKeys.removeAll();
      const conversation = await (await Conversation.open(harness)).accept();
      expect(owns(conversation)).toBe(false);
      expect(sessionOf(conversation).introduction).toBeNull();
      expect(harness.dependencies.lines.join()).toMatch(/error The desk was not told who the customer is/);
      await conversation.send('hello all the same');
      expect(lines(conversation)).toEqual(['hello all the same']);
      await conversation.stop();
    });

    it('is signed with the older key as long as the new one is not registered', async () => {
      const oldKey = harness.standIn.env['LIVE_ASSIST_CONTEXT_KEYS'] ?? '';
      const next = newKeyPair();
      await restart({}, { LIVE_ASSIST_CONTEXT_KEYS: `${next.privateKey}${oldKey}` });
      const before = await Conversation.open(harness);
      expect(owns(before)).toBe(true);
      harness.standIn.contextKeys.removeAll();
      harness.standIn.contextKeys.register(next.publicKey);
      const after = await Conversation.open(harness);
      expect(owns(after)).toBe(true);
      await before.stop();
      await after.stop();
    });

    it('may expire, when the account wants that', async () => {
      await restart({}, { LIVE_ASSIST_CONTEXT_LIFETIME_SECONDS: '60' });
      const conversation = await Conversation.open(harness);
      expect(owns(conversation)).toBe(true);
      await conversation.stop();
      harness.dependencies.clock = { ...harness.dependencies.clock, now: () => Date.now() - 3_600_000 };
      harness.provider = createLiveAssistProvider(harness.settings, harness.dependencies);
      const late = await Conversation.open(harness);
      expect(owns(late)).toBe(false);
      await late.stop();
      expect(harness.standIn.violations.splice(0)).toEqual([expect.stringContaining('expired')]);
    });

    it('never stands in the log, nor does a key', async () => {
      harness.standIn.contextKeys.removeAll();
      const conversation = await Conversation.open(harness);
      await conversation.stop();
      expect(harness.dependencies.lines.join('\n')).not.toMatch(/eyJ|PRIVATE KEY|ada@/);
    });
  });

  describe('the chat activity', () => {
    const id = '6f6d9c1e-0000-4000-8000-000000000001';
    /** A Dynamics of one record. */
    const recordsOf = (row: Record<string, unknown>) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const records: ActivityRecords = {
        read: (wanted) => (wanted === id ? (row as never) : undefined),
        write: (_, values) => {
          Object.assign(row, values);
          if (row['statecode'] === 1) resolve();
        },
      };
      return { records, completed: promise };
    };

    it('is filled when an agent takes the chat and completed after its end', async () => {
      const row: Record<string, unknown> = { statecode: 0, subject: 'Card was swallowed' };
      const { records, completed } = recordsOf(row);
      await restart({ records, completeAfterInMs: 10 });
      const conversation = await Conversation.open(harness);
      expect(row).toEqual({ statecode: 0, subject: 'Card was swallowed' });
      await conversation.accept('Grace');
      expect(row).toMatchObject({
        statecode: 0,
        subject: 'chat with Grace cards',
        cxlvhlp_AgentClientType: 'web',
        cxlvhlp_chatsessionid: conversation.chatId,
      });
      await conversation.close('customerLeft');
      await completed;
      expect(row).toMatchObject({ statecode: 1, statuscode: 2, cxlvhlp_EndReason: 100000004 });
      await conversation.stop();
    });

    it('is left alone when nobody took the chat', async () => {
      const row: Record<string, unknown> = { statecode: 0, subject: 'Card was swallowed' };
      const { records } = recordsOf(row);
      await restart({ records, completeAfterInMs: 0 });
      const conversation = await Conversation.open(harness);
      await conversation.close('customerLeft');
      await conversation.tap.next('failed');
      await conversation.stop();
      expect(row).toEqual({ statecode: 0, subject: 'Card was swallowed' });
    });
  });

  describe('an attempt whose outcome is not known', () => {
    /** One attempt whose connection is cut; returns what it had reserved. */
    const attemptLost = async (conversation: Conversation, text: string, cut: 'before' | 'after') => {
      const message = customerMessage({ text });
      const reserved = harness.provider.reserve!(conversation.session, message, undefined);
      conversation.merge(reserved.session);
      harness.faults.add({ match: harness.requests.send, cut });
      await expect(harness.provider.send(conversation.session, message, reserved.reservation, never)).rejects.toMatchObject({
        delivered: 'unknown',
      });
      return harness.provider.wasDelivered!(conversation.session, message, never);
    };

    it('is looked up by place and text: an equal line before it proves nothing', async () => {
      const conversation = await (await Conversation.open(harness)).accept();
      await conversation.send('yes');
      expect(await attemptLost(conversation, 'yes', 'before')).toBe(false);
      await conversation.stop();
    });

    it('is found also when an earlier message’s answer was lost with a crash', async () => {
      const conversation = await (await Conversation.open(harness)).accept();
      expect(await attemptLost(conversation, 'one', 'after')).toBe(true);
      expect(await attemptLost(conversation, 'two', 'before')).toBe(false);
      await conversation.stop();
    });

    it('says nothing about a message that the session does not tell of', async () => {
      const conversation = await (await Conversation.open(harness)).accept();
      expect(await harness.provider.wasDelivered!(conversation.session, customerMessage(), never)).toBeUndefined();
      await conversation.stop();
    });
  });

  describe('ends', () => {
    it('come as failed when the desk turns a waiting chat away', async () => {
      const conversation = await Conversation.open(harness);
      await harness.desk.decline(conversation.chatId);
      expect(await conversation.tap.next('failed')).toMatchObject({ reason: 'noAgentAvailable' });
      await conversation.stop();
    });

    it('name the agent who ended', async () => {
      const conversation = await (await Conversation.open(harness)).accept();
      await harness.desk.end(conversation.chatId);
      expect(await conversation.tap.next('ended')).toMatchObject({ by: 'agent' });
      await conversation.stop();
    });

    it('come once, when the desk no longer knows the chat', async () => {
      const conversation = await (await Conversation.open(harness)).accept();
      harness.standIn.forget(conversation.chatId);
      expect(await conversation.tap.next('ended')).toMatchObject({ by: 'system', reason: 'HTTP 404' });
      await conversation.stop();
      expect(once(conversation.tap.of('ended'))).toHaveLength(1);
      await expect(harness.provider.checkSession!({ ...conversation.session, state: 'chatting' }, never)).resolves.toBe('ended');
      await conversation.close();
    });

    it('come by themselves when nobody polls for too long, and not while somebody does', async () => {
      await restart({ chatTimeoutInMs: 300 });
      const conversation = await (await Conversation.open(harness)).accept();
      await conversation.stop();
      await conversation.shows(({ state }) => state === 'ended');
      expect(conversation.chat().endedBy).toBe('time-out');
    });
  });

  describe('opening', () => {
    it('looks the conversation domain up once for all chats', async () => {
      harness.faults.add({ match: 'baseURI', status: 503 });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject({
        code: 'outage',
        delivered: 'no',
      });
      const first = await Conversation.open(harness);
      harness.faults.add({ match: 'baseURI', status: 503 });
      const second = await Conversation.open(harness);
      await first.stop();
      await second.stop();
    });

    it('refuses a conversation domain that is not the vendor’s', async () => {
      harness.faults.add({ match: 'baseURI', status: 200, body: '{"baseURI":"chat.example.com"}' });
      await expect(harness.provider.open(handoffRequest(harness), never)).rejects.toMatchObject({
        code: 'outage',
        delivered: 'no',
      });
    });

    it('asks nobody when the domain is configured', async () => {
      harness.faults.add({ match: 'baseURI', status: 503, times: 9 });
      const settings = { ...harness.settings, LIVE_ASSIST_CONVERSATION_DOMAIN: harness.standIn.url };
      harness.provider = createLiveAssistProvider(settings, harness.dependencies);
      await (await Conversation.open(harness)).stop();
    });

    it('says that an unknown skill is a fault of the configuration', async () => {
      const request = handoffRequest(harness, { target: { skill: 'nonsense' } });
      await expect(harness.provider.open(request, never)).rejects.toMatchObject({ code: 'invalid', retriable: false });
      await expect(harness.provider.checkAvailability!(request.target, 'en', never)).rejects.toMatchObject({ code: 'invalid' });
    });

    it('asks any agent without a skill', async () => {
      const conversation = await Conversation.open(harness, handoffRequest(harness, { target: {} }));
      expect(conversation.chat().queue).toBe('');
      await conversation.stop();
    });

    it('keeps the chat when the desk cannot be told who the customer is', async () => {
      harness.faults.add({ match: 'info.json', status: 500 });
      harness.faults.add({ match: 'visitorName', cut: 'before' });
      const conversation = await Conversation.open(harness);
      await conversation.shows(({ details }) => details['E-mail'] === 'ada@example.com');
      await conversation.stop();
    });
  });
});
