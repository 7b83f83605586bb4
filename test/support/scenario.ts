import type { JsonObject } from '../../common/json';
import type { DeskChat } from '../../sandbox/desk';
import { type DeskClient, textsOf } from './deskClient';
import type { RecordsClient } from './recordsClient';

export interface ScenarioFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

/** What is put into a form, by the labels a reader sees: a text, or one of the offered choices by the beginning of its words. */
export type FormAnswers = Record<string, string | { choice: string }>;

/** A place where customers meet the bot, as the customer uses it. What a place cannot do or does by itself is its driver's business. */
export interface CustomerSurface {
  /** By which agents know the customer here. */
  readonly customerName: string;
  say(text: string): Promise<void>;
  /** Waits until a message or card with this text is shown. */
  reads(text: string): Promise<void>;
  /** Presses the newest button of these words. */
  press(button: string): Promise<void>;
  /** Leafs through the newest carousel to the card with this title and presses a button of it. */
  pressOnCard(title: string, button: string): Promise<void>;
  /** Fills in the newest form that has this button and sends it. */
  fill(answers: FormAnswers, button: string): Promise<void>;
  sendFile(file: ScenarioFile): Promise<void>;
  /** Waits until a file of this name is shown and opens it. */
  opensFile(name: string): Promise<Buffer>;
  /** What the surface itself found wrong with the bot. */
  complaints(): string[];
}

export interface ScenarioSides {
  customer: CustomerSurface;
  desk: DeskClient;
  records: RecordsClient;
}

const chatActivities = 'cxlvhlp_chatactivities';
/** A picture of a card, 32 by 10 pixels. */
const customerFile: ScenarioFile = {
  name: 'my card.png',
  contentType: 'image/png',
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAACAAAAAKCAIAAABaL8vzAAAAl0lEQVR42mMQ8e8RC+yTCJ4gFTpJJnyKXOQ0hegZSrGzVOLnqCXO00heoJW6SC' +
      'd9iV7mMoPsFUa5q0zy15gVrrMo3mBVusmmfItd5TaH6h1Otbtc6ve4Ne7zaD7g1XrIp/2IX+exgO4TQb2nGGhvgZwRTREdLKBbHNzbEYCMhpcF' +
      'rz/8giCgBXA20AI4G2gBnE3/ZEpjCwBz/YM34VD1AgAAAABJRU5ErkJggg==',
    'base64',
  ),
};
const agentFile: ScenarioFile = {
  name: 'conditions.pdf',
  contentType: 'application/pdf',
  bytes: Buffer.from('%PDF-1.4 conditions'),
};
const addressCard: JsonObject = {
  type: 'AdaptiveCard',
  version: '1.3',
  body: [
    { type: 'TextBlock', text: 'Where shall the new card go?', weight: 'Bolder', wrap: true },
    { type: 'Input.Text', id: 'street', label: 'Street and number', placeholder: 'Street and number' },
  ],
  actions: [{ type: 'Action.Submit', title: 'Send it there', data: { step: 'address' } }],
};

const patience = 'Yes, I have waited for two weeks.';
const address = 'Street and number: 1 High Street';
const thanks = 'Thank you, Oskar!';

/** The one scripted conversation that every surface carries: ask, carousel, read, escalate, chat with files, transfer, end, rate. */
export async function playScenario({ customer, desk, records }: ScenarioSides): Promise<void> {
  const activitiesBefore = await records.count(chatActivities);
  await askAndRead(customer);
  const waiting = await escalate(customer, desk);
  const chatActivityId = waiting.details['ChatActivityId'] ?? '';
  const chat = await accept(customer, desk, waiting, 'Nadia');
  await talk(customer, desk, chat);
  await exchangeFilesAndCard(customer, desk, chat);
  await transfer(customer, desk, chat);
  await desk.act(chat, 'end');
  const ended = await desk.until(chat, 'the chat has ended', ({ state }) => state === 'ended');
  // All that was said to the agents, each once and in order.
  expect(textsOf(ended, 'customer').filter((text) => text !== '')).toEqual([patience, customerFile.name, address, thanks]);
  await customer.reads('The agent has ended the chat.');
  await customer.reads('How was your chat?');
  await customer.fill(
    { 'Your rating': { choice: '4 – good' }, 'Anything you would like to add?': 'Quick and kind' },
    'Send rating',
  );
  await customer.reads('Thank you for your rating');
  await checkRecords(records, chatActivityId);
  expect(await records.count(chatActivities)).toBe(activitiesBefore + 1);
  await customer.say('How do I cancel a transfer?');
  await customer.reads('I sent money by mistake: can I cancel my transfer?');
  await records.eventually(
    'what comes after the chat has a chat activity of its own',
    () => records.count(chatActivities),
    (count) => count === activitiesBefore + 2,
  );
  expect(customer.complaints()).toEqual([]);
}

