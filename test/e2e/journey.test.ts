import type { JsonObject } from '../../common/json';
import type { DeskChat } from '../../sandbox/desk';
import { buttonData, CustomerClient, wordsOf } from '../support/customerClient';
import { DeskClient, textsOf } from '../support/deskClient';
import { Product } from '../support/productRig';
import { RecordsClient } from '../support/recordsClient';
import { askForPerson, deskCases, fromAgent, isAnswer, isStatus, kbRecordIds, rate, reachAgent } from './talk';

jest.setTimeout(120_000);

const longText = 'Zeile mit Umlaut äöü und 10 Zeichen. '.repeat(300).slice(0, 10_000).trimEnd();
const texts = [
  'Grüße 👋🏽 family 👨‍👩‍👧‍👦 and flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  'مرحبا، أين بطاقتي؟ ‏123‏ – שלום',
  '<b>bold</b> & "quotes" <script>alert(1)</script> &amp; &lt;i&gt; **not bold** [x](http://y)',
  'first line\nsecond line\n\n  indented',
  longText,
];
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** All that the agent sees of what was said before. */
function pastOf({ details, entries }: DeskChat): string {
  const said = entries.map(({ text, cards }) => text + JSON.stringify(cards ?? ''));
  return [...Object.values(details), ...said].join('\n');
}

