import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { runOperator } from '../../scripts/operator';
import { askForPerson, isAnswer, isStatus } from '../e2e/talk';
import { launchBrowser } from '../support/browser';
import { CustomerClient } from '../support/customerClient';
import { DeskClient } from '../support/deskClient';
import { HangingDesk } from '../support/hangingDesk';
import { Product } from '../support/productRig';

jest.setTimeout(120_000);

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const key = 'the key of the operator ann';
const patienceInMs = 15_000;

describe('an operator frees customers from a desk that hangs', () => {
  let hanging: HangingDesk;
  let product: Product;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let desk: DeskClient;
  const customers: CustomerClient[] = [];
  let complaints: string[] = [];

  const cli = (...args: string[]) => runOperator([...args, '--url', product.botUrl], { OPERATOR_KEY: `ann:${key}` });
  const place = (name: string) => page.getByRole('navigation').getByRole('button', { name, exact: true });
  const rows = () => page.locator('main tbody tr');

  async function stuck(name: string): Promise<CustomerClient> {
    const customer = await CustomerClient.open(product.botUrl);
    customers.push(customer);
    await customer.say('My card has not arrived yet, where is it?');
    await customer.next(isAnswer);
    const before = hanging.unanswered;
    hanging.isHanging = true;
    await askForPerson(customer, 'cards', name);
    while (hanging.unanswered <= before) await new Promise((resolve) => setTimeout(resolve, 20));
    return customer;
  }

  async function signIn(viewport = { width: 1280, height: 800 }): Promise<void> {
    context = await browser.newContext({ viewport, locale: 'en-GB' });
    page = await context.newPage();
    page.setDefaultTimeout(patienceInMs);
    complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('status of 4')) complaints.push(message.text());
    });
    await page.goto(`${product.botUrl}/operator`);
    await page.getByLabel('Operator key').fill(key);
    await page.keyboard.press('Enter');
    await page.getByText('Live', { exact: true }).waitFor();
  }

  async function expectAccessible(): Promise<void> {
    // Run by the debugger: the page's own policy rightly lets no foreign script in.
    await page.evaluate(axeSource);
    const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
      'axe.run().then((result) => result.violations)',
    );
    expect(found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual([]);
  }

  beforeAll(async () => {
    hanging = await HangingDesk.start();
    product = await Product.start({
      phrasesPerTopic: 2,
      env: { OPERATOR_KEY: `ann:${key},bob:the key of the operator bob`, EIGHT_BY_EIGHT_BASE_URL: hanging.url },
    });
    hanging.target = product.eightByEightUrl;
    browser = await launchBrowser();
    desk = await DeskClient.open(product.deskUrl);
  });
  beforeEach(() => signIn());
  afterEach(async () => {
    hanging.recover();
    expect(complaints).toEqual([]);
    await context.close();
  });
  afterAll(async () => {
    for (const customer of customers) customer.close();
    await desk?.close();
    await browser?.close();
    await product?.close();
    await hanging?.close();
  });

  it('by the page: the chat goes to the next desk, with what was said', async () => {
    const customer = await stuck('Paula Page');
    await rows().filter({ hasText: '8x8' }).waitFor();
    await rows().filter({ hasText: '8x8' }).getByRole('button', { name: 'Other desk' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await page.getByText('Done: requeued').waitFor();
    await customer.next('I am trying another team.');
    const chat = await desk.waiting('Paula Page', 'live-agent');
    await desk.act(chat, 'accept', { agentName: 'Nadia' });
    await customer.next('You are now chatting with Nadia');
    await rows().filter({ hasText: 'connected' }).waitFor();
    // What is seen of it: how it went, and nothing that was said.
    await rows().filter({ hasText: 'connected' }).getByRole('button').first().click();
    await page.getByRole('heading', { name: 'One handoff' }).waitFor();
    await page.locator('tbody tr', { hasText: 'requeued' }).waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/Paula|has not arrived/);
    await expectAccessible();
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End the handoff' }).click();
    await customer.next(isStatus('completed'));
  });

  it('by the command line: the handoff is ended, and the customer is back with the bot', async () => {
    const customer = await stuck('Carl Command');
    const listed = await cli('handoffs', '--json');
    const handoffs = (JSON.parse(listed.out) as { handoffs: { id: string; desk: string; isOpening: boolean }[] }).handoffs;
    const found = handoffs.find(({ desk: name, isOpening }) => name === '8x8' && isOpening);
    const ended = await cli('end', found!.id);
    expect([ended.code, ended.out]).toEqual([0, 'outcome  ended\n']);
    await customer.next('back with the assistant');
    expect((await cli('end', found!.id)).code).toBe(1);
    expect((await cli('handoff', found!.id)).out).toContain('operatorEnded');
    const { out } = await cli('audit', '--limit', '2');
    expect(out).toMatch(/ann +end handoff/);
  });

  it('and forgets a customer, so that nothing is left in the database', async () => {
    const customer = await stuck('Erna Erased');
    hanging.recover();
    await desk.waiting('Erna Erased', '8x8');
    await customer.say('and what of my zebra?');
    const { out: shown } = await cli('handoffs', '--json');
    const { handoffs } = JSON.parse(shown) as { handoffs: { id: string; isOpen: boolean }[] };
    const details = await Promise.all(handoffs.filter(({ isOpen }) => isOpen).map(({ id }) => cli('handoff', id)));
    const conversation = details
      .map(({ out }) => /^conversation +(.*)$/m.exec(out)?.[1] ?? '')
      .find((key) => key.includes(customer.conversationId));
    const { code, out } = await cli('erase', conversation!, '--json');
    expect([code, (JSON.parse(out) as { outcome: string }).outcome]).toEqual([0, 'erased']);
    expect((JSON.parse(out) as { dynamics: { chatActivityIds: string[] } }).dynamics.chatActivityIds).toHaveLength(1);
    const database = new DatabaseSync(path.join(product.folder, 'switchboard.db'), { readOnly: true });
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    const left = tables.flatMap(({ name }) =>
      database
        .prepare(`SELECT * FROM ${name}`)
        .all()
        .filter((row) =>
          [customer.conversationId, customer.userId, 'Erna', 'zebra'].some((word) => JSON.stringify(row).includes(word)),
        )
        .map((row) => `${name}: ${JSON.stringify(row).slice(0, 300)}`),
    );
    database.close();
    expect(left).toEqual([]);
  });

  it('a desk that is switched off gets no new chat, until it is switched on', async () => {
    await place('Desks').click();
    const row = rows().filter({ hasText: '8x8' });
    await row.getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
    await page.getByText('Give: Because.').waitFor();
    await page.getByLabel('Because').fill('it hangs');
    await page.keyboard.press('Enter');
    await row.filter({ hasText: 'it hangs (ann' }).waitFor();
    const customer = await CustomerClient.open(product.botUrl);
    customers.push(customer);
    await customer.say('My card has not arrived yet, where is it?');
    await customer.next(isAnswer);
    await askForPerson(customer, 'cards', 'Olga Off');
    await desk.waiting('Olga Off', 'live-agent');
    await row.getByRole('button', { name: 'Switch on' }).click();
    await row.filter({ hasText: 'it hangs' }).waitFor({ state: 'detached' });
    await place('Audit').click();
    await rows().filter({ hasText: 'switch desk off' }).first().waitFor();
  });

  it('an instance that is drained tells the load balancer', async () => {
    await place('Instances').click();
    await rows().getByRole('button', { name: 'Drain', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();
    await rows().filter({ hasText: 'draining' }).waitFor();
    const ready = await fetch(`${product.botUrl}/readyz`);
    expect([ready.status, ((await ready.json()) as { status: string }).status]).toEqual([503, 'draining']);
    await rows().getByRole('button', { name: 'Take back into use' }).click();
    await rows().filter({ hasText: 'in use' }).waitFor();
    expect((await fetch(`${product.botUrl}/readyz`)).status).toBe(200);
  });

  it('everything can be read and done on a phone and by keyboard, and the key is kept in the tab only', async () => {
    expect((await cli('end', 'no-such-handoff-with-a-long-name')).code).toBe(1);
    await context.close();
    await signIn({ width: 390, height: 844 });
    for (const name of ['Handoffs', 'Dead letters', 'Ledger', 'Desks', 'Instances', 'Audit']) {
      await place(name).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name, exact: true }).waitFor();
      await page.locator('main table:visible, main .empty:visible').first().waitFor();
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      await expectAccessible();
    }
    await page.getByRole('button', { name: 'Erase a conversation …' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Conversation, as a handoff shows it').waitFor();
    await expectAccessible();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate<string>('JSON.stringify([localStorage.length, document.cookie])')).toBe('[0,""]');
    const other = await context.newPage();
    await other.goto(`${product.botUrl}/operator`);
    await other.getByLabel('Operator key').waitFor();
    await other.getByLabel('Operator key').fill('a wrong key of nobody');
    await other.keyboard.press('Enter');
    await other.getByText('the operator key is missing or wrong').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Operator key').waitFor();
    expect(await page.evaluate<number>('sessionStorage.length')).toBe(0);
  });

  it('a list that is brought up to date keeps its rows and the focus', async () => {
    await place('Desks').click();
    const button = rows().first().getByRole('button');
    await button.focus();
    await page.evaluate('document.querySelector("main tbody tr").dataset.seen = "yes"');
    const again = page.waitForResponse((response) => response.url().endsWith('/operator/desks'));
    await again;
    await page.waitForResponse((response) => response.url().endsWith('/operator/desks'));
    expect(await page.evaluate<string>('document.activeElement.closest("tr").dataset.seen')).toBe('yes');
  });
});