async function askAndRead(customer: CustomerSurface): Promise<void> {
  await customer.say('card');
  await customer.reads('One of these may answer it:');
  await customer.pressOnCard('My card is not working at all: what can I do?', 'Read');
  await customer.reads('Wipe the chip with a dry cloth');
  await customer.press('This helped');
  await customer.reads('Glad it helped');
  await customer.say('My card has not arrived yet');
  await customer.reads('This should answer it:');
  await customer.press('Read more');
  await customer.reads('The latest arrival date has passed');
}

/** Resolves with the chat as the agent finds it in the queue: with the name, the details and all that was said. */
async function escalate(customer: CustomerSurface, desk: DeskClient): Promise<DeskChat> {
  await customer.say('Talk to a person');
  await customer.reads('Before I pass you on');
  await customer.fill(
    {
      'Which team can help you?': { choice: 'Cards' },
      'Your name': customer.customerName,
      'E-mail address': 'customer@example.com',
    },
    'Continue',
  );
  await customer.reads('Last four digits');
  await customer.fill({ 'Last four digits of the card (optional)': '4711' }, 'Continue');
  await customer.reads('I am passing your chat on to Cards');
  const waiting = await desk.waiting(customer.customerName, '8x8');
  const known = Object.values(waiting.details).join('\n');
  expect(known).toContain('customer@example.com');
  expect(known).toContain('4711');
  const past = waiting.entries.map(({ text }) => text).join('\n');
  expect(past).toContain('My card has not arrived yet');
  expect(past).toMatch(/KA-?\d+/);
  return waiting;
}

async function accept(customer: CustomerSurface, desk: DeskClient, chat: DeskChat, agentName: string): Promise<DeskChat> {
  await desk.act(chat, 'accept', { agentName });
  await customer.reads(`You are now chatting with ${agentName}`);
  return desk.until(chat, 'the chat is active', ({ state }) => state === 'active');
}

async function talk(customer: CustomerSurface, desk: DeskClient, chat: DeskChat): Promise<void> {
  await desk.act(chat, 'say', { text: 'Hello, I see that your card has not arrived.' });
  await customer.reads('Nadia: Hello, I see that your card has not arrived.');
  await customer.say(patience);
  await desk.heard(chat, patience);
}

async function exchangeFilesAndCard(customer: CustomerSurface, desk: DeskClient, chat: DeskChat): Promise<void> {
  await customer.sendFile(customerFile);
  const withFile = await desk.until(chat, 'the file arrives', ({ entries }) => entries.some(({ files }) => files?.length));
  const [file] = withFile.entries.flatMap(({ files }) => files ?? []);
  expect(file?.name).toBe(customerFile.name);
  expect(await desk.openFile(file?.url ?? '')).toEqual(customerFile.bytes);

  await desk.sendFile(chat, agentFile.name, agentFile.contentType, agentFile.bytes);
  expect(await customer.opensFile(agentFile.name)).toEqual(agentFile.bytes);

  await desk.act(chat, 'sendCard', { card: addressCard });
  await customer.reads('Where shall the new card go?');
  await customer.fill({ 'Street and number': '1 High Street' }, 'Send it there');
  await desk.heard(chat, address);
}

async function transfer(customer: CustomerSurface, desk: DeskClient, chat: DeskChat): Promise<void> {
  await desk.act(chat, 'transfer', { queueId: '110' });
  await customer.reads('Your chat is being passed on');
  const again = await desk.until(chat, 'the chat waits in the other queue', ({ state }) => state === 'waiting');
  await accept(customer, desk, again, 'Oskar');
  await desk.act(chat, 'say', { text: 'The new card is on its way.' });
  await customer.reads('Oskar: The new card is on its way.');
  await customer.say(thanks);
  await desk.heard(chat, thanks);
}

/** One closed chat activity, the two articles that were read marked so, and the rating. */
async function checkRecords(records: RecordsClient, chatActivityId: string): Promise<void> {
  const row = await records.eventually(
    'the chat activity is closed',
    () => records.chat(chatActivityId),
    ({ statecode }) => statecode === 1,
  );
  expect(row).toMatchObject({ subject: 'My card has not arrived yet', cxlvhlp_EndReason: 100_000_001 });
  const sent = await records.articlesSent(chatActivityId);
  expect(sent.filter((one) => one['cxlvhlp_readbycustomer'] === true)).toHaveLength(2);
  const [note] = await records.eventually(
    'the rating is a note',
    () => records.notesOf(chatActivityId),
    ({ length }) => length > 0,
  );
  expect(note?.['notetext']).toContain('Rating: 4\nComment: Quick and kind');
}
