import type { HandoffProvider, InboundEvent } from '../../../handoff/provider';
import { createEightByEightProvider, settingsSchema } from '../../../handoff/providers/8x8';
import { type EightByEightStandIn, startEightByEightStandIn } from '../../../sandbox/8x8';
import { Conversation, handoffRequest } from './conversation';
import { createTestDependencies, type ProviderHarness } from './harness';
import { once } from './messageSuite';
import { EventTap } from './waiting';
import { startWebhookReceiver } from './webhookReceiver';

const SECRET = 'a-path-nobody-guesses';
const never = new AbortController().signal;

/** What the vendor's documents leave open: the provider has to be right each way. */
describe('the 8x8 provider, whichever way the vendor does it', () => {
  let standIn: EightByEightStandIn;
  let harness: ProviderHarness;
  let inbound: InboundEvent[];

  const start = async (more: Record<string, string> = {}) => {
    standIn = await startEightByEightStandIn({ firstRetryInMs: 20, maxRetryInMs: 100 });
    const receiver = await startWebhookReceiver();
    standIn.connectWebhook(`${receiver.url}/${SECRET}`);
    const dependencies = createTestDependencies();
    const settings = settingsSchema.parse({
      EIGHT_BY_EIGHT_API_KEY: standIn.credentials.apiKey,
      EIGHT_BY_EIGHT_TENANT: standIn.credentials.tenant,
      EIGHT_BY_EIGHT_CHANNEL_ID: standIn.credentials.channelId,
      EIGHT_BY_EIGHT_WEBHOOK_SECRET: SECRET,
      EIGHT_BY_EIGHT_BASE_URL: standIn.url,
      EIGHT_BY_EIGHT_ANALYTICS_KEY: standIn.credentials.analyticsKey,
      EIGHT_BY_EIGHT_ANALYTICS_SECRET: standIn.credentials.analyticsSecret,
      ...more,
    });
    const provider = createEightByEightProvider(settings, dependencies) as unknown as HandoffProvider;
    receiver.attach(provider);
    inbound = [];
    receiver.onEvent((event) => inbound.push(event));
    const unused = () => Promise.reject(new Error('not needed here'));
    harness = {
      provider,
      desk: standIn.desk,
      faults: standIn.faults,
      violations: standIn.violations,
      dependencies,
      target: { queueId: '104' },
      badTargets: [],
      requests: { open: '', send: '' },
      answers: { unauthorized: {}, rateLimited: {}, outage: {} },
      sendUnknownEvent: unused,
      webhook: { receiver, valid: unused, malformed: unused, forged: unused, misdirected: unused, rotate: unused },
      async close() {
        await standIn.close();
        await receiver.close();
        await dependencies.close();
      },
    };
  };

  beforeEach(() => start());
  afterEach(async () => {
    const violations = [...standIn.violations];
    await harness.close();
    expect(violations).toEqual([]);
  });

  it.each(['marked', 'asCustomer', 'none'] as const)('knows its own messages when they come back %s', async (echo) => {
    standIn.behavior.echo = echo;
    const conversation = await (await Conversation.open(harness)).accept();
    await conversation.send('mine');
    await conversation.type(true);
    await standIn.desk.say(conversation.chatId, 'theirs');
    await conversation.tap.next('agentMessage', ({ text }) => text === 'theirs');
    expect(conversation.tap.of('agentMessage').map(({ text }) => text)).toEqual(['theirs']);
    expect(conversation.tap.of('agentTyping')).toEqual([]);
    await conversation.stop();
  });

  it.each(['transferFirst', 'leftFirst'] as const)('tells of a transfer with %s', async (order) => {
    standIn.behavior.transfer = order;
    const conversation = await (await Conversation.open(harness)).accept();
    const before = conversation.tap.all.length;
    await standIn.desk.transfer?.(conversation.chatId, '108');
    const kinds = conversation.tap.all.slice(before).map(({ kind }) => kind);
    const pair = order === 'leftFirst' ? ['agentLeft', 'transferred'] : ['transferred', 'agentLeft'];
    expect(kinds).toEqual([...pair, 'queued', 'queued']);
    expect(await harness.provider.checkSession?.(conversation.session, never)).toBe('queued');
    await conversation.accept('Edsger');
    await conversation.stop();
  });

  it('gives events delivered twice one id', async () => {
    standIn.behavior.duplicate = true;
    const conversation = await (await Conversation.open(harness)).accept();
    await standIn.desk.say(conversation.chatId, 'hello');
    expect(conversation.tap.of('agentMessage')).toHaveLength(2);
    expect(once(conversation.tap.of('agentMessage'))).toHaveLength(1);
    await conversation.stop();
  });

  it('tells by its time which of two events came first', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    standIn.behavior.reverse = true;
    await standIn.desk.say(conversation.chatId, 'first');
    await standIn.desk.say(conversation.chatId, 'second');
    const { tap } = conversation;
    await tap.until(() => (tap.of('agentMessage').length === 2 ? true : undefined));
    const said = tap.of('agentMessage');
    expect(said.map(({ text }) => text)).toEqual(['second', 'first']);
    expect(said.sort((a, b) => a.at.localeCompare(b.at)).map(({ text }) => text)).toEqual(['first', 'second']);
    await conversation.stop();
  });

  it('names our handoff in events that come before the answer to the request', async () => {
    standIn.behavior.eventBeforeAnswer = true;
    const request = handoffRequest(harness);
    const opened = await harness.provider.open(request, never);
    expect(inbound[0]).toMatchObject({ sessionKey: opened.sessionKey, handoffId: request.id, event: { kind: 'queued' } });
  });

  it('finds the conversation by its events when the answer to the request is lost', async () => {
    standIn.faults.add({ match: 'POST /chat-gateway/v1/conversations', cut: 'after' });
    const request = handoffRequest(harness);
    const arrived = new EventTap();
    harness.webhook?.receiver.onEvent(({ event }) => arrived.push(event));
    await expect(harness.provider.open(request, never)).rejects.toMatchObject({ retriable: true, delivered: 'unknown' });
    await arrived.next('queued');
    const [first] = inbound;
    expect(first?.handoffId).toBe(request.id);
    const session = harness.provider.adopt?.(first?.sessionKey ?? '', request) ?? {};
    await harness.provider.send(session, { id: 'm1', text: 'found', files: [], at: new Date().toISOString() }, undefined, never);
    expect(standIn.desk.chats()[0]?.entries.at(-1)?.text).toBe('found');
  });

  it('understands agents told of in the older format', async () => {
    standIn.behavior.legacyMembers = true;
    const conversation = await (await Conversation.open(harness)).accept('Grace');
    await standIn.desk.transfer?.(conversation.chatId, '110');
    await conversation.tap.next('agentLeft');
    await conversation.stop();
  });

  it('names the agent when the analytics may be asked', async () => {
    const conversation = await Conversation.open(harness);
    await conversation.shows(({ state }) => state === 'waiting');
    await standIn.desk.accept(conversation.chatId, 'Grace');
    expect(await conversation.tap.next('agentJoined')).toMatchObject({ agentName: 'Grace' });
    await conversation.stop();
  });

  it('reads a key that comes as text, and lists that name nothing', async () => {
    standIn.behavior.keyAsText = true;
    const conversation = await (await Conversation.open(harness)).accept();
    const message = { id: 'm', text: 'never sent', files: [], at: new Date().toISOString() };
    expect(await harness.provider.wasDelivered?.(conversation.session, message, never)).toBe(false);
    await conversation.stop();
  });

  it('passes the test of the webhook', async () => {
    expect(await standIn.testConnection()).toBe(200);
    expect(inbound).toEqual([]);
  });

  it('hears what was said while its webhook was down', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    const { tap } = conversation;
    harness.webhook?.receiver.failNext(3);
    await standIn.desk.say(conversation.chatId, 'are you there?');
    await standIn.desk.say(conversation.chatId, 'hello?');
    expect(once(tap.of('agentMessage')).map(({ text }) => text)).toEqual(['are you there?', 'hello?']);
    expect(tap.of('agentMessage')).toHaveLength(5);
    await conversation.stop();
  });
});
