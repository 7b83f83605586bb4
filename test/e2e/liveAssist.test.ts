import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonObject } from '../../common/json';
import type { DeskChat } from '../../sandbox/desk';
import { buttonData, CustomerClient } from '../support/customerClient';
import { DeskClient, textsOf } from '../support/deskClient';
import { Product } from '../support/productRig';
import { RecordsClient } from '../support/recordsClient';
import { askForPerson, fromAgent, isAnswer, rate } from './talk';

jest.setTimeout(120_000);

const desk = 'live-assist';
const question = 'How do I cancel a transfer?';
const skills = {
  skills: [
    {
      name: 'transfers',
      title: { en: 'Transfers and top-ups' },
      routes: [{ provider: desk, target: { skill: 'transfers' }, acceptWithinSeconds: 600 }],
    },
    {
      name: 'complaints',
      title: { en: 'Complaints' },
      routes: [{ provider: desk, target: { skill: 'complaints' }, acceptWithinSeconds: 600 }],
    },
  ],
};

describe('a desk that shares the chat activity with the bot', () => {
  let product: Product;
  let agents: DeskClient;
  let records: RecordsClient;
  let folder: string;
  const customers: CustomerClient[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'switchboard-skills-'));
    const SKILLS_FILE = path.join(folder, 'skills.json');
    writeFileSync(SKILLS_FILE, JSON.stringify(skills));
    product = await Product.start({ phrasesPerTopic: 2, env: { SKILLS_FILE } });
    agents = await DeskClient.open(product.deskUrl);
    records = new RecordsClient(product.dynamicsUrl);
  });

  afterAll(async () => {
    for (const customer of customers) customer.close();
    await agents?.close();
    const output = product?.output ?? '';
    await product?.close();
    rmSync(folder, { recursive: true, force: true });
    // The stand-in notes a record that somebody else renamed or completed, and every call against the contract.
    expect(output).not.toMatch(/breach of the contract|against the contract/);
    expect(output).not.toMatch(/eyJ[\w-]+\.eyJ|PRIVATE KEY/);
  });

  /** A customer who was answered, asked for a person and waits. */
  async function waiting(name: string): Promise<{ customer: CustomerClient; chat: DeskChat; id: string }> {
    const customer = await CustomerClient.open(product.botUrl);
    customers.push(customer);
    await customer.say(question);
    await customer.next(isAnswer);
    await askForPerson(customer, 'transfers', name);
    const named = await agents.waiting(name, desk);
    // What the agent is told comes a moment after the chat itself.
    const chat = await agents.until(named, 'the agent knows the record', ({ details }) => 'Chat activity' in details);
    return { customer, chat, id: chat.details['Chat activity'] ?? '' };
  }

  const shared = (id: string, what: string, isThere: (row: JsonObject) => boolean) =>
    records.eventually(what, () => records.chat(id), isThere);

  it('fills one chat activity from both sides, over a kill of the bot, and the desk completes it', async () => {
    const before = await records.count('cxlvhlp_chatactivities');
    const { customer, chat, id } = await waiting('Kim Killed');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(chat.details).toMatchObject({ 'E-mail': 'kim.killed@example.com', Topic: question });
    expect(chat.entries.map(({ text }) => text).join('\n')).toMatch(/How do I cancel a transfer\?[\s\S]*KA-?\d+/);
    await agents.act(chat, 'accept', { agentName: 'Nadia' });
    await customer.next('You are now chatting with Nadia');
    await customer.say('customer 1');
    await agents.heard(chat, 'customer 1');
    await agents.act(chat, 'say', { text: 'agent <1> & more' });
    await customer.next(fromAgent('agent <1> & more'));

    await product.kill();
    await Promise.all([customer.say('customer 2'), agents.act(chat, 'say', { text: 'agent 2' }), product.start('listening')]);
    await customer.next(fromAgent('agent 2'));
    await customer.say('customer 3');
    const heard = await agents.until(chat, 'the agent has all', (one) => textsOf(one, 'customer').includes('customer 3'));
    expect(textsOf(heard, 'customer').slice(-3)).toEqual(['customer 1', 'customer 2', 'customer 3']);

    const during = await shared(id, 'the desk has filled the record', (row) => row['cxlvhlp_chatsessionid'] !== null);
    expect(during).toMatchObject({ statecode: 0, subject: 'chat with Nadia transfers', cxlvhlp_AgentClientType: 'web' });
    await agents.act(chat, 'end');
    await rate(customer, '5', 'both sides');
    const row = await shared(id, 'the record is completed', ({ statecode }) => statecode === 1);
    expect(row).toMatchObject({
      subject: 'chat with Nadia transfers',
      cxlvhlp_chatsessionid: chat.id,
      cxlvhlp_EndReason: 100000001,
      cxlvhlp_channel: 'directline',
      cxlvhlp_ChatOrigin: 100000000,
    });
    expect(row['cxlvhlp_chatendtime']).toMatch(/Z$/);
    expect((await records.articlesSent(id)).length).toBeGreaterThan(0);
    expect(await records.count('cxlvhlp_chatactivities')).toBe(before + 1);
  });

  it('leaves the record to the bot when nobody took the chat', async () => {
    const { customer, chat, id } = await waiting('Lou Left');
    await customer.say('back to the bot');
    await agents.until(chat, 'the chat has left the queue', ({ state }) => state === 'ended');
    expect(await records.chat(id)).toMatchObject({ statecode: 0, subject: question, cxlvhlp_chatsessionid: null });
  });

  it('leaves the record to the bot when Dynamics had none as an agent took the chat', async () => {
    await records.setMode('down');
    const { customer, chat, id } = await waiting('Dana Down');
    await agents.act(chat, 'accept', { agentName: 'Nadia' });
    await customer.next('You are now chatting with Nadia');
    await records.setMode('normal');
    await agents.act(chat, 'end');
    await customer.next('How was your chat?');
    const rows = await records.eventually(
      'the record is completed',
      () => records.rows('cxlvhlp_chatactivities', `activityid eq ${id}`),
      ([row]) => row?.['statecode'] === 1,
    );
    expect(rows).toMatchObject([{ cxlvhlp_chatsessionid: null, cxlvhlp_EndReason: 100000001 }]);
  });

  it('asks nobody when no agent is there, and says so', async () => {
    await agents.setStaffed(desk, false);
    const customer = await CustomerClient.open(product.botUrl);
    customers.push(customer);
    await customer.say(question);
    await customer.next(isAnswer);
    await customer.say('Talk to a person');
    const form = await customer.next('Before I pass you on');
    await customer.submit({
      ...buttonData(form, 'Continue'),
      skill: 'transfers',
      name: 'Nia Nobody',
      email: 'nia@example.com',
      phone: '',
    });
    await customer.next('All our agents are busy or away');
    await agents.setStaffed(desk, true);
  });
});
