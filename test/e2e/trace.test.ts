import { writeFileSync } from 'node:fs';
import { OtlpReceiver, type ReceivedSpan } from '../../scripts/tracing/otlpReceiver';
import { waterfall } from '../../scripts/tracing/waterfall';
import { CustomerClient } from '../support/customerClient';
import { DeskClient } from '../support/deskClient';
import { until } from '../support/fakeClock';
import { Product } from '../support/productRig';
import { type DeskCase, deskCases, fromAgent, rate, reachAgent } from './talk';

jest.setTimeout(120_000);

const [webhookDesk, pollDesk] = deskCases as [DeskCase, DeskCase];

describe('the trace of a handoff', () => {
  let receiver: OtlpReceiver;
  let product: Product;
  let desk: DeskClient;
  const customers: CustomerClient[] = [];

  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    product = await Product.start({ phrasesPerTopic: 2, env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    desk = await DeskClient.open(product.deskUrl);
  });

  afterAll(async () => {
    for (const customer of customers) customer.close();
    await desk?.close();
    await product?.close();
    await receiver?.close();
  });

  async function newCustomer(): Promise<CustomerClient> {
    const customer = await CustomerClient.open(product.botUrl);
    customers.push(customer);
    return customer;
  }

  /** The spans of the newest handoff, once there is one with each of these names. */
  async function traceWith(...names: string[]): Promise<ReceivedSpan[]> {
    let trace: ReceivedSpan[] = [];
    await until(
      `a trace with ${names.join(', ')}`,
      () => {
        const newest = receiver.spans.findLast(({ name }) => name === 'handoff.initiate');
        trace = newest ? receiver.trace(newest.traceId) : [];
        return names.every((name) => trace.some((span) => labelOf(span) === name));
      },
      30_000,
    );
    return trace;
  }

  it('holds turn, desk, webhook, delivery and Dynamics, also when the process was killed in the middle', async () => {
    const customer = await newCustomer();
    const chat = await reachAgent(customer, desk, webhookDesk, 'Traced Tilda');
    await desk.act(chat, 'say', { text: 'agent before the restart' });
    await customer.next(fromAgent('agent before the restart'));
    const before = await traceWith('turn', 'desk.open', 'desk.webhook', 'deliver agentMessage', 'dynamics.list');

    await product.kill();
    await product.start();
    await customer.say('customer after the restart');
    await desk.heard(chat, 'customer after the restart');
    await desk.act(chat, 'say', { text: 'agent after the restart' });
    await customer.next(fromAgent('agent after the restart'));
    await desk.act(chat, 'end');
    await rate(customer, '5', 'a comment of the customer’s');

    const trace = await traceWith('desk.send', 'desk.close', 'deliver giveBack', 'ledger.record closeChat');
    const after = trace.filter(({ instance }) => instance !== before[0]?.instance);
    expect(new Set(trace.map(({ instance }) => instance)).size).toBe(2);
    const labels = new Set(after.map(labelOf));
    for (const label of ['turn', 'desk.send', 'desk.webhook', 'link.advance', 'deliver agentMessage', 'channel.send'])
      expect(labels).toContain(label);
    expect([...labels].some((label) => label.startsWith('dynamics.'))).toBe(true);
    expect(trace.filter(({ name }) => name === 'handoff.initiate')).toHaveLength(1);
    expect(trace.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ name }) => name)).toEqual(['turn']);

    const picture = waterfall(trace);
    for (const span of trace) expect(picture).toContain(span.name);
    const file = process.env['TRACE_PICTURE'];
    if (file) writeFileSync(file, picture);
  });

  it('holds the polls of a desk that is listened to', async () => {
    const customer = await newCustomer();
    const chat = await reachAgent(customer, desk, pollDesk, 'Polled Pia');
    await desk.act(chat, 'say', { text: 'agent by poll' });
    await customer.next(fromAgent('agent by poll'));
    const trace = await traceWith('desk.poll', 'link.advance', 'deliver agentMessage', 'dynamics.list');
    const poll = trace.find(({ name }) => name === 'desk.poll');
    expect(poll).toMatchObject({ kind: 'consumer', attributes: { 'switchboard.provider': 'live-agent' } });
  });

  it('holds nothing that anybody said, and no name', async () => {
    await until('spans have arrived', () => receiver.bodies.length > 0);
    // Ids and times are digits at random, in which 4711 may well occur.
    const random = /"(?:[0-9a-f]{16}|[0-9a-f]{32}|\d{15,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/g;
    const all = receiver.bodies.join('\n').toLowerCase().replace(random, '""');
    expect(all).toContain('handoff.initiate');
    for (const said of [
      'tilda',
      'pia',
      'nadia',
      'example.com',
      '4711',
      'restart',
      'by poll',
      'comment',
      'my card',
      'cancel a transfer',
    ])
      expect(all.includes(said) ? said : undefined).toBeUndefined();
  });
});

/** The name of a span with what tells it apart. */
function labelOf({ name, attributes }: ReceivedSpan): string {
  const detail = attributes['switchboard.delivery'] ?? attributes['switchboard.record'];
  return detail === undefined ? name : `${name} ${String(detail)}`;
}
