import type { DeskChat } from '../../sandbox/desk';
import { CustomerClient } from '../support/customerClient';
import { DeskClient, textsOf } from '../support/deskClient';
import { Product } from '../support/productRig';
import { RecordsClient } from '../support/recordsClient';
import { type DeskCase, deskCases, fromAgent, rate, reachAgent } from './talk';

jest.setTimeout(120_000);

/** The same without repeats of one text right after itself. */
const withoutRepeats = (texts: string[]) => texts.filter((text, index) => text !== texts[index - 1]);

describe('a bot that ends in the middle of chats', () => {
  let product: Product;
  let desk: DeskClient;
  const customers: CustomerClient[] = [];

  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 2 });
    desk = await DeskClient.open(product.deskUrl);
  });

  afterAll(async () => {
    for (const customer of customers) customer.close();
    await desk?.close();
    await product?.close();
  });

  async function newCustomer(): Promise<CustomerClient> {
    const customer = await CustomerClient.open(product.botUrl);
    customers.push(customer);
    return customer;
  }

  interface Talk {
    deskCase: DeskCase;
    customer: CustomerClient;
    chat: DeskChat;
    toDesk: string[];
    toCustomer: string[];
  }

  async function begin(name: string): Promise<Talk[]> {
    const talks: Talk[] = [];
    for (const deskCase of deskCases) {
      const customer = await newCustomer();
      const chat = await reachAgent(customer, desk, deskCase, `${name} ${deskCase.desk}`);
      talks.push({ deskCase, customer, chat, toDesk: [], toCustomer: [] });
    }
    return talks;
  }

  /** Both sides write at the same time; resolves when channel and desk have taken it, which says nothing of the bot. */
  async function writeBoth(talk: Talk, when: string, count: number): Promise<void> {
    const { customer, chat, toDesk, toCustomer } = talk;
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const fromCustomer = async () => {
      for (const number of numbers) {
        const text = `customer ${when} ${number}`;
        toDesk.push(text);
        await customer.say(text);
      }
    };
    const fromDesk = async () => {
      for (const number of numbers) {
        const text = `agent ${when} ${number}`;
        toCustomer.push(text);
        await desk.act(chat, 'say', { text });
      }
    };
    await Promise.all([fromCustomer(), fromDesk()]);
  }

  function agentTexts({ customer }: Talk): string[] {
    return customer
      .heard()
      .filter((text) => text.startsWith('Nadia: '))
      .map((text) => text.slice('Nadia: '.length));
  }

  /** Everything that was written is there; in order, and, where the other side can tell, once. */
  async function expectComplete(talk: Talk): Promise<void> {
    const { deskCase, customer, chat, toDesk, toCustomer } = talk;
    const last = toCustomer.at(-1) ?? '';
    if (!agentTexts(talk).includes(last)) await customer.next(fromAgent(last));
    await desk.heard(chat, toDesk.at(-1) ?? '');
    const now = await desk.until(chat, 'the chat is active', ({ state }) => state === 'active');
    // The past comes first, at some desks as a message of the customer's.
    const heard = textsOf(now, 'customer').filter((text) => text.startsWith('customer '));
    const shown = agentTexts(talk);
    // Most desks cannot tell a repeated message, nor can the channel: one of each may come twice around a kill.
    const isExactAtDesk = deskCase.isExact;
    expect(isExactAtDesk ? heard : withoutRepeats(heard)).toEqual(toDesk);
    expect(heard.length - toDesk.length).toBeLessThanOrEqual(1);
    expect(withoutRepeats(shown)).toEqual(toCustomer);
    expect(shown.length - toCustomer.length).toBeLessThanOrEqual(1);
  }

  it('goes on with every chat after kill -9, with nothing lost or out of order', async () => {
    const talks = await begin('Killed');
    await Promise.all(talks.map((talk) => writeBoth(talk, 'before', 5)));
    await product.kill();
    const during = talks.map((talk) => writeBoth(talk, 'during', 2));
    await product.start('listening');
    await Promise.all(during);
    await Promise.all(talks.map((talk) => writeBoth(talk, 'after', 3)));
    await Promise.all(talks.map(expectComplete));
    for (const { customer, chat, deskCase } of talks) {
      expect(customer.heard().join('\n')).not.toMatch(/did not reach|could not be delivered|connection to the agent was lost/);
      await desk.act(chat, 'end');
      await rate(customer, '4', 'all there');
      const id = Object.entries(chat.details).find(([key]) => /activity/i.test(key))?.[1] ?? '';
      const records = new RecordsClient(product.dynamicsUrl);
      const row = await records.eventually(
        'the record is closed',
        () => records.chat(id),
        ({ statecode }) => statecode === 1,
      );
      // A desk that owns the record names it in its own way.
      expect(row['subject']).toMatch(deskCase.desk === 'live-assist' ? /^chat with Nadia/ : deskCase.question);
    }
  });

  it('survives a kill at the very moment at which messages are under way', async () => {
    const talks = await begin('Struck');
    const writing = talks.map((talk) => writeBoth(talk, 'under way', 6));
    const [talk] = talks;
    await desk.heard(talk!.chat, 'customer under way 2');
    await product.kill();
    await product.start('listening');
    await Promise.all(writing);
    await Promise.all(talks.map((one) => writeBoth(one, 'after', 1)));
    await Promise.all(talks.map(expectComplete));
    for (const { chat, customer } of talks) {
      await desk.act(chat, 'end');
      await customer.next('How was your chat?');
    }
  });

  it('stops within 10 s on SIGTERM with code 0, in the middle of chats', async () => {
    const talks = await begin('Stopped');
    await Promise.all(talks.map((talk) => writeBoth(talk, 'before', 2)));
    const ended = await product.stop();
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(ended.tookInMs).toBeLessThan(10_000);
  });
});
