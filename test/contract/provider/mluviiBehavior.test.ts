import type { HandoffProvider } from '../../../handoff/provider';
import { createMluviiProvider, settingsSchema } from '../../../handoff/providers/mluvii';
import { type MluviiStandIn, startMluviiStandIn } from '../../../sandbox/mluvii';
import { Conversation, customerMessage, handoffRequest } from './conversation';
import { createTestDependencies, type ProviderHarness } from './harness';
import { MemoryKept } from './memoryKept';
import { EventTap } from './waiting';
import { startWebhookReceiver } from './webhookReceiver';

const never = new AbortController().signal;

/** What nobody documents: the provider has to be right each way. */
describe('the mluvii provider, whichever way mluvii does it', () => {
  let standIn: MluviiStandIn;
  let harness: ProviderHarness;
  let kept: MemoryKept;
  let create: () => HandoffProvider;

  beforeEach(async () => {
    standIn = await startMluviiStandIn({ firstRetryInMs: 20, maxRetryInMs: 100 });
    const receiver = await startWebhookReceiver();
    const dependencies = createTestDependencies();
    kept = new MemoryKept();
    create = () =>
      createMluviiProvider(settingsSchema.parse({ ...standIn.env }), {
        ...dependencies,
        kept,
      }) as unknown as HandoffProvider;
    const provider = create();
    receiver.attach(provider);
    standIn.genericChannel.connect(`${receiver.url}/registration`, `${receiver.url}/activity`);
    expect(await standIn.genericChannel.register()).toBe(200);
    const unused = () => Promise.reject(new Error('not needed here'));
    harness = {
      provider,
      desk: standIn.desk,
      faults: standIn.faults,
      violations: standIn.violations,
      dependencies,
      target: { reason: 'cards' },
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
  });

  afterEach(async () => {
    const violations = [...standIn.violations];
    await harness.close();
    expect(violations).toEqual([]);
  });

  it('goes where the routing rules lead', async () => {
    const at = async (reason: string) => {
      const conversation = await Conversation.open(harness, handoffRequest(harness, { target: { reason } }));
      const { queue } = conversation.chat();
      await conversation.stop();
      return queue;
    };
    expect([await at('transfers'), await at('complaints'), await at('anything')]).toEqual(['12', '13', '11']);
  });

  it.each(['leftFirst', 'joinedFirst'] as const)('goes on with the next operator, told %s', async (order) => {
    standIn.behavior.forward = order;
    const conversation = await (await Conversation.open(harness)).accept('Katka');
    const { tap } = conversation;
    await standIn.desk.transfer?.(conversation.chatId, '13');
    await conversation.accept('Tomáš');
    const kinds = tap.all.map(({ kind }) => kind);
    expect(kinds).toEqual(order === 'leftFirst' ? ['agentJoined', 'agentLeft', 'agentJoined'] : ['agentJoined', 'agentJoined']);
    expect(await harness.provider.checkSession?.(conversation.session, never)).toBe('connected');
    await conversation.send('hello Tomáš');
    await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'hello Tomáš'));
    await conversation.stop();
  });

  it('holds what is said between two operators, so that no second chat begins', async () => {
    const conversation = await (await Conversation.open(harness)).accept('Katka');
    await standIn.desk.transfer?.(conversation.chatId, '12');
    await conversation.tap.next('agentLeft');
    const message = customerMessage({ text: 'still here' });
    await expect(conversation.attempt(message, undefined)).rejects.toMatchObject({ retriable: true, delivered: 'no' });
    await conversation.accept('Tomáš');
    await conversation.attempt(message, undefined);
    await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'still here'));
    expect(standIn.desk.chats()).toHaveLength(1);
    await conversation.stop();
  });

  it('ends when mluvii gives the guest up', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    await standIn.genericChannel.tell(conversation.chatId, 'GuestLeft');
    expect(await conversation.tap.next('ended')).toMatchObject({ by: 'system', reason: 'guestLeft' });
    await conversation.stop();
  });

  it('finds the chat again when the answer to the first message is lost', async () => {
    const request = handoffRequest(harness);
    const arrived = new EventTap();
    const keys: (string | undefined)[] = [];
    harness.webhook?.receiver.onEvent(({ event, handoffId, sessionKey }) => {
      keys.push(handoffId, sessionKey);
      arrived.push(event);
    });
    standIn.faults.add({ match: 'POST /generic-channel', cut: 'after' });
    await expect(harness.provider.open(request, never)).rejects.toMatchObject({ delivered: 'unknown', retriable: true });
    const [chat] = standIn.desk.chats();
    await standIn.desk.accept(chat?.id ?? '', 'Katka');
    await arrived.next('agentJoined');
    expect(keys).toEqual([request.id, chat?.id]);
    const session = harness.provider.adopt?.(chat?.id ?? '', request) ?? {};
    await harness.provider.send(session, customerMessage({ text: 'found' }), undefined, never);
    await harness.provider.open(request, never);
    expect(standIn.desk.chats()).toMatchObject([{ id: chat?.id, state: 'active' }]);
  });

  it('goes on after a new registration, on every instance and after a restart', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    expect(await standIn.genericChannel.register()).toBe(200);
    await conversation.send('by the new address');
    const restarted = create();
    await restarted.send(conversation.session, customerMessage({ text: 'from another process' }), undefined, never);
    await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'from another process'));
    await conversation.stop();
  });

  it('knows after a restart that the operator has left', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    await standIn.desk.end(conversation.chatId);
    await conversation.tap.next('agentLeft');
    const restarted = create();
    expect(await restarted.checkSession?.(conversation.session, never)).toBe('ended');
    await expect(restarted.send(conversation.session, customerMessage(), undefined, never)).rejects.toMatchObject({
      retriable: true,
    });
    await conversation.stop();
  });

  it('repeats rather than loses what comes twice or late', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    const { tap } = conversation;
    standIn.behavior.duplicate = true;
    await standIn.desk.say(conversation.chatId, 'twice');
    expect(tap.of('agentMessage').map(({ text }) => text)).toEqual(['twice', 'twice']);
    standIn.behavior.duplicate = false;
    standIn.behavior.reverse = true;
    await standIn.desk.say(conversation.chatId, 'first');
    await standIn.desk.say(conversation.chatId, 'second');
    await tap.until(() => (tap.of('agentMessage').length === 4 ? true : undefined));
    expect(
      tap
        .of('agentMessage')
        .slice(2)
        .map(({ text }) => text)
        .sort(),
    ).toEqual(['first', 'second']);
    await conversation.stop();
  });

  it('hears what was said while it was away', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    harness.webhook?.receiver.failNext(2);
    await standIn.desk.say(conversation.chatId, 'are you there?');
    await standIn.desk.say(conversation.chatId, 'hello?');
    const said = conversation.tap.of('agentMessage').map(({ text }) => text);
    expect([...new Set(said)]).toEqual(['are you there?', 'hello?']);
    await conversation.stop();
  });

  it('leaves nothing behind when a chat is closed', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    await conversation.close('customerLeft');
    await conversation.shows(({ state }) => state === 'ended');
    expect([...kept.documents.keys()]).toEqual(['registration']);
    await conversation.stop();
  });

  it.each([false, true])('reads who is at work from a list or from a page (%s)', async (paged) => {
    standIn.behavior.pagedOperatorStates = paged;
    const { provider, target } = harness;
    expect(await provider.checkAvailability?.(target, 'en', never)).toEqual({ available: true });
    standIn.login.expireAll();
    standIn.desk.setStaffed(false);
    expect(await provider.checkAvailability?.(target, 'en', never)).toEqual({ available: false, reason: 'noAgents' });
  });
});
