import type { JsonObject } from '../../common/json';
import { CustomerClient, wordsOf } from '../support/customerClient';
import { Product, readPhrases } from '../support/productRig';
import { RecordsClient } from '../support/recordsClient';
import { isAnswer, kbRecordIds } from './talk';

const kbRecords = 'cxlvhlp_kbrecordsforbotconversations';
const conversations = 10;
const asked = 200;

/** Any reply to a question: articles, or plain words that there are none. */
const isReply = (activity: JsonObject) =>
  isAnswer(activity) ||
  /I have found nothing about that|I am not finding the right answer|talk to a person\?/.test(wordsOf(activity)) ||
  wordsOf(activity).includes('Before I pass you on');

/** The same choice every time. */
function choose<T>(all: readonly T[], count: number, seed: number): T[] {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  return Array.from({ length: count }, () => all[Math.floor(next() * all.length)] as T);
}

describe('real questions at the real endpoint', () => {
  let product: Product;
  let records: RecordsClient;

  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 10 });
    records = new RecordsClient(product.dynamicsUrl);
  }, 120_000);
  afterAll(() => product.close(), 30_000);

  it('are each answered, and every article sent is one linked record, also while Dynamics is down', async () => {
    const chosen = choose(readPhrases(), asked, 20_261_121).map(({ text }) => text);
    const sent: string[] = [];
    const kinds = { articles: 0, other: 0 };
    const perConversation = asked / conversations;
    for (let n = 0; n < conversations; n += 1) {
      // For a third of the questions the records have to wait; no answer does.
      if (n === 3) await records.setMode('down');
      if (n === 6) await records.setMode('normal');
      const customer = await CustomerClient.open(product.botUrl);
      for (const question of chosen.slice(n * perConversation, (n + 1) * perConversation)) {
        await customer.say(question);
        const reply = await customer.next(isReply);
        kinds[isAnswer(reply) ? 'articles' : 'other'] += 1;
      }
      sent.push(...customer.activities.flatMap((activity) => kbRecordIds(activity)));
      customer.close();
    }
    expect(kinds.articles + kinds.other).toBe(asked);
    expect(kinds.articles).toBeGreaterThan(asked * 0.7);
    const expected = new Set(sent);
    const rows = await records.eventually(
      'every article sent has its record',
      () => records.rows(kbRecords),
      (all) => all.length >= expected.size,
      60_000,
    );
    expect(rows.map((row) => row['cxlvhlp_kbrecordsforbotconversationid']).sort()).toEqual([...expected].sort());
    const chats = await records.rows('cxlvhlp_chatactivities');
    expect(chats).toHaveLength(conversations);
    const linked = await records.eventually(
      'every record is linked to its chat',
      async () => (await Promise.all(chats.map((chat) => records.articlesSent(String(chat['activityid']))))).flat(),
      (all) => all.length >= expected.size,
      60_000,
    );
    expect(new Set(linked.map((row) => row['cxlvhlp_kbrecordsforbotconversationid']))).toEqual(expected);
    expect(linked).toHaveLength(expected.size);
  }, 240_000);
});
