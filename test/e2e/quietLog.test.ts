import { OtlpReceiver } from '../../scripts/tracing/otlpReceiver';
import { CustomerClient } from '../support/customerClient';
import { DeskClient } from '../support/deskClient';
import { Product } from '../support/productRig';
import { RecordsClient } from '../support/recordsClient';
import { deskCases, fromAgent, rate, reachAgent } from './talk';

jest.setTimeout(120_000);

/** Said by somebody in the chats below, or what only somebody who is told it may know. */
const neverLogged = [
  /quentin|nadia|example\.com|4711/i,
  /card has not arrived|cancel a transfer|whisper|five stars/i,
  /eyJ[\w-]{10,}|bearer\s|authorization/i,
  /\/a\/[\w.-]{20,}|\/files\/[\w.-]{20,}/,
  /password|secret(?!s?-?names)/i,
];

describe('the log at its most talkative', () => {
  let receiver: OtlpReceiver;
  let product: Product;
  let desk: DeskClient;
  const customers: CustomerClient[] = [];

  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    const env = { LOG_LEVEL: 'trace', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    product = await Product.start({ phrasesPerTopic: 2, env });
    desk = await DeskClient.open(product.deskUrl);
  });

  afterAll(async () => {
    for (const customer of customers) customer.close();
    await desk?.close();
    await product?.close();
    await receiver?.close();
  });

  it('holds nothing of what was said, by whom, or with which token, and is made of JSON lines', async () => {
    const records = new RecordsClient(product.dynamicsUrl);
    for (const deskCase of deskCases) {
      const customer = await CustomerClient.open(product.botUrl);
      customers.push(customer);
      const chat = await reachAgent(customer, desk, deskCase, `Quentin ${deskCase.desk}`);
      await customer.say('a whisper of the customer’s');
      await desk.heard(chat, 'a whisper of the customer’s');
      // Also what is logged when something goes wrong.
      await records.setMode('down');
      await desk.act(chat, 'say', { text: 'a whisper of the agent’s' });
      await customer.next(fromAgent('a whisper of the agent’s'));
      await desk.act(chat, 'end');
      await rate(customer, '5', 'five stars');
      await records.setMode('normal');
    }
    await fetch(`${product.botUrl}/api/messages`, {
      method: 'POST',
      body: '{"text":"a whisper from nowhere"',
      headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
    });
    await product.stop();

    const lines = product.output.split('\n').filter((line) => line.startsWith('{'));
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed.some(({ msg }) => msg === 'stopping')).toBe(true);
    expect(parsed.some(({ msg, trace_id }) => msg === 'A Dynamics record could not be written yet' && trace_id)).toBe(true);
    for (const pattern of neverLogged) expect(product.output.split('\n').filter((line) => pattern.test(line))).toEqual([]);
  });
});
