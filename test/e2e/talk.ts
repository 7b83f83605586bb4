import type { JsonObject } from '../../common/json';
import type { DeskChat } from '../../sandbox/desk';
import { buttonData, type CustomerClient, wordsOf } from '../support/customerClient';
import type { DeskClient } from '../support/deskClient';

/** A desk of the sandbox with the skill whose first route leads there, and what the desk can do. */
export interface DeskCase {
  desk: '8x8' | 'live-agent' | 'enhanced-chat' | 'mluvii' | 'ccaip' | 'live-assist';
  skill: 'cards' | 'transfers' | 'accounts' | 'loans' | 'business' | 'savings';
  question: string;
  /** Another queue of the desk, by its id. */
  otherQueue: string;
  hasTyping: boolean;
  /** Whether desk and provider pass agents' files and cards to the customer. */
  hasFiles: boolean;
  hasCards: boolean;
  /** Whether a customer's file comes as a file only after the agent asked for it, or always as a link in a text. */
  customerFiles: 'upload' | 'onRequest' | 'link';
  /** Whether the desk recognizes a repeated message. */
  isExact: boolean;
  /** Whether the desk tells a transfer from an agent who leaves. */
  tellsTransfer: boolean;
}

const common = {
  hasTyping: true,
  hasFiles: true,
  hasCards: false,
  customerFiles: 'upload',
  isExact: false,
  tellsTransfer: true,
} as const;

export const deskCases: DeskCase[] = [
  {
    ...common,
    desk: '8x8',
    skill: 'cards',
    question: 'My card has not arrived yet, where is it?',
    otherQueue: '110',
    hasCards: true,
  },
  {
    ...common,
    desk: 'live-agent',
    skill: 'transfers',
    question: 'How do I cancel a transfer?',
    otherQueue: '573000000000003',
    hasFiles: false,
    customerFiles: 'onRequest',
    isExact: true,
  },
  {
    ...common,
    desk: 'enhanced-chat',
    skill: 'accounts',
    question: 'Why do I have to verify my identity?',
    otherQueue: 'complaints',
    isExact: true,
  },
  {
    ...common,
    desk: 'mluvii',
    skill: 'loans',
    question: 'What are the exchange rates?',
    otherQueue: '13',
    hasTyping: false,
    hasFiles: false,
    customerFiles: 'link',
    tellsTransfer: false,
  },
  {
    ...common,
    desk: 'ccaip',
    skill: 'business',
    question: 'My card payment was declined',
    otherQueue: '9',
    hasTyping: false,
  },
  {
    ...common,
    desk: 'live-assist',
    skill: 'savings',
    question: 'How do I top up by bank transfer?',
    otherQueue: 'complaints',
    hasFiles: false,
    customerFiles: 'link',
  },
];

/** The two desks of a test that need not visit all. */
export const firstDesks = deskCases.slice(0, 2);

const formTitle = 'Before I pass you on';

/** Asks for a person and fills in what the forms ask; resolves when the bot has said that it passes the chat on. */
export async function askForPerson(
  customer: CustomerClient,
  skill: DeskCase['skill'] | 'complaints',
  name: string,
): Promise<void> {
  await customer.say('Talk to a person');
  const form = await customer.next(formTitle);
  const email = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '.')}@example.com`;
  await customer.submit({ ...buttonData(form, 'Continue'), skill, name, email, phone: '' });
  const own = { cards: ['Last four digits', 'cardEnding', '4711'], complaints: ['How urgent', 'urgency', 'This week'] } as const;
  if (skill === 'cards' || skill === 'complaints') {
    const [label, field, value] = own[skill];
    const further = await customer.next(label);
    await customer.submit({ ...buttonData(further, 'Continue'), [`field_${field}`]: value });
  }
  await customer.next('I am passing your chat on');
}

/** A chat from the first question to the agent's acceptance. */
export async function reachAgent(
  customer: CustomerClient,
  desk: DeskClient,
  { desk: deskName, skill, question }: DeskCase,
  name: string,
): Promise<DeskChat> {
  await customer.say(question);
  await customer.next(isAnswer);
  await askForPerson(customer, skill, name);
  const chat = await desk.waiting(name, deskName);
  await desk.act(chat, 'accept', { agentName: 'Nadia' });
  await customer.next('You are now chatting with Nadia');
  return desk.until(chat, 'the chat is active', ({ state }) => state === 'active');
}

/** One article on a card, or several to leaf through. */
export function isAnswer(activity: JsonObject): boolean {
  return /^(This should answer it|One of these may answer it|Then perhaps one of these):/.test(String(activity['text'] ?? ''));
}

/** Sends a status of the handoff with this state, as the page gets it. */
export function isStatus(state: string): (activity: JsonObject) => boolean {
  return (activity) => activity['name'] === 'handoff.status' && (activity['value'] as JsonObject)['state'] === state;
}

/** The text of an agent's message as the customer is shown it. */
export function fromAgent(text: string, agentName = 'Nadia'): (activity: JsonObject) => boolean {
  return (activity) => activity['type'] === 'message' && activity['text'] === `${agentName}: ${text}`;
}

/** Gives the rating that the bot asks for after a chat. */
export async function rate(customer: CustomerClient, score: string, comment: string): Promise<void> {
  const card = await customer.next('How was your chat?');
  await customer.submit({ ...buttonData(card, 'Send rating'), score, comment });
  await customer.next('Thank you for your rating');
}

/** The ids of the kb records on the buttons of an answer. */
export function kbRecordIds(activity: JsonObject): string[] {
  return [...new Set(JSON.stringify(activity).match(/(?<="kbRecordId":")[0-9a-f-]{36}/g) ?? [])];
}

export { buttonData, wordsOf };