describe('the whole way of a customer', () => {
  let product: Product;
  let desk: DeskClient;
  let records: RecordsClient;
  const customers: CustomerClient[] = [];

  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 12 });
    desk = await DeskClient.open(product.deskUrl);
    records = new RecordsClient(product.dynamicsUrl);
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

  /** A text that is too long for one message of the desk arrives in several. */
  async function heardWhole(chat: DeskChat, text: string): Promise<void> {
    const bare = (one: string) => one.replace(/\s+/g, '');
    await desk.until(
      chat,
      `the desk hears "${text.slice(0, 80)}"`,
      (one) => textsOf(one, 'customer').includes(text) || bare(textsOf(one, 'customer').join('')).includes(bare(text)),
    );
  }

  /** The customer's file as the agent opens it: as a file of the chat, or by the link in a text. */
  async function fileAtDesk(chat: DeskChat): Promise<Buffer> {
    const linkIn = (text: string) => /https?:\S+/.exec(text)?.[0];
    const found = await desk.until(chat, 'the file arrives', ({ entries }) =>
      entries.some(
        ({ from, files, text }) => files?.length || (from === 'customer' && text.includes('my card.png') && linkIn(text)),
      ),
    );
    const file = found.entries.flatMap(({ files }) => files ?? [])[0];
    if (file) {
      expect(file.name).toMatch(/my card\.png|\.png$/);
      return desk.openFile(file.url);
    }
    const text = found.entries.map((entry) => entry.text).find((one) => one.includes('my card.png') && linkIn(one));
    return Buffer.from(await (await fetch(linkIn(text ?? '') ?? '')).arrayBuffer());
  }

  describe.each(deskCases)('to an agent at $desk', (deskCase) => {
    const name = `Journey ${deskCase.desk}`;
    let customer: CustomerClient;
    let chatActivityId = '';
    let chat: Awaited<ReturnType<typeof reachAgent>>;
    let sentRecords: string[] = [];
    let readRecord = '';

    beforeAll(async () => {
      customer = await newCustomer();
    });

    it('begins with an answer that can be read in the chat or in the browser', async () => {
      await customer.say(deskCase.question);
      const answer = await customer.next(isAnswer);
      sentRecords = kbRecordIds(answer);
      expect(sentRecords.length).toBeGreaterThan(0);
      readRecord = sentRecords[0] ?? '';
      if (deskCase.desk === '8x8') {
        await readInChat(customer, answer);
        return;
      }
      const [link] = JSON.stringify(answer).match(/http:[^"]+\/a\/[\w-]+/) ?? [];
      const page = await fetch(link ?? '', { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' } });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<h1>');
    });

    it('asks once for what a person needs to know', () => askForPerson(customer, deskCase.skill, name));

    it('reaches the agent with the whole context', async () => {
      const first = await desk.waiting(name, deskCase.desk);
      // Where the past comes as messages, they follow the request.
      const waiting = await desk.until(first, 'the past arrives', (one) => {
        const past = pastOf(one);
        // Live Assist is told who the customer is after the lines.
        const isKnown = Object.keys(one.details).some((key) => /activity/i.test(key));
        return isKnown && past.includes(deskCase.question) && /KA-?\d+/.test(past);
      });
      const { details } = waiting;
      const known = Object.values(details).join('\n');
      chatActivityId = details['ChatActivityId'] ?? details['Chat activity'] ?? details['ChatActivity'] ?? '';
      if (chatActivityId === '') chatActivityId = Object.entries(details).find(([key]) => /activity/i.test(key))?.[1] ?? '';
      expect(chatActivityId).toMatch(/^[0-9a-f-]{36}$/);
      expect(known).toContain(`journey.${deskCase.desk.replace('-', '.')}@example.com`);
      expect(known).toContain(deskCase.question);
      if (deskCase.skill === 'cards') expect(known).toContain('4711');
      await desk.act(waiting, 'accept', { agentName: 'Nadia' });
      await customer.next(isStatus('accepted'));
      await customer.next('You are now chatting with Nadia');
      chat = await desk.until(waiting, 'the chat is active', ({ state }) => state === 'active');
    });

    it.each(texts)('passes every text on unchanged, both ways (%#)', async (text) => {
      await customer.say(text);
      await heardWhole(chat, text);
      await desk.act(chat, 'say', { text });
      const shown = await customer.next(fromAgent(text));
      expect(shown['textFormat']).toBe('plain');
    });

    if (deskCase.hasTyping)
      it('shows each side that the other one types', async () => {
        await customer.typing();
        await desk.until(chat, 'the agent sees that the customer types', ({ customerIsTyping }) => customerIsTyping);
        await desk.act(chat, 'typing', { isTyping: true });
        await customer.next(({ type }) => type === 'typing');
      });

    it('brings a file of the customer to the agent', async () => {
      if (deskCase.customerFiles === 'onRequest') {
        await desk.act(chat, 'requestFile');
        await customer.next('The agent asks you for a file');
      }
      await customer.upload('my card.png', 'image/png', picture);
      expect(await fileAtDesk(chat)).toEqual(picture);
      await customer.say('That is my card.');
      await desk.heard(chat, 'That is my card.');
    });

    if (deskCase.hasFiles)
      it('brings a file of the agent to the customer, at a link that opens', async () => {
        await desk.sendFile(chat, 'contract ß.pdf', 'application/pdf', Buffer.from('%PDF-1.4 contract'));
        const shown = await customer.next((one) => Array.isArray(one['attachments']) && one['attachments'].length > 0);
        const [attachment] = shown['attachments'] as { name: string; contentUrl: string }[];
        expect(attachment?.name).toBe('contract ß.pdf');
        const response = await fetch(attachment?.contentUrl ?? '');
        expect(response.status).toBe(200);
        expect(await response.text()).toBe('%PDF-1.4 contract');
      });

    if (deskCase.hasCards)
      it('shows the card of an agent and brings its submission back', async () => {
        const card = {
          type: 'AdaptiveCard',
          version: '1.3',
          body: [{ type: 'Input.Text', id: 'iban', label: 'Your IBAN' }],
          actions: [{ type: 'Action.Submit', title: 'Confirm', data: { step: 'iban' } }],
        };
        await desk.act(chat, 'sendCard', { card });
        const shown = await customer.next('Your IBAN');
        await customer.submit({ ...buttonData(shown, 'Confirm'), iban: 'GB33BUKB20201555555555' });
        await desk.until(chat, 'the submission arrives', (one) =>
          textsOf(one, 'customer').includes('Your IBAN: GB33BUKB20201555555555'),
        );
      });

    it('tells of a transfer and goes on with the next agent', async () => {
      await desk.act(chat, 'transfer', { queueId: deskCase.otherQueue });
      if (deskCase.tellsTransfer) await customer.next('Your chat is being passed on');
      const again = await desk.until(chat, 'the chat waits in the other queue', ({ state }) => state === 'waiting');
      await desk.act(again, 'accept', { agentName: 'Oskar' });
      await customer.next('You are now chatting with Oskar');
      await desk.act(chat, 'say', { text: 'Oskar here' });
      await customer.next(fromAgent('Oskar here', 'Oskar'));
      await customer.say('Hello Oskar');
      await desk.heard(chat, 'Hello Oskar');
    });

    it('gives the customer back to the bot, which asks for a rating and answers on', async () => {
      await desk.act(chat, 'end');
      await customer.next('The agent has ended the chat');
      await rate(customer, '5', 'Very kind <3');
      await customer.say(deskCase.question);
      await customer.next(isAnswer);
    });

    it('leaves one complete chat activity in Dynamics', async () => {
      const row = await records.eventually(
        'the chat activity is closed',
        () => records.chat(chatActivityId),
        ({ statecode }) => statecode === 1,
      );
      expect(row).toMatchObject({
        // A desk that owns the record names it in its own way.
        subject: deskCase.desk === 'live-assist' ? expect.stringMatching(/^chat with Oskar/) : deskCase.question,
        cxlvhlp_ChatOrigin: 100_000_000,
        cxlvhlp_EndReason: 100_000_001,
        cxlvhlp_channel: 'directline',
        cxlvhlp_IsCustomerAuthenticated: false,
        cxlvhlp_botname: expect.stringMatching(/\S/) as string,
        cxlvhlp_chatstarttime: expect.stringMatching(/Z$/) as string,
        statuscode: 2,
      });
      const [start, end] = [row['cxlvhlp_chatstarttime'], row['cxlvhlp_chatendtime']].map((time) => Date.parse(String(time)));
      expect(end).toBeGreaterThanOrEqual(start ?? Number.NaN);
      const sent = await records.articlesSent(chatActivityId);
      expect(sent.map((one) => one['cxlvhlp_kbrecordsforbotconversationid']).sort()).toEqual([...sentRecords].sort());
      for (const one of sent) {
        const isRead = one['cxlvhlp_kbrecordsforbotconversationid'] === readRecord;
        expect(one['cxlvhlp_readbycustomer']).toBe(isRead);
        expect(one['_cxlvhlp_associatedkbarticle_value']).toMatch(/^[0-9a-f-]{36}$/);
      }
      const notes = await records.eventually(
        'the rating is a note',
        () => records.notesOf(chatActivityId),
        ({ length }) => length > 0,
      );
      expect(notes).toHaveLength(1);
      expect(notes[0]?.['notetext']).toContain('Rating: 5\nComment: Very kind <3');
    });
  });

  it.each(deskCases)('lets the customer leave by words while queued at $desk', async (deskCase) => {
    const customer = await newCustomer();
    const name = `Queued ${deskCase.desk}`;
    await customer.say(deskCase.question);
    await customer.next(isAnswer);
    await askForPerson(customer, deskCase.skill, name);
    const chat = await desk.waiting(name, deskCase.desk);
    await customer.next(isStatus('queued'));
    await customer.say('leave the chat');
    await customer.next('You have left the queue');
    await desk.until(chat, 'the desk drops the chat', ({ state }) => state === 'ended');
    await customer.say(deskCase.question);
    await customer.next(isAnswer);
  });

  it.each(deskCases)('lets the customer leave by words while connected at $desk', async (deskCase) => {
    const customer = await newCustomer();
    const chat = await reachAgent(customer, desk, deskCase, `Leaving ${deskCase.desk}`);
    await customer.say('Leave the chat, please.');
    await customer.next('You have left the chat');
    await desk.until(chat, 'the desk drops the chat', ({ state }) => state === 'ended');
    await rate(customer, '2', '');
    const id = Object.entries(chat.details).find(([key]) => /activity/i.test(key))?.[1] ?? '';
    const row = await records.eventually(
      'the chat activity is closed',
      () => records.chat(id),
      ({ statecode }) => statecode === 1,
    );
    expect(row['cxlvhlp_EndReason']).toBe(100_000_004);
  });

  it('tells the truth when nobody is there, and keeps a message as a task', async () => {
    const customer = await newCustomer();
    for (const { desk: name } of deskCases) await desk.setStaffed(name, false);
    try {
      await customer.say('My card has not arrived yet');
      await customer.next(isAnswer);
      await customer.say('Talk to a person');
      const form = await customer.next('Before I pass you on');
      await customer.submit({
        ...buttonData(form, 'Continue'),
        skill: 'complaints',
        name: 'Nobody There',
        email: 'nobody@example.com',
      });
      const offer = await customer.next('No person is available right now');
      expect(wordsOf(offer)).toContain('All our agents are busy or away.');
      await customer.submit(buttonData(offer, 'Leave a message'));
      const message = await customer.next('Your message');
      await customer.submit({ ...buttonData(message, 'Send'), text: 'Please call me <b>back</b> 📞' });
      await customer.next('your message has been saved');
      const tasks = await records.eventually(
        'the message is a task',
        async () => (await records.rows('tasks')).filter((task) => String(task['subject']).includes('Nobody There')),
        ({ length }) => length > 0,
      );
      expect(tasks).toHaveLength(1);
      expect(tasks[0]?.['description']).toContain('E-mail: nobody@example.com');
      expect(tasks[0]?.['description']).toContain('Please call me <b>back</b> 📞');
      expect(customer.heard().join('\n')).not.toMatch(/passing your chat on|in the queue|chatting with/);
    } finally {
      for (const { desk: name } of deskCases) await desk.setStaffed(name, true);
    }
  });

  it.each([
    { away: '8x8', skill: 'complaints', taker: 'live-agent', question: 'My card has not arrived yet' },
    { away: 'live-agent', skill: 'transfers', taker: 'enhanced-chat', question: 'How do I cancel a transfer?' },
  ] as const)('hands over to $taker when nobody is at $away', async ({ away, skill, taker, question }) => {
    const customer = await newCustomer();
    const name = `Second route after ${away}`;
    await desk.setStaffed(away, false);
    try {
      await customer.say(question);
      await customer.next(isAnswer);
      await askForPerson(customer, skill, name);
      const chat = await desk.find(
        `${name} waits at ${taker}`,
        (one) => one.customerName === name && one.desk === taker && one.state === 'waiting',
        60_000,
      );
      await desk.act(chat, 'accept', { agentName: 'Nadia' });
      await customer.next('You are now chatting with Nadia');
      await customer.say('found you');
      await desk.heard(chat, 'found you');
      await desk.act(chat, 'end');
      await customer.next('How was your chat?');
    } finally {
      await desk.setStaffed(away, true);
    }
  });

  it('takes late and repeated clicks on old cards', async () => {
    const customer = await newCustomer();
    const deskCase = deskCases[0]!;
    await customer.say(deskCase.question);
    const answer = await customer.next(isAnswer);
    await customer.say('Talk to a person');
    const form = await customer.next('Before I pass you on');
    await customer.submit(buttonData(form, 'Cancel'));
    await customer.next('we go on together');
    const submission: JsonObject = { ...buttonData(form, 'Continue'), skill: 'cards', name: 'Late', email: 'late@example.com' };
    for (let round = 0; round < 2; round += 1) {
      await customer.submit(submission);
      await customer.next('That form is no longer open');
    }
    const chat = await reachAgent(customer, desk, deskCase, 'Late Clicker');
    await customer.submit(buttonData(answer, readButton(answer)));
    await customer.next('That button belongs to an earlier answer');
    await customer.submit(submission);
    await customer.next('That button belongs to an earlier answer');
    await desk.act(chat, 'end');
    const rating = await customer.next('How was your chat?');
    const ratingValue = { ...buttonData(rating, 'Send rating'), score: '4' };
    await customer.submit(ratingValue);
    await customer.next('Thank you for your rating');
    await customer.submit(ratingValue);
    await customer.next('I already have your rating');
    await readInChat(customer, answer);
    await customer.submit({ verb: 'noSuchVerb', anything: [1, { deep: null }] });
    await customer.next('I do not know that button any more');
    expect(product.isRunning).toBe(true);
    expect(product.output).not.toMatch(/turn failed|went wrong/);
  });

  it('breaks no contract of a stand-in', () => {
    expect(product.output).not.toMatch(/against the contract|violation/i);
  });
});

/** An article alone has another label on its button than those of a carousel. */
function readButton(answer: JsonObject): string {
  return JSON.stringify(answer).includes('"Read more"') ? 'Read more' : 'Read';
}

async function readInChat(customer: CustomerClient, answer: JsonObject): Promise<void> {
  await customer.submit(buttonData(answer, readButton(answer)));
  await customer.next((one) => !isAnswer(one) && wordsOf(one).includes('This helped'));
}
