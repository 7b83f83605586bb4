import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CustomerClient } from '../support/customerClient';
import { DeskClient } from '../support/deskClient';
import { until } from '../support/fakeClock';
import { Product } from '../support/productRig';
import { deskCases, fromAgent, rate, reachAgent } from './talk';

jest.setTimeout(180_000);

const key = 'the key of the operator ann';

/** Every row of every table of a database that nobody has open. */
function dump(file: string): Record<string, string[]> {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").all();
  const rows = tables.map(({ name }) => {
    const found = database.prepare(`SELECT * FROM ${String(name)}`).all();
    return [String(name), found.map((row) => JSON.stringify(row))] as const;
  });
  database.close();
  return Object.fromEntries(rows);
}

describe('a conversation that is to be forgotten', () => {
  let product: Product;
  let desk: DeskClient;
  const customers: CustomerClient[] = [];

  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 2, env: { OPERATOR_KEY: `ann:${key}` } });
    desk = await DeskClient.open(product.deskUrl);
  });
  afterAll(async () => {
    for (const customer of customers) customer.close();
    await desk?.close();
    await product?.close();
  });

  it('is in no table after it was erased, whichever desk it was at, and others are as they were', async () => {
    const operator = async (place: string, body?: object) => {
      const response = await fetch(`${product.botUrl}/operator/${place}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    for (const deskCase of deskCases) {
      const customer = await CustomerClient.open(product.botUrl);
      customers.push(customer);
      const chat = await reachAgent(customer, desk, deskCase, `Quentin ${deskCase.desk}`);
      await customer.say('a whisper of the customer’s');
      await desk.heard(chat, 'a whisper of the customer’s');
      await desk.act(chat, 'say', { text: 'a whisper of the agent’s' });
      await customer.next(fromAgent('a whisper of the agent’s'));
      await desk.act(chat, 'end');
      await rate(customer, '5', 'five stars');
    }
    const kept = customers.pop();
    const conversation = (one: CustomerClient) => `webchat|${one.conversationId}`;
    const channels = Object.values(dump(path.join(product.folder, 'switchboard.db')))
      .flat()
      .flatMap((row) => /"conversation_key":"(\w+)\|/.exec(row)?.[1] ?? []);
    const channel = channels[0] ?? '';
    for (const customer of customers) {
      const named = conversation(customer).replace('webchat', channel);
      await until('Dynamics has the records', async () => {
        const { status, body } = await operator('erase', { conversation: named });
        expect([200, 409]).toContain(status);
        return status === 200 && body['recordsNotWritten'] === 0;
      });
    }
    await product.stop();
    const tables = dump(path.join(product.folder, 'switchboard.db'));
    expect(Object.keys(tables).length).toBeGreaterThan(8);
    const secrets = [
      ...customers.flatMap(({ conversationId, userId }) => [conversationId, userId]),
      ...deskCases.slice(0, -1).map(({ desk: name }) => `Quentin ${name}`),
      ...deskCases.slice(0, -1).map(({ desk: name }) => `quentin.${name}@example.com`),
      // The card's ending was asked at the first desk only.
      '4711',
    ];
    const left = Object.entries(tables).flatMap(([table, rows]) =>
      rows.flatMap((row) =>
        secrets.filter((secret) => row.includes(secret)).map((secret) => `${table}: ${secret}: ${row.slice(0, 200)}`),
      ),
    );
    expect(left).toEqual([]);
    const other = Object.values(tables).flat().join('\n');
    expect([other.includes(kept?.conversationId ?? '-'), other.includes('a whisper of the agent’s')]).toEqual([true, true]);
  });
});
