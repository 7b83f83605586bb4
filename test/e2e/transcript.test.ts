import type { JsonObject } from '../../common/json';
import { CustomerClient } from '../support/customerClient';
import { DeskClient } from '../support/deskClient';
import { Product } from '../support/productRig';
import { firstDesks, fromAgent, reachAgent } from './talk';

jest.setTimeout(120_000);

describe('a customer who wants their chat in writing', () => {
  let product: Product;
  let desk: DeskClient;
  const customers: CustomerClient[] = [];

  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 12 });
    desk = await DeskClient.open(product.deskUrl);
  });
  afterAll(async () => {
    for (const customer of customers) customer.close();
    await desk?.close();
    await product?.close();
  });

  const newCustomer = async () => {
    const customer = await CustomerClient.open(product.botUrl);
    customers.push(customer);
    return customer;
  };
  const fileIn = (activity: JsonObject) => (activity['attachments'] as { name: string; contentUrl: string }[])[0];

  it('gets all of their own conversation after the chat with a person, and nothing of what follows or of others', async () => {
    const [deskCase] = firstDesks;
    if (!deskCase) throw new Error('a desk is needed');
    const [customer, other] = [await newCustomer(), await newCustomer()];
    await other.say('A question of somebody else');
    const chat = await reachAgent(customer, desk, deskCase, 'Written Customer');
    await customer.say('Here is my question, ünïcode and all');
    await desk.heard(chat, 'Here is my question, ünïcode and all');
    await desk.act(chat, 'say', { text: 'And here is the answer' });
    await customer.next(fromAgent('And here is the answer'));
    await desk.sendFile(chat, 'form.pdf', 'application/pdf', Buffer.from('%PDF-1.4'));
    await customer.next((one) => Array.isArray(one['attachments']) && one['attachments'].length > 0);
    await desk.act(chat, 'end');
    const rating = await customer.next('How was your chat?');
    expect(JSON.stringify(rating['suggestedActions'])).toContain('Send me the chat');

    await customer.say('Send me the chat', { localTimezone: 'Europe/Prague' });
    const file = fileIn(await customer.next('Here is this conversation as a file'));
    await customer.say('What was said afterwards');
    const response = await fetch(file?.contentUrl ?? '');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const text = await response.text();
    for (const part of [deskCase.question, 'Here is my question, ünïcode and all', 'Nadia (Agent)\n  And here is the answer'])
      expect(text).toContain(part);
    for (const part of ['Times: Europe/Prague', 'File: form.pdf', 'The agent has ended the chat']) expect(text).toContain(part);
    expect(text).toMatch(/Article KA-?\d+: \S/);
    expect(text).not.toContain('A question of somebody else');
    expect(text).not.toContain('What was said afterwards');
    const forged = (file?.contentUrl ?? '').replace(/(?<=\/files\/)./, (first) => (first === 'A' ? 'B' : 'A'));
    expect((await fetch(forged)).status).toBe(404);
  });
});
