import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser';
import { until } from '../support/fakeClock';
import { Product } from '../support/productRig';

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  product = await Product.start({ phrasesPerTopic: 4 });
  browser = await launchBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.close();
}, 60_000);

afterEach(async () => {
  expect(complaints).toEqual([]);
  await context.close();
});

async function open(place: string, width = 1400): Promise<void> {
  context = await browser.newContext({ viewport: { width, height: 844 }, bypassCSP: false });
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`http://localhost:${product.port}${place}`);
}

async function adapter(type: 'chat' | 'call'): Promise<Frame> {
  const element = await page.waitForSelector(`iframe[data-adapter=${type}]`, { state: 'attached' });
  const frame = await element.contentFrame();
  if (!frame) throw new Error('the adapter has no content');
  await frame.waitForSelector('#begin', { state: 'attached' });
  return frame;
}

const post = (frame: Frame, event: unknown) =>
  frame.evaluate(
    (text) =>
      (globalThis as unknown as { parent: { postMessage(data: unknown, to: string): void } }).parent.postMessage(text, '*'),
    JSON.stringify(event),
  );
const records = async (set: string) =>
  (await (await fetch(`${product.dynamicsUrl}/records/${set}`)).json()) as { rows: { cells: { text: string }[] }[] };

async function accessibilityProblems(): Promise<string[]> {
  const other = await browser.newContext({ bypassCSP: true, viewport: page.viewportSize() });
  const copy = await other.newPage();
  await copy.goto(page.url());
  await copy.waitForLoadState('networkidle');
  await copy.evaluate(axeSource);
  const found = (await copy.evaluate('axe.run(document, { iframes: false })')) as { violations: { id: string }[] };
  await other.close();
  return found.violations.map(({ id }) => id);
}

describe('the agent’s page', () => {
  it('shows a session from its start to its end, with the record it is about', async () => {
    await open('/agent-host');
    const chat = await adapter('chat');
    await chat.click('#begin');
    await page.getByText('Did not come from the bot.').waitFor();
    await page.frameLocator('iframe[name=record]').getByText('Amara Oduya').waitFor();
    await chat.click('[data-do=inbound]');
    await page.locator('[data-type=Chat_Inbound_Message] q').waitFor();
    await chat.click('[data-do=end]');
    await page.locator('#sessions .state.closed').waitFor();
    await until('the transcript is in Dynamics', async () =>
      (await records('annotations')).rows.some(({ cells }) => cells.some(({ text }) => /^chat-\d+\.txt$/.test(text))),
    );
    expect((await records('incidents')).rows).toHaveLength(1);
  });

  it('listens to its adapters only, and shows no address that is not on the list', async () => {
    await open('/agent-host');
    const chat = await adapter('chat');
    await page.evaluate(() => {
      const event = JSON.stringify({ type: 'New_Chat', data: { chat_id: 666 } });
      (globalThis as unknown as { postMessage(data: unknown, to: string): void }).postMessage(event, '*');
    });
    for (const recordUrl of ['javascript:alert(1)', 'https://evil.example/', 'data:text/html,x'])
      await post(chat, { type: 'CRM_Record_Pop', data: { recordUrl } });
    await page.locator('[data-type=CRM_Record_Pop]').nth(2).waitFor();
    expect(await page.locator('[data-type=CRM_Record_Pop] .note').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Not shown/)]),
    );
    expect(await page.locator('iframe[name=record]').count()).toBe(0);
    expect(await page.locator('#sessions li').count()).toBe(0);
    await post(chat, { type: 'CRM_Record_Pop', data: { recordUrl: `${product.dynamicsUrl}/#/contacts` } });
    await page.getByText('Open the record in a window of its own').waitFor();
  });

  it.each([1400, 390])('is reached by keyboard and screen readers at %d pixels, and nothing sticks out', async (width) => {
    await open('/agent-host', width);
    await adapter('call');
    const button = page.getByRole('button', { name: 'Call adapter' });
    expect(await button.getAttribute('aria-expanded')).toBe('false');
    await button.focus();
    await page.keyboard.press('Enter');
    await page.locator('#adapter-call').waitFor({ state: 'visible' });
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(await accessibilityProblems()).toEqual([]);
  });
});

describe('the landing page', () => {
  it.each([1400, 390])('leads to the customer by a raw number at %d pixels', async (width) => {
    await open('/agent-host/lookup?ani=+442079460102&menu_path=Orders/Order info&type=IVR_Call', width);
    await page.getByRole('heading', { name: 'Jonas Lindqvist' }).waitFor();
    const link = page.getByRole('link', { name: /Open the customer in Dynamics/ });
    expect(await link.getAttribute('href')).toContain(`${product.dynamicsUrl}/#/contacts/`);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(await accessibilityProblems()).toEqual([]);
  });

  it('says so when there is nobody', async () => {
    await open('/agent-host/lookup?email=nobody@example.com');
    await page.getByText('No customer was found').waitFor();
  });
});
