import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonObject } from '../../common/json';
import type { DeskChat } from '../../sandbox/desk';
import { buttonData } from '../support/customerClient';
import { DeskClient, textsOf } from '../support/deskClient';
import { freePorts } from '../support/freePorts';
import { BotUser, ParentProcess } from '../support/parentBotRig';
import { Product } from '../support/productRig';
import { RecordsClient } from '../support/recordsClient';
import { fromAgent, isAnswer } from './talk';

jest.setTimeout(60_000);

const skills = {
  skills: [
    {
      name: 'cards',
      title: { en: 'Cards' },
      fields: [{ name: 'cardEnding', label: { en: 'Last four digits' } }],
      routes: [{ provider: '8x8', target: { queueId: '104' }, acceptWithinSeconds: 600 }],
    },
    {
      name: 'transfers',
      title: { en: 'Transfers' },
      routes: [{ provider: 'live-agent', target: { buttonId: '573000000000002' }, acceptWithinSeconds: 600 }],
    },
  ],
};

const question = 'How do I cancel a transfer?';

const call = (name: string, value: JsonObject, more: JsonObject = {}) =>
  `!${JSON.stringify({ type: 'event', name, value, ...more })}`;

describe('bots and their skills', () => {
  let product: Product;
  let parent: ParentProcess;
  let bot: Product;
  let records: RecordsClient;
  let desk: DeskClient;
  let folder: string;
  const users: BotUser[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'switchboard-skill-'));
    const SKILLS_FILE = path.join(folder, 'skills.json');
    writeFileSync(SKILLS_FILE, JSON.stringify(skills));
    product = await Product.start({ phrasesPerTopic: 2, env: { SKILLS_FILE } });
    parent = new ParentProcess(await freePorts(1), path.join(folder, 'parent.json'), product.botUrl);
    const SANDBOX_URL = `http://127.0.0.1:${product.port + 6}`;
    const SKILL_ENDPOINT = `${product.botUrl}/api/messages`;
    const env = { SANDBOX_URL, SKILL_ENDPOINT, SKILL_NAME: 'switchboard' };
    [bot] = await Promise.all([Product.start({ phrasesPerTopic: 2, env }), parent.start()]);
    records = new RecordsClient(product.dynamicsUrl);
    desk = await DeskClient.open(product.deskUrl);
  });

  afterAll(async () => {
    for (const user of users) user.close();
    await desk?.close();
    await parent?.kill();
    await bot?.close();
    await product?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('the product as the skill of a bot in another process', () => {
    const newUser = async (name?: string): Promise<BotUser> => {
      const user = await BotUser.connect(parent.url, name);
      users.push(user);
      return user;
    };

    const facts = (name: string) => ({
      skill: 'transfers',
      topic: 'A transfer is missing',
      customer: { name, email: `${name.toLowerCase()}@example.com` },
      transcript: [
        { from: 'customer', text: 'where is my money' },
        { from: 'bot', text: 'let me find somebody' },
      ],
    });

    async function reachAgent(name: string, more: JsonObject = {}): Promise<{ user: BotUser; chat: DeskChat }> {
      const user = await newUser(name);
      await user.say(call('escalate', { ...facts(name), ...more }));
      const chat = await desk.waiting(name, 'live-agent');
      await desk.act(chat, 'accept', { agentName: 'Nadia' });
      await user.next('You are now chatting with Nadia');
      return { user, chat };
    }

    it('tells by its manifest what it can be called for, and where', async () => {
      const response = await fetch(`${product.botUrl}/manifest/switchboard-skill-2.2.json`);
      expect(await response.json()).toMatchObject({
        endpoints: [{ endpointUrl: `http://localhost:${product.port}/api/messages` }],
        activities: { escalate: { type: 'event' }, answer: { type: 'event' }, message: { type: 'message' } },
      });
    });

    it('answers a question and gives the conversation back with what it found', async () => {
      const user = await newUser();
      await user.say(call('answer', { question }));
      await user.next(isAnswer);
      const result = await user.result();
      expect(result).toMatchObject({ outcome: 'answered', found: true });
      expect((result['articles'] as JsonObject[])[0]).toMatchObject({
        title: expect.stringContaining('transfer'),
        url: expect.stringContaining('/a/'),
      });
      await user.say('and now?');
      await user.next('parent heard: and now?');
    });

    it('gives everything back inline to a bot that expects replies, and takes no chat that it could not bring back', async () => {
      const user = await newUser();
      await user.say(call('answer', { question }, { deliveryMode: 'expectReplies' }));
      expect(await user.result()).toMatchObject({ outcome: 'answered' });
      await user.say(call('escalate', facts('Inline'), { deliveryMode: 'expectReplies' }));
      expect(await user.result()).toEqual({ outcome: 'failed', reason: 'expectReplies' });
    });

    it('asks only what is missing, brings both sides together, and tells how the chat ended', async () => {
      const user = await newUser('Mia');
      await user.say(call('escalate', { skill: 'cards', topic: 'My card', customer: { name: 'Mia' } }));
      const form = await user.next('Before I pass you on');
      expect(JSON.stringify(form)).not.toContain('"id":"name"');
      await user.submit({ ...buttonData(form, 'Continue'), email: 'mia@example.com', field_cardEnding: '4711' });
      const chat = await desk.waiting('Mia', '8x8');
      await desk.act(chat, 'accept', { agentName: 'Nadia' });
      await user.next('You are now chatting with Nadia');
      await desk.act(chat, 'say', { text: 'Hello <Mia> & all' });
      await user.next(fromAgent('Hello <Mia> & all'));
      await user.say('my card is gone');
      await desk.heard(chat, 'my card is gone');
      await desk.act(chat, 'end');
      expect(await user.result()).toMatchObject({
        outcome: 'agentEnded',
        wasConnected: true,
        skill: 'cards',
        handoffId: expect.any(String),
        chatActivityId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(user.texts().join('\n')).not.toMatch(/How was your chat|event:/);
      await user.say('bye');
      await user.next('parent heard: bye');
    });

    it('shows the agent what was said to the other bot, and fills the record it keeps', async () => {
      const chatActivityId = '5b0d3f8e-8f6e-4a53-9d5e-0f2b6d0f3c11';
      const { user, chat } = await reachAgent('Rita', { chatActivityId, events: true });
      const said = chat.entries.map(({ text }) => text).join('\n');
      expect(said).toMatch(/where is my money[\s\S]*let me find somebody/);
      expect(
        user
          .texts()
          .filter((text) => text.startsWith('event: '))
          .join(),
      ).toContain('"accepted"');
      await user.say('leave the chat');
      expect(await user.result()).toMatchObject({ outcome: 'customerLeft', chatActivityId });
    });

    it('says at once that nobody is there', async () => {
      await desk.setStaffed('live-agent', false);
      const user = await newUser('Nobody');
      await user.say(call('escalate', facts('Nobody')));
      const result = await user.result();
      await desk.setStaffed('live-agent', true);
      expect(result).toMatchObject({ outcome: 'nobodyAvailable' });
      expect(user.texts()[0]).toMatch(/busy or away|closed|available/);
    });

    it('goes on after a kill of either side in the middle of the chat', async () => {
      const { user, chat } = await reachAgent('Kim');
      await user.say('customer 1');
      await desk.heard(chat, 'customer 1');

      await product.kill();
      await Promise.all([desk.act(chat, 'say', { text: 'agent 1' }), product.start('listening')]);
      await user.next(fromAgent('agent 1'));
      await user.say('customer 2');
      await desk.heard(chat, 'customer 2');

      await parent.kill();
      await desk.act(chat, 'say', { text: 'agent 2' });
      await parent.start();
      await user.next(fromAgent('agent 2'));
      await user.say('customer 3');
      const heard = await desk.until(chat, 'the agent has all', (one) => textsOf(one, 'customer').includes('customer 3'));
      expect(textsOf(heard, 'customer')).toEqual(['customer 1', 'customer 2', 'customer 3']);
      await desk.act(chat, 'end');
      expect(await user.result()).toMatchObject({ outcome: 'agentEnded' });
    });

    it('leaves the agent when the other bot takes the conversation back, and says nothing more', async () => {
      const { user, chat } = await reachAgent('Stan');
      await user.say('!stop');
      await user.next('stopped');
      const before = user.activities.length;
      await desk.until(chat, 'the chat is over', ({ state }) => state === 'ended');
      await user.say('hello');
      await user.next('parent heard: hello');
      expect(user.activities.length).toBe(before + 1);
      expect(product.output).not.toMatch(/did not take/);
    });

    it('tells another bot what is wrong with its call', async () => {
      const user = await newUser();
      await user.say(call('escalate', { skill: 'loans' }));
      expect(await user.result()).toEqual({
        outcome: 'failed',
        reason: 'invalidRequest',
        problem: expect.stringMatching(/"skill": is none of cards, transfers$/),
      });
    });

    it('can be spoken to in plain words until the customer is done', async () => {
      const user = await newUser();
      await user.say('!{"type":"message","text":"How do I cancel a transfer?"}');
      await user.next(isAnswer);
      await user.say('What is the exchange rate?');
      await user.next(isAnswer);
      await user.say('bye');
      expect(await user.result()).toEqual({ outcome: 'completed' });
    });
  });

  describe('the product as the parent of another instance of itself', () => {
    async function askForAgent(name: string): Promise<{ user: BotUser; chat: DeskChat }> {
      const user = await BotUser.connect(bot.botUrl, name);
      users.push(user);
      await user.say(question);
      await user.next(isAnswer);
      await user.say('Talk to a person');
      const form = await user.next('Before I pass you on');
      await user.submit({ ...buttonData(form, 'Continue'), skill: 'transfers', name, email: 'somebody@example.com', phone: '' });
      const chat = await desk.waiting(name, 'live-agent');
      await desk.act(chat, 'accept', { agentName: 'Nadia' });
      await user.next('You are now chatting with Nadia');
      return { user, chat };
    }

    it('lends the conversation, over a kill of either side, and comes back with one record for both', async () => {
      const before = await records.count('cxlvhlp_chatactivities');
      const { user, chat } = await askForAgent('Olga');
      expect(chat.entries.map(({ text }) => text).join('\n')).toContain(question);
      await user.say('customer 1');
      await desk.heard(chat, 'customer 1');

      await bot.kill();
      await desk.act(chat, 'say', { text: 'agent 1' });
      await bot.start('listening');
      await user.next(fromAgent('agent 1'));

      await product.kill();
      const [, said] = await Promise.all([
        product.start('listening'),
        user.say('customer 2'),
        desk.act(chat, 'say', { text: 'agent 2' }),
      ]);
      expect(said).toBeUndefined();
      await user.next(fromAgent('agent 2'));
      const heard = await desk.until(chat, 'the agent has all', (one) => textsOf(one, 'customer').includes('customer 2'));
      expect(textsOf(heard, 'customer')).toEqual(['customer 1', 'customer 2']);

      await desk.act(chat, 'end');
      const card = await user.next('How was your chat?');
      await user.submit({ ...buttonData(card, 'Send rating'), score: '5', comment: 'both' });
      await user.next('Thank you for your rating');
      await user.say(question);
      await user.next(isAnswer);
      await records.eventually(
        'the record of the chat is closed and the next one open',
        async () =>
          (await records.rows('cxlvhlp_chatactivities'))
            .filter(({ subject }) => subject === question)
            .map((row) => row['statecode']),
        (states) => states.includes(1) && states.includes(0),
      );
      expect(await records.count('cxlvhlp_chatactivities')).toBe(before + 2);
    });

    it('comes back when the customer leaves the agent', async () => {
      const { user, chat } = await askForAgent('Lars');
      await user.say('leave the chat');
      await desk.until(chat, 'the chat is over', ({ state }) => state === 'ended');
      await user.next('How was your chat?');
    });

    it('comes back when the agent ends the chat while the customer writes', async () => {
      const { user, chat } = await askForAgent('Max');
      await Promise.all([desk.act(chat, 'end'), user.say('are you there?')]);
      await user.next('How was your chat?');
      await user.say(question);
      await user.next(isAnswer);
    });

    it('leaves the agent when the conversation ends on the channel', async () => {
      const { user, chat } = await askForAgent('Eve');
      await user.send({ type: 'endOfConversation' });
      await desk.until(chat, 'the chat is over', ({ state }) => state === 'ended');
    });

    it('offers the next step when the skill finds nobody', async () => {
      await desk.setStaffed('live-agent', false);
      const user = await BotUser.connect(bot.botUrl, 'Nia');
      users.push(user);
      await user.say('Talk to a person');
      const form = await user.next('Before I pass you on');
      const given = { skill: 'transfers', name: 'Nia', email: 'nia@example.com', phone: '', topic: 'x' };
      await user.submit({ ...buttonData(form, 'Continue'), ...given });
      await user.next('You can leave a message');
      await desk.setStaffed('live-agent', true);
      expect(user.texts().join('\n')).toMatch(/busy or away[\s\S]*You can leave a message/);
    });
  });
});
