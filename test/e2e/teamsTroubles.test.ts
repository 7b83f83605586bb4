import type { DeskChat } from '../../sandbox/desk';
import { DeskClient, textsOf } from '../support/deskClient';
import { Product } from '../support/productRig';
import { TeamsClient } from '../support/teamsClient';

jest.setTimeout(120_000);

const throttled = { status: 429, code: 'Throttled', retryAfter: 1 };
const inConflict = { status: 412, code: 'PreconditionFailed' };
const answer = /^(This should answer it|One of these may answer it)/;

describe('a customer in Teams, when Teams does not take what is sent', () => {
  let product: Product;
  let desk: DeskClient;
  const clients: TeamsClient[] = [];

  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 12 });
    desk = await DeskClient.open(product.deskUrl);
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await desk?.close();
    await product?.close();
  });

  async function newClient(name: string): Promise<TeamsClient> {
    const client = await TeamsClient.open(product.botUrl, { name });
    clients.push(client);
    return client;
  }

  async function withAgent(name: string): Promise<{ client: TeamsClient; chat: DeskChat }> {
    const client = await newClient(name);
    await client.say('Talk to a person');
    const form = await client.next('Before I pass you on');
    await client.press(form, 'Continue', { skill: 'transfers', email: 'ann@example.com', phone: '', topic: 'A transfer' });
    const chat = await desk.waiting(name, 'live-agent');
    await desk.act(chat, 'accept', { agentName: 'Nadia' });
    await client.next('You are now chatting with Nadia');
    return { client, chat };
  }

  const shownTimes = (client: TeamsClient, what: RegExp) =>
    client.connector.shown.filter(({ activity }) => what.test(String(activity['text'] ?? ''))).length;

  it.each([
    ['asks for time', [throttled]],
    ['is in conflict with itself', [inConflict, inConflict]],
  ])('gets the answer to a question although Teams %s', async (_what, troubles) => {
    const client = await newClient('Busy Teams');
    client.connector.troubles.push(...troubles);
    await client.say('How do I cancel a transfer?');
    await client.until('an answer', () => (shownTimes(client, answer) > 0 ? true : undefined));
    expect(shownTimes(client, answer)).toBe(1);
    expect(client.words().join('\n')).not.toMatch(/went wrong/);
  });

  it('reads all that the agent wrote, once and in order', async () => {
    const { client, chat } = await withAgent('Order Teams');
    client.connector.troubles.push(throttled, inConflict, { status: 502, code: 'BadGateway' }, throttled);
    for (const text of ['one', 'two', 'three']) await desk.act(chat, 'say', { text });
    await client.next('Nadia: three');
    const said = client.connector.shown
      .map(({ activity }) => String(activity['text'] ?? ''))
      .filter((text) => /^Nadia: /.test(text));
    expect(said).toEqual(['Nadia: one', 'Nadia: two', 'Nadia: three']);
  });

  it('is followed to where Teams moves the conversation, also after a restart of the bot', async () => {
    const { client, chat } = await withAgent('Moved Teams');
    await client.move();
    await client.say('from over here');
    await desk.until(chat, 'the agent reads it', (one) => textsOf(one, 'customer').includes('from over here'));
    await desk.act(chat, 'say', { text: 'I follow' });
    await client.next('Nadia: I follow');
    await product.kill();
    await product.start();
    await desk.act(chat, 'say', { text: 'still there' });
    await client.next('Nadia: still there');
    await desk.act(chat, 'end');
    await client.next('How was your chat?');
  });

  it('who is told something too long does not read it, and the agent knows', async () => {
    const { client, chat } = await withAgent('Long Teams');
    await desk.act(chat, 'say', { text: 'x'.repeat(29_000) });
    await desk.until(chat, 'the agent is told', (one) =>
      textsOf(one).some((text) => text.includes('could not be delivered to the customer')),
    );
    await desk.act(chat, 'say', { text: 'shorter' });
    await client.next('Nadia: shorter');
    expect(client.connector.violations).toEqual([expect.stringContaining('413 MessageSizeTooBig')]);
  });
});
