import type { AgentFile } from '../../../handoff/events';
import type { CustomerFile } from '../../../handoff/request';
import type { DeskChat } from '../../../sandbox/desk';
import { Conversation, customerMessage, handoffRequest } from './conversation';
import type { ProviderShape } from './harness';
import { once } from './messageSuite';
import type { Current } from './providerSuite';

const never = new AbortController().signal;
const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255, 10, 13]);

/** Every true capability is used; every false one is seen to be absent. */
export function describeCapabilities(current: Current, { capabilities }: ProviderShape): void {
  const customerFile = (): CustomerFile => {
    const { name, contentType } = current().customerFile ?? { name: 'card photo.png', contentType: 'image/png' };
    return { name, contentType, url: 'https://channel.example/attachments/1' };
  };
  const withFile = () => {
    const file = customerFile();
    current().dependencies.files.set(file.url, { bytes: picture, contentType: file.contentType });
    return customerMessage({ text: 'here it is', files: [file] });
  };
  const hasFile = (chat: DeskChat) => chat.entries.some(({ files }) => files?.some(({ name }) => name === customerFile().name));
  const hasLink = (chat: DeskChat) =>
    chat.entries.some(({ text }) => text.includes(current().dependencies.linkFile(customerFile())));

  describe('capabilities', () => {
    it('carries messages itself unless the channel is handed over', () => {
      expect(capabilities.mode === 'transfer').toBe(current().provider.inbound.kind === 'channel');
    });

    it(`${capabilities.typingToAgent ? 'shows' : 'does not show'} the agent that the customer types`, async () => {
      const { provider } = current();
      expect(provider.sendTyping !== undefined).toBe(capabilities.typingToAgent);
      const conversation = await (await Conversation.open(current())).accept();
      await conversation.type(true);
      if (capabilities.typingToAgent) await conversation.shows(({ customerIsTyping }) => customerIsTyping);
      await conversation.type(false);
      await conversation.stop();
    });

    it(`${capabilities.typingToCustomer ? 'tells' : 'does not tell'} when the agent types and stops`, async () => {
      const { desk } = current();
      const conversation = await (await Conversation.open(current())).accept();
      await desk.typing(conversation.chatId, true);
      if (capabilities.typingToCustomer) await conversation.tap.next('agentTyping', ({ isTyping }) => isTyping);
      await desk.typing(conversation.chatId, false);
      if (capabilities.typingToCustomer) await conversation.tap.next('agentTyping', ({ isTyping }) => !isTyping);
      await desk.say(conversation.chatId, 'done');
      await conversation.tap.next('agentMessage');
      expect(conversation.tap.of('agentTyping').length > 0).toBe(capabilities.typingToCustomer);
      await conversation.stop();
    });

    it(`${capabilities.readToAgent ? 'shows' : 'does not claim to show'} the agent what the customer has read`, async () => {
      const { provider, desk } = current();
      expect(provider.markRead !== undefined).toBe(capabilities.readToAgent === true);
      if (!provider.markRead) return;
      const conversation = await (await Conversation.open(current())).accept();
      await desk.say(conversation.chatId, 'please read this');
      const { eventId, at } = await conversation.tap.next('agentMessage');
      expect(conversation.chat().readUntil).toBeUndefined();
      for (let time = 0; time < 2; time += 1)
        conversation.merge((await provider.markRead(conversation.session, eventId, never)).session);
      const chat = await conversation.shows(({ readUntil }) => readUntil !== undefined);
      expect(chat.readUntil).toBe(at);
      // What the desk shows has the time by which it was read.
      expect(chat.entries.findLast(({ from }) => from === 'agent')?.at).toBe(at);
      await conversation.stop();
    });

    it(`takes the customer’s files as: ${capabilities.filesToAgent}`, async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await conversation.send(withFile());
      await conversation.shows(capabilities.filesToAgent === 'upload' ? hasFile : hasLink);
      await conversation.shows(({ entries }) => entries.some(({ text }) => text.includes('here it is')));
      expect(current().desk.features.requestFile).toBe(capabilities.filesToAgent === 'onRequest');
      if (capabilities.filesToAgent === 'onRequest') {
        await current().desk.requestFile?.(conversation.chatId);
        await conversation.tap.next('fileRequested');
        await conversation.send(withFile());
        await conversation.shows(hasFile);
      }
      await conversation.stop();
    });

    it('takes a file without a word', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await conversation.send({ ...withFile(), text: '' });
      await conversation.shows(capabilities.filesToAgent === 'upload' ? hasFile : hasLink);
      await conversation.stop();
    });

    it(`${capabilities.filesToCustomer ? 'brings' : 'does not bring'} the agent’s files`, async () => {
      const { desk, provider } = current();
      expect(desk.features.sendFile).toBe(capabilities.filesToCustomer);
      expect(desk.sendFile !== undefined).toBe(capabilities.filesToCustomer);
      if (!capabilities.filesToCustomer) return;
      const conversation = await (await Conversation.open(current())).accept();
      await desk.sendFile?.(conversation.chatId, { name: 'form.png', contentType: 'image/png', bytes: picture });
      const { attachments } = await conversation.tap.next('agentMessage', (event) => event.attachments.length > 0);
      const [sent] = attachments as [AgentFile];
      expect(attachments).toHaveLength(1);
      expect(sent).toMatchObject({ name: 'form.png', contentType: 'image/png' });
      expect(Boolean(sent.url) || Boolean(sent.reference)).toBe(true);
      if (sent.reference) {
        const fetched = await provider.fetchFile?.(conversation.session, sent.reference, never);
        expect(fetched?.bytes.equals(picture)).toBe(true);
        expect(fetched?.contentType).toBe('image/png');
      }
      await conversation.stop();
    });

    it(`${capabilities.cardsToCustomer ? 'brings' : 'does not bring'} the agent’s cards`, async () => {
      const { desk } = current();
      expect(desk.features.sendCard).toBe(capabilities.cardsToCustomer);
      expect(desk.sendCard !== undefined).toBe(capabilities.cardsToCustomer);
      if (!capabilities.cardsToCustomer) return;
      const plain = { type: 'AdaptiveCard', version: '1.3', body: [{ type: 'TextBlock', text: 'Choose' }] };
      const card = current().card ?? { sent: plain, arrives: plain };
      const conversation = await (await Conversation.open(current())).accept();
      await desk.sendCard?.(conversation.chatId, card.sent);
      const { cards } = await conversation.tap.next('agentMessage', (event) => event.cards.length > 0);
      expect(cards).toEqual([{ contentType: 'application/vnd.microsoft.card.adaptive', content: card.arrives }]);
      await conversation.stop();
    });

    it(`${capabilities.queuePosition ? 'tells' : 'does not tell'} the place in the queue${
      capabilities.estimatedWait ? ' and how long it may take' : ''
    }`, async () => {
      const first = await Conversation.open(current());
      const second = await Conversation.open(current());
      await second.shows(({ state }) => state === 'waiting');
      if (capabilities.queuePosition) await second.tap.next('queued', ({ position }) => (position ?? 0) >= 1);
      if (capabilities.estimatedWait) await second.tap.next('queued', (event) => event.estimatedWaitSeconds !== undefined);
      await second.accept();
      const queued = once([...first.tap.of('queued'), ...second.tap.of('queued')]);
      expect(queued.some(({ position }) => position !== undefined)).toBe(capabilities.queuePosition);
      expect(queued.some(({ estimatedWaitSeconds }) => estimatedWaitSeconds !== undefined)).toBe(capabilities.estimatedWait);
      await first.stop();
      await second.stop();
    });

    it(`${capabilities.availability ? 'knows' : 'does not know'} beforehand whether somebody is there`, async () => {
      const { provider, desk, target } = current();
      expect(provider.checkAvailability !== undefined).toBe(capabilities.availability);
      const parsed = provider.parseTarget(target);
      desk.setStaffed(false);
      expect(await provider.checkAvailability?.(parsed, 'en-US', never)).toEqual(
        capabilities.availability ? expect.objectContaining({ available: false }) : undefined,
      );
    });

    it('finds somebody there beforehand, when it can look', async () => {
      const { provider, target } = current();
      const answer = await provider.checkAvailability?.(provider.parseTarget(target), 'en-US', never);
      expect(answer?.available).toBe(capabilities.availability ? true : undefined);
    });

    it(`shows the earlier conversation as: ${capabilities.transcript}`, async () => {
      const conversation = await Conversation.open(current(), handoffRequest(current()));
      const chat = await conversation.shows(({ state }) => state === 'waiting');
      const isEntry = chat.entries.some(({ text, from }) => text.includes('The machine kept my card') && from === 'customer');
      const isField = Object.values(chat.details).some((value) => value.includes('The machine kept my card'));
      expect(capabilities.transcript === 'history' ? isEntry : isField).toBe(true);
      await conversation.stop();
    });

    it(`${capabilities.acceptsWhileQueued ? 'takes' : 'refuses'} messages before an agent has joined`, async () => {
      const conversation = await Conversation.open(current());
      await conversation.shows(({ state }) => state === 'waiting');
      const sending = conversation.send('while I wait');
      if (capabilities.acceptsWhileQueued) {
        await sending;
        await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'while I wait'));
      } else {
        await expect(sending).rejects.toMatchObject({ name: 'HandoffError' });
      }
      await conversation.stop();
    });

    it(`${capabilities.deduplicatesMessages ? 'recognizes' : 'does not recognize'} a repeated message`, async () => {
      const conversation = await (await Conversation.open(current())).accept();
      const message = customerMessage({ text: 'said once' });
      const reservation = await conversation.attempt(message, undefined);
      await conversation.attempt(message, reservation);
      await conversation.send('said after');
      const chat = await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'said after'));
      const times = chat.entries.filter(({ text }) => text === 'said once').length;
      expect(times).toBe(capabilities.deduplicatesMessages ? 1 : 2);
      await conversation.stop();
    });
  });
}
