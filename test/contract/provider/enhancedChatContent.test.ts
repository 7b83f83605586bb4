import type { JsonObject } from '../../../common/json';
import type { AgentMessageEvent } from '../../../handoff/events';
import type { CustomerFile } from '../../../handoff/request';
import { type EnhancedChatStandInOptions, startEnhancedChatStandIn } from '../../../sandbox/enhanced-chat';
import { Conversation, customerMessage } from './conversation';
import { createEnhancedChatHarness, type EnhancedChatHarness } from './enhancedChatHarness';

const never = new AbortController().signal;

describe('files, choices and forms of the enhanced-chat provider', () => {
  let harness: EnhancedChatHarness;

  const start = async (options: EnhancedChatStandInOptions = {}) => {
    harness = createEnhancedChatHarness(await startEnhancedChatStandIn(options));
  };
  const open = async () => (await Conversation.open(harness)).accept();
  const last = (conversation: Conversation) => conversation.chat().entries.at(-1);
  const cardOf = (event: AgentMessageEvent) => event.cards[0]?.content as { body: JsonObject[]; actions: JsonObject[] };

  beforeEach(() => start());

  afterEach(async () => {
    const violations = [...harness.violations];
    await harness.close();
    await harness.dependencies.close();
    expect(violations).toEqual([]);
  });

  describe('files', () => {
    const file: CustomerFile = { name: 'card photo.png', contentType: 'image/png', url: 'https://channel.example/1' };
    const sendFile = async (conversation: Conversation, bytes: Buffer, contentType = file.contentType) => {
      harness.dependencies.files.set(file.url, { bytes, contentType });
      await conversation.send(customerMessage({ text: 'here', files: [file] }));
    };
    const link = () => `card photo.png: ${harness.dependencies.linkFile(file)}`;

    it('arrive whole', async () => {
      const conversation = await open();
      const bytes = Buffer.from([0x89, 0x50, 0, 255, 13, 10]);
      await sendFile(conversation, bytes);
      const uploaded = last(conversation)?.files?.[0];
      expect(uploaded).toMatchObject({ name: file.name, contentType: file.contentType });
      expect(Buffer.from(await (await fetch(uploaded?.url ?? '')).arrayBuffer())).toEqual(bytes);
      await conversation.stop();
    });

    it('go as a link when they are too large, without being sent', async () => {
      const conversation = await open();
      await sendFile(conversation, Buffer.alloc(5 * 1024 * 1024 + 1));
      expect(last(conversation)?.text).toBe(link());
      await conversation.stop();
    });

    it('go as a link when their type is not allowed', async () => {
      const conversation = await open();
      await sendFile(conversation, Buffer.from('x'), 'application/x-msdownload');
      expect(last(conversation)?.text).toBe(link());
      await conversation.stop();
    });

    it('go as a link when file transfer is off', async () => {
      await harness.close();
      await start({ takesFiles: false });
      const conversation = await open();
      await sendFile(conversation, Buffer.from('x'));
      expect(last(conversation)?.text).toBe(link());
      await conversation.stop();
    });

    it('arrive once, and the text before them once, when an answer is lost', async () => {
      const conversation = await open();
      harness.dependencies.files.set(file.url, { bytes: Buffer.from('x'), contentType: file.contentType });
      const message = customerMessage({ text: 'here', files: [file] });
      const reserved = harness.provider.reserve!(conversation.session, message, undefined);
      harness.faults.add({ match: '/file', cut: 'after' });
      const sending = harness.provider.send(conversation.session, message, reserved.reservation, never);
      await expect(sending).rejects.toMatchObject({ delivered: 'unknown', retriable: true });
      await conversation.attempt(message, reserved.reservation);
      const shown = conversation.chat().entries.filter(({ text, files }) => text === 'here' || files);
      expect(shown).toHaveLength(2);
      await conversation.stop();
    });

    it('that cannot be read leave nothing half sent', async () => {
      const conversation = await open();
      await expect(conversation.send(customerMessage({ text: 'here', files: [file] }))).rejects.toMatchObject({
        code: 'rejected',
      });
      expect(conversation.chat().entries.some(({ text }) => text === 'here')).toBe(false);
      await conversation.stop();
    });

    it('of the agent are fetched with the token where the desk asks for it', async () => {
      await harness.close();
      await start({ filesNeedToken: true });
      const conversation = await open();
      await harness.desk.sendFile?.(conversation.chatId, {
        name: 'a.pdf',
        contentType: 'application/pdf',
        bytes: Buffer.from('%PDF'),
      });
      const { attachments } = await conversation.tap.next('agentMessage');
      const fetched = await harness.provider.fetchFile?.(conversation.session, attachments[0]?.reference ?? {}, never);
      expect(fetched).toEqual({ bytes: Buffer.from('%PDF'), contentType: 'application/pdf' });
      await conversation.stop();
    });

    it('of the agent that are gone, or elsewhere, are refused without a word about the chat', async () => {
      const conversation = await open();
      const fetchFile = (url: string) => harness.provider.fetchFile?.(conversation.session, { url }, never);
      await expect(fetchFile(`${harness.standIn.url}/files/none`)).rejects.toMatchObject({ code: 'rejected' });
      for (const url of [
        'https://example.com/x',
        'http://files.force.com/x',
        'https://127.0.0.1/x',
        'https://u:p@a.force.com/',
        '',
      ])
        await expect(fetchFile(url)).rejects.toMatchObject({ code: 'rejected', retriable: false });
      await conversation.stop();
    });
  });

  describe('choices', () => {
    const choices = (titles: string[]) => ({
      type: 'AdaptiveCard',
      version: '1.3',
      body: [{ type: 'TextBlock', text: 'Replace your card?' }],
      actions: titles.map((title) => ({ type: 'Action.Submit', title })),
    });

    it('are buttons, and a press comes back as the choice', async () => {
      const conversation = await open();
      await harness.desk.sendCard?.(conversation.chatId, choices(['Yes', 'No']));
      const event = await conversation.tap.next('agentMessage');
      expect(event.text).toBe('Replace your card?');
      const { actions } = cardOf(event);
      expect(actions.map(({ title }) => title)).toEqual(['Yes', 'No']);
      // As the bot tells a press: its data, and the same in words.
      const cardSubmission = actions[1]?.['data'] as JsonObject;
      await conversation.send(customerMessage({ text: 'answer: No\ninReplyTo: …', cardSubmission }));
      expect(last(conversation)).toMatchObject({ from: 'customer', text: 'No' });
      await conversation.stop();
    });

    it('are a list when they are many', async () => {
      const conversation = await open();
      await harness.desk.sendCard?.(conversation.chatId, choices(['1', '2', '3', '4', '5', '6']));
      const { body, actions } = cardOf(await conversation.tap.next('agentMessage'));
      const [list] = body as { id: string; choices: { title: string; value: string }[] }[];
      const data = actions[0]?.['data'] as JsonObject;
      const cardSubmission = { ...data, [list!.id]: list!.choices[5]!.value };
      await conversation.send(customerMessage({ text: '', cardSubmission }));
      expect(last(conversation)).toMatchObject({ from: 'customer', text: '6' });
      await conversation.stop();
    });
  });

  describe('forms', () => {
    const form = {
      type: 'AdaptiveCard',
      version: '1.3',
      body: [
        { type: 'TextBlock', text: 'When may we call you?' },
        { type: 'Input.Text', id: 'phone', label: 'Phone number', style: 'Tel', isRequired: true },
        { type: 'Input.Date', id: 'day', label: 'Day' },
        {
          type: 'Input.ChoiceSet',
          id: 'time',
          label: 'Time',
          isMultiSelect: true,
          choices: [
            { title: 'Morning', value: 'm' },
            { title: 'Noon', value: 'n' },
            { title: 'Evening', value: 'e' },
          ],
        },
      ],
      actions: [{ type: 'Action.Submit', title: 'Send' }],
    };
    const answers = { phone: '+15550100', day: '2026-12-01', time: 'm,e' };
    const answered = 'Phone number: +15550100\nDay: 2026-12-01\nTime: Morning, Evening';
    const askAndAnswer = async (conversation: Conversation) => {
      await harness.desk.sendCard?.(conversation.chatId, form);
      const event = await conversation.tap.next('agentMessage');
      const card = cardOf(event);
      const data = card.actions[0]?.['data'] as JsonObject;
      await conversation.send(customerMessage({ text: 'phone: …', cardSubmission: { ...data, ...answers } }));
      return { event, card };
    };

    it('are a card with their fields, and come back as the form’s answer', async () => {
      const conversation = await open();
      const { event, card } = await askAndAnswer(conversation);
      expect(event.text).toBe('When may we call you?');
      expect(card.body).toMatchObject([
        { type: 'Input.Text', id: 'phone', label: 'Phone number', style: 'Tel', isRequired: true },
        { type: 'Input.Date', id: 'day' },
        { type: 'Input.ChoiceSet', id: 'time', isMultiSelect: true },
      ]);
      expect(last(conversation)?.text).toBe(answered);
      await conversation.stop();
    });

    it('come back as text when the desk does not take the answer', async () => {
      await harness.close();
      await start({ takesFormAnswers: false });
      const conversation = await open();
      await askAndAnswer(conversation);
      expect(last(conversation)?.text).toBe(answered);
      await conversation.stop();
    });

    it('that are too old to be remembered come back in words', async () => {
      const conversation = await open();
      const { card } = await askAndAnswer(conversation);
      for (let count = 0; count < 3; count += 1) {
        await harness.desk.sendCard?.(conversation.chatId, form);
        await conversation.tap.next('agentMessage');
      }
      const data = card.actions[0]?.['data'] as JsonObject;
      await conversation.send(customerMessage({ text: 'phone: 1', cardSubmission: { ...data, ...answers } }));
      expect(last(conversation)?.text).toBe('phone: 1');
      await conversation.stop();
    });
  });

  it('shows a link with its title', async () => {
    const conversation = await open();
    await harness.desk.sendCard?.(conversation.chatId, {
      type: 'AdaptiveCard',
      version: '1.3',
      body: [{ type: 'FactSet', facts: [{ title: 'Amount', value: '125.00 EUR' }] }],
      actions: [{ type: 'Action.OpenUrl', title: 'How long it takes', url: 'https://example.com/transfers' }],
    });
    expect((await conversation.tap.next('agentMessage')).text).toBe('Amount: 125.00 EUR');
    expect((await conversation.tap.next('agentMessage')).text).toBe('How long it takes\nhttps://example.com/transfers');
    await conversation.stop();
  });

  it('refuses a message with nothing in it', async () => {
    const conversation = await open();
    await expect(conversation.send(customerMessage({ text: ' ' }))).rejects.toMatchObject({ code: 'invalid', delivered: 'no' });
    await conversation.stop();
  });
});
