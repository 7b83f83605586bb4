import { HandoffError } from '../../../handoff/errors';
import { Conversation, customerMessage, handoffRequest } from './conversation';
import type { ProviderShape } from './harness';
import type { Current } from './providerSuite';

const never = new AbortController().signal;

export function describeLife(current: Current, { capabilities, untold = [] }: ProviderShape): void {
  const tells = { end: !untold.includes('end'), refusal: !untold.includes('refusal'), transfer: !untold.includes('transfer') };

  describe('the life of a handoff', () => {
    it('accepts a good target and refuses a bad one in words', () => {
      const { provider, target, badTargets } = current();
      const parsed = provider.parseTarget(target);
      expect(provider.parseTarget(parsed)).toEqual(parsed);
      for (const bad of badTargets) expect(() => provider.parseTarget(bad)).toThrow(/./);
      expect(badTargets.length).toBeGreaterThan(0);
    });

    it('opens with who the customer is, what it is about and what was said', async () => {
      const conversation = await Conversation.open(current());
      const chat = await conversation.shows(({ state }) => state === 'waiting');
      expect(chat.customerName).toContain('Ada');
      const everything = JSON.stringify(chat);
      for (const fact of ['ada@example.com', '+15550100', 'Card was swallowed', '6f6d9c1e-0000-4000-8000-000000000001', 'Debit'])
        expect(everything).toContain(fact);
      for (const said of ['The machine kept my card', 'This may help:', 'KA-01024', 'Card swallowed by a cash machine'])
        expect(everything).toContain(said);
      await conversation.stop();
    });

    it('opens for a customer nobody knows anything about', async () => {
      const request = handoffRequest(current(), {
        customer: { id: 'anonymous', isAuthenticated: false },
        fields: {},
        transcript: [],
        language: 'xx-YY',
      });
      const { chatActivityId: _, ...bare } = request;
      const conversation = await Conversation.open(current(), bare);
      await conversation.accept();
      await conversation.stop();
    });

    it('opens with a very long past and more fields than the desk takes', async () => {
      const transcript = Array.from({ length: 450 }, (_, index) => ({
        at: '2026-05-04T10:14:00.000Z',
        from: index % 2 ? ('bot' as const) : ('customer' as const),
        text: `utterance ${index}`,
      }));
      const fields = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`Field ${index}`, `value ${index}`]));
      const conversation = await Conversation.open(current(), handoffRequest(current(), { transcript, fields }));
      const chat = await conversation.shows(({ state }) => state === 'waiting');
      expect(JSON.stringify(chat)).toContain('utterance 449');
      await conversation.stop();
    });

    it('keeps apart two chats that run side by side', async () => {
      const first = await (await Conversation.open(current())).accept('Grace');
      const second = await (await Conversation.open(current())).accept('Edsger');
      expect(first.sessionKey).not.toBe(second.sessionKey);
      await current().desk.say(first.chatId, 'for the first');
      await current().desk.say(second.chatId, 'for the second');
      expect(await first.tap.next('agentMessage')).toMatchObject({ text: 'for the first' });
      expect(await second.tap.next('agentMessage')).toMatchObject({ text: 'for the second' });
      await first.stop();
      await second.stop();
    });

    const after = tells.end ? 'with `sessionEnded`' : 'until somebody follows';
    it(`reports that the agent ${tells.end ? 'ended' : 'left'}, and refuses to send afterwards ${after}`, async () => {
      const conversation = await (await Conversation.open(current())).accept();
      const before = current().desk.chats().length;
      await current().desk.end(conversation.chatId);
      await conversation.tap.next(tells.end ? 'ended' : 'agentLeft');
      const late = conversation.send('too late');
      await expect(late).rejects.toBeInstanceOf(HandoffError);
      await expect(late).rejects.toMatchObject(
        tells.end ? { code: 'sessionEnded', retriable: false } : { retriable: true, delivered: 'no' },
      );
      expect(current().desk.chats()).toHaveLength(before);
      expect(conversation.chat().entries.some(({ text }) => text === 'too late')).toBe(false);
      await conversation.close('afterEnd');
      await conversation.stop();
    });

    if (tells.end && !untold.includes('lateMessage')) {
      it('says of a message that came just after the end that it did not arrive', async () => {
        const { desk, faults, requests } = current();
        const conversation = await (await Conversation.open(current())).accept();
        faults.add({ match: requests.send, delayInMs: 150 });
        const sending = conversation.send('on its way');
        // Whatever is told first: the end, or that the message was refused.
        const refused = expect(sending).rejects.toMatchObject({ code: 'sessionEnded', retriable: false, delivered: 'no' });
        await desk.end(conversation.chatId);
        await refused;
        await conversation.tap.next('ended');
        expect(conversation.chat().entries.some(({ text }) => text === 'on its way')).toBe(false);
        await conversation.close('afterEnd');
        await conversation.stop();
      });
    }

    it('ends for the customer, and refuses to send afterwards with `sessionEnded`', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await conversation.close('customerLeft');
      await conversation.shows(({ state }) => state === 'ended');
      await expect(conversation.send('too late')).rejects.toMatchObject({ code: 'sessionEnded', retriable: false });
      await conversation.stop();
    });

    it('leaves the queue when the customer gives up waiting', async () => {
      const conversation = await Conversation.open(current());
      await conversation.shows(({ state }) => state === 'waiting');
      await conversation.close('customerLeft');
      await conversation.shows(({ state }) => state === 'ended');
      await conversation.stop();
    });

    it('closes twice without complaint', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await conversation.close('customerLeft');
      await conversation.close('customerLeft');
      await conversation.stop();
    });

    it(`${tells.refusal ? 'says so' : 'claims nothing'} when the desk declines the chat`, async () => {
      const conversation = await Conversation.open(current());
      await conversation.shows(({ state }) => state === 'waiting');
      await current().desk.decline(conversation.chatId);
      if (!tells.refusal) {
        // The relay's own limit of waiting ends it; leaving must then be possible.
        await conversation.shows(({ state }) => state === 'ended');
        expect(conversation.tap.all).toEqual([]);
        await conversation.close('notAccepted');
        await conversation.stop();
        return;
      }
      await conversation.tap.until(() => conversation.tap.all.find(({ kind }) => kind === 'failed' || kind === 'ended'));
      await conversation.stop();
    });

    it('tells a transfer from an end', async () => {
      const { desk } = current();
      expect(desk.transfer !== undefined).toBe(desk.features.transfer);
      const conversation = await (await Conversation.open(current())).accept('Grace');
      const elsewhere = desk.queues().find(({ id }) => id !== conversation.chat().queue);
      await desk.transfer?.(conversation.chatId, elsewhere?.id ?? '');
      if (desk.features.transfer) {
        await conversation.tap.next(tells.transfer ? 'transferred' : 'agentLeft');
        await conversation.shows(({ state }) => state === 'waiting');
        await desk.accept(conversation.chatId, 'Edsger');
        await conversation.tap.next('agentJoined');
      }
      await desk.say(conversation.chatId, 'I go on from here');
      await conversation.tap.next('agentMessage');
      expect(conversation.tap.of('ended')).toEqual([]);
      await conversation.stop();
    });

    it(`${capabilities.pausesChats ? 'tells' : 'does not claim to tell'} that the agent put the chat aside`, async () => {
      const { desk } = current();
      expect(desk.pause !== undefined).toBe(capabilities.pausesChats === true);
      if (!desk.pause) return;
      const conversation = await (await Conversation.open(current())).accept('Grace');
      await desk.pause(conversation.chatId);
      await conversation.tap.next('paused');
      expect(conversation.chat().state).toBe('paused');
      // It is not over: the customer only has to write.
      expect(await current().provider.checkSession?.(conversation.session, never)).toBe('connected');
      await conversation.send('I am back');
      expect(conversation.waits).toBe(true);
      await conversation.shows(({ state, entries }) => state === 'waiting' && entries.some(({ text }) => text === 'I am back'));
      await conversation.accept('Edsger');
      await desk.say(conversation.chatId, 'and so am I');
      await conversation.tap.next('agentMessage');
      await conversation.send('good');
      expect(conversation.waits).toBe(false);
      expect(conversation.tap.of('ended')).toEqual([]);
      await conversation.stop();
    });

    it('answers how the session stands, when it can', async () => {
      const { provider, desk } = current();
      const conversation = await Conversation.open(current());
      await conversation.shows(({ state }) => state === 'waiting');
      const status = () => provider.checkSession?.(conversation.session, never) ?? Promise.resolve(undefined);
      const known = provider.checkSession !== undefined;
      expect(await status()).toBe(known ? 'queued' : undefined);
      await conversation.accept();
      expect(await status()).toBe(known ? 'connected' : undefined);
      await desk.end(conversation.chatId);
      await conversation.tap.next(tells.end ? 'ended' : 'agentLeft');
      expect(await status()).toBe(known ? 'ended' : undefined);
      await conversation.stop();
    });

    it('rebuilds a session from its key, when it can', async () => {
      const { provider } = current();
      const request = handoffRequest(current());
      const conversation = await (await Conversation.open(current(), request)).accept();
      const session = provider.adopt?.(conversation.sessionKey, request) ?? conversation.session;
      await provider.send(
        session,
        customerMessage({ text: 'from the adopted session' }),
        provider.reserve?.(session, customerMessage(), undefined).reservation,
        never,
      );
      await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'from the adopted session'));
      await conversation.stop();
    });

    it('waits a sensible time for a successor of an agent who left', () => {
      expect(capabilities.agentLeftGraceInMs).toBeGreaterThanOrEqual(0);
      expect(capabilities.agentLeftGraceInMs).toBeLessThanOrEqual(60_000);
    });
  });
}
