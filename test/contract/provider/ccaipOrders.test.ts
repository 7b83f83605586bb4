import type { InboundEvent } from '../../../handoff/provider';
import { CcaipRig, merged, sendable } from './ccaipRig';
import { Conversation, handoffRequest } from './conversation';
import { until } from './waiting';

const never = new AbortController().signal;

/** Orders, dismissals and refusals, in every form the documents leave open. */
describe('the life of a chat at ccaip, whichever way the vendor does it', () => {
  let rig: CcaipRig;
  let standIn: CcaipRig['standIn'];
  let harness: CcaipRig['harness'];

  beforeEach(async () => {
    rig = await CcaipRig.start();
    ({ standIn, harness } = rig);
  });
  afterEach(async () => expect(await rig.close()).toEqual([]));

  describe('with the announcement of a chat', () => {
    it.each([
      ['after the answer', 'after', false],
      ['before the answer', 'before', false],
      ['before the answer, with the chat in it', 'before', true],
    ] as const)('%s, loses nothing', async (_, created, announcesChat) => {
      Object.assign(standIn.behavior, { created, announcesChat });
      const conversation = await (await Conversation.open(harness)).accept();
      expect(conversation.tap.of('queued')).toHaveLength(1);
      await conversation.send('hello');
      await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'hello'));
      await conversation.stop();
    });

    it('that never comes, goes on all the same', async () => {
      standIn.behavior.created = 'never';
      const conversation = await (await Conversation.open(harness)).accept();
      await conversation.send('hello');
      await conversation.stop();
    });

    it.each([
      ['bare', false, false],
      ['with the chat in it', true, false],
      ['with our context in it', false, true],
    ])('%s, instead of the answer, finds the handoff', async (_, announcesChat, echoesContext) => {
      Object.assign(standIn.behavior, { announcesChat, echoesContext });
      standIn.faults.add({ match: 'POST /apps/api/v1/chats', cut: 'after' });
      const arrived = rig.tap();
      const request = handoffRequest(harness);
      await expect(harness.provider.open(request, never)).rejects.toMatchObject({ retriable: true, delivered: 'unknown' });
      await arrived.next('queued');
      expect(rig.inbound[0]?.handoffId).toBe(request.id);
      const { sessionKey } = rig.inbound[0] as InboundEvent;
      const session = harness.provider.adopt?.(sessionKey, request) ?? {};
      const sent = await harness.provider.send(session, sendable('found'), undefined, never);
      expect(rig.texts(sessionKey)).toContain('found');
      expect(sent.session).toEqual({ endUserId: expect.any(Number) });
      await harness.provider.close(merged(session, sent.session), 'customerLeft', never);
      expect(rig.kept.documents.size).toBe(0);
    });

    it('that comes only after a restart, finds the handoff', async () => {
      standIn.faults.add({ match: 'POST /apps/api/v1/chats', cut: 'after' });
      rig.receiver.failNext(2);
      const request = handoffRequest(harness);
      await expect(harness.provider.open(request, never)).rejects.toMatchObject({ delivered: 'unknown' });
      const arrived = rig.tap();
      rig.createProvider();
      await arrived.next('queued');
      expect(rig.inbound.at(-1)?.handoffId).toBe(request.id);
    });

    it('that nobody waited for, names the handoff it was lost for, so that it can be closed', async () => {
      standIn.faults.add({ match: 'POST /apps/api/v1/chats', cut: 'after' });
      rig.receiver.failNext(50);
      const request = handoffRequest(harness);
      await expect(harness.provider.open(request, never)).rejects.toMatchObject({ delivered: 'unknown' });
      const second = await harness.provider.open(request, never);
      const arrived = rig.tap();
      rig.receiver.failNext(0);
      await arrived.until(() => rig.inbound.find(({ sessionKey }) => sessionKey !== second.sessionKey));
      const orphan = rig.inbound.findLast(({ sessionKey }) => sessionKey !== second.sessionKey);
      expect(orphan).toMatchObject({ handoffId: request.id, event: { kind: 'queued' } });
    });

    it('of somebody else’s chat with the same customer, takes it for nobody’s', async () => {
      standIn.behavior.announcesChat = true;
      const arrived = rig.tap();
      const opened = await harness.provider.open(handoffRequest(harness), never);
      const { chatId, endUserId, identifier } = opened.session as { chatId: number; endUserId: number; identifier: string };
      const chat = { id: chatId + 50, status: 'queued', end_user: { id: endUserId, identifier } };
      const other = standIn.sign(standIn.event(String(chatId + 50), 'chat_created', chat));
      await arrived.next('queued');
      if (harness.provider.inbound.kind !== 'webhook') throw new Error('webhooks are expected');
      const taken = await harness.provider.inbound.receive({ method: 'POST', path: '/', query: {}, ...other }, never);
      expect(taken.events).toHaveLength(1);
      expect(taken.events[0]).not.toHaveProperty('handoffId');
    });
  });

  describe('when the agent dismisses the chat', () => {
    beforeEach(() => {
      standIn.behavior.endMeans = 'dismiss';
    });

    it.each(['refuse', 'swallow'] as const)(
      'resumes it with the customer’s next message, which it would %s',
      async (dismissedMessage) => {
        standIn.behavior.dismissedMessage = dismissedMessage;
        const conversation = await (await Conversation.open(harness)).accept();
        await standIn.desk.end(conversation.chatId);
        await conversation.tap.next('paused');
        expect(await harness.provider.checkSession?.(conversation.session, never)).toBe('connected');
        await conversation.send('I am back');
        expect(await harness.provider.checkSession?.(conversation.session, never)).toBe('queued');
        await conversation.accept('Edsger');
        expect(rig.texts(conversation.chatId)).toContain('I am back');
        expect(conversation.tap.of('ended')).toEqual([]);
        await conversation.stop();
      },
    );

    it.each(['refuse', 'swallow'] as const)(
      'resumes it also after a restart that has not heard of it (%s)',
      async (dismissedMessage) => {
        standIn.behavior.dismissedMessage = dismissedMessage;
        const conversation = await (await Conversation.open(harness)).accept();
        await conversation.send('hello');
        await standIn.desk.end(conversation.chatId);
        rig.createProvider();
        await conversation.send('I am back');
        expect(conversation.waits).toBe(true);
        expect(rig.texts(conversation.chatId)).toContain('I am back');
        await conversation.stop();
      },
    );

    it('resumes it when chats cannot be read, as long as the message is refused', async () => {
      const conversation = await (await Conversation.open(harness)).accept();
      standIn.behavior.readsChats = false;
      await conversation.send('still readable without reading');
      await standIn.desk.end(conversation.chatId);
      const failed = conversation.send('refused');
      await expect(failed).rejects.toMatchObject({ code: 'invalid', retriable: false, delivered: 'no' });
      await conversation.stop();
    });

    it('says that it is over once the platform has ended it', async () => {
      const conversation = await (await Conversation.open(harness)).accept();
      await standIn.desk.end(conversation.chatId);
      await standIn.expire(conversation.chatId);
      await conversation.tap.next('ended', ({ by }) => by === 'system');
      await expect(conversation.send('too late')).rejects.toMatchObject({ code: 'sessionEnded' });
      await conversation.stop();
    });
  });

  describe('when the chat is turned away', () => {
    /** The chat is in nobody's queue until the platform was asked to let it wait. */
    const opened = async () => {
      const conversation = await Conversation.open(harness);
      await until(
        () => standIn.desk.chats().find(({ id }) => id === conversation.chatId),
        (listener) => standIn.desk.onChange(listener),
      );
      return conversation;
    };

    it('goes on to the next route while the desk is closed', async () => {
      standIn.desk.setStaffed(false);
      const conversation = await Conversation.open(harness);
      expect(await conversation.tap.next('failed')).toMatchObject({ reason: 'closed', detail: 'after_hours' });
      await conversation.close('notAccepted');
      await conversation.stop();
    });

    it.each(['escalation_deflected', 'chat_deflected', 'escalation_updated'])(
      'waits for a person all the same (%s)',
      async (name) => {
        Object.assign(standIn.behavior, { overCapacity: true, deflectionEvent: name });
        const conversation = await (await opened()).accept();
        expect(conversation.tap.of('failed')).toEqual([]);
        await conversation.stop();
      },
    );

    it('goes on to the next route when the settings say so', async () => {
      standIn.behavior.overCapacity = true;
      rig.createProvider({ CCAIP_OVER_CAPACITY: 'next' });
      const conversation = await Conversation.open(harness);
      expect(await conversation.tap.next('failed')).toMatchObject({ reason: 'noAgentAvailable' });
      await conversation.stop();
    });

    it('asks again when the platform could not be asked to let it wait', async () => {
      standIn.behavior.overCapacity = true;
      standIn.faults.add({ match: '/escalations/', status: 500, times: 2 });
      const conversation = await (await opened()).accept();
      expect(rig.receiver.statuses).toContain(503);
      await conversation.stop();
    });

    it('goes on to the next route when the platform does not let it wait', async () => {
      standIn.behavior.overCapacity = true;
      standIn.faults.add({ match: '/escalations/', status: 422 });
      const conversation = await Conversation.open(harness);
      expect(await conversation.tap.next('failed')).toMatchObject({ reason: 'noAgentAvailable' });
      await conversation.stop();
    });

    it('does not ask twice for an event that is delivered twice', async () => {
      Object.assign(standIn.behavior, { overCapacity: true, duplicate: true });
      const conversation = await (await opened()).accept();
      expect(conversation.tap.of('failed')).toEqual([]);
      await conversation.stop();
    });
  });
});
