import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { JsonObject } from '../../common/json';
import { silentLog } from '../../common/log';
import type { DeskEntry } from '../../sandbox/desk';
import { type DeskPage, startDeskPage } from '../../sandbox/desk-page/startDeskPage';
import { launchBrowser } from '../support/browser';
import { type Deed, FakeStandInDesk } from '../unit/sandbox/desk-page/fakeStandInDesk';

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const patienceInMs = 8_000;
export const adaptive = 'application/vnd.microsoft.card.adaptive';
export const chatActivityId = '5f2c1d3e-1111-4222-8333-abcdefabcdef';

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}

/** Opens the page anew for each test of the file, with a desk that can everything and a plain one. */
export function useDeskPage(): DeskPageRig {
  const rig = new DeskPageRig();
  beforeAll(() => rig.launch());
  beforeEach(() => rig.open());
  afterEach(() => rig.close());
  afterAll(() => rig.browser.close());
  return rig;
}

/** Scripts for the page are text: the types of a browser are not those of the tests. */
class DeskPageRig {
  browser!: Browser;
  context!: BrowserContext;
  page!: Page;
  server!: DeskPage;
  desk!: FakeStandInDesk;
  plain!: FakeStandInDesk;
  /** What the browser complained about: script errors and violations of the content security policy. */
  complaints: string[] = [];

  async launch(): Promise<void> {
    this.browser = await launchBrowser();
  }

  async open(): Promise<void> {
    this.desk = new FakeStandInDesk('8x8', '8x8 Contact Center');
    this.plain = new FakeStandInDesk('plain', 'Plain desk');
    this.plain.features = { typing: false, transfer: false, sendFile: false, requestFile: false, sendCard: false };
    delete this.plain.pause;
    this.server = await startDeskPage({
      port: 0,
      desks: [this.desk, this.plain],
      log: silentLog,
      recordsUrl: 'http://127.0.0.1:9/records',
      customerUrl: 'http://127.0.0.1:9/customer',
    });
    this.context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(patienceInMs);
    this.complaints = [];
    this.page.on('pageerror', (error) => this.complaints.push(String(error)));
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    await this.page.goto(this.server.url);
    await this.page.getByText('Live', { exact: true }).waitFor();
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.server.close();
  }

  box(): Locator {
    return this.page.getByRole('textbox', { name: 'Your message' });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** The chat of that customer in the list. */
  item(name: string): Locator {
    return this.page.locator('.chat', { hasText: name });
  }

  deeds(action: string): Deed[] {
    return this.desk.deeds.filter(([done]) => done === action);
  }

  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    const giveUpAt = Date.now() + patienceInMs;
    while (!(await isSo())) {
      if (Date.now() > giveUpAt) throw new Error('what was waited for did not happen');
      await this.page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
    }
  }

  focused(): Promise<string> {
    return this.page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
  }

  /** What a screen reader was given to say. */
  heard(): Promise<string> {
    return this.page.locator('#announcer').innerText();
  }

  pageWidth(): Promise<number> {
    return this.page.evaluate<number>('document.documentElement.scrollWidth');
  }

  /** Whether something a customer sent ran as a script. */
  isBroken(): Promise<boolean> {
    return this.page.evaluate<boolean>('"broken" in window');
  }

  async openActive(id = 'c'): Promise<void> {
    this.desk.arrive({ id, state: 'active', agentName: 'Alex' });
    await this.item('Maria').click();
    await this.box().waitFor();
  }

  async expectAccessible(): Promise<void> {
    // Run by the debugger: the page's own policy rightly lets no foreign script in.
    await this.page.evaluate(axeSource);
    const violations = await this.page.evaluate<Violation[]>('axe.run().then((result) => result.violations)');
    const found = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    expect(found).toEqual([]);
  }
}

/** An article as the bot shows it, with what a hostile one would try. */
export const card: JsonObject = {
  type: 'AdaptiveCard',
  version: '1.3',
  body: [
    { type: 'TextBlock', text: 'Card not working', weight: 'Bolder' },
    {
      type: 'TextBlock',
      text: 'First **check**:\n- the [guide](https://example.com/guide)\n- not [this](javascript:alert)',
      wrap: true,
    },
    { type: 'TextBlock', text: '<img src=x onerror="window.broken = true">', wrap: true },
    { type: 'Input.Text', id: 'phone', label: 'Phone' },
  ],
  actions: [
    { type: 'Action.Submit', title: 'This helped' },
    { type: 'Action.OpenUrl', title: 'Open the article', url: 'https://example.com/article' },
  ],
};

/** What was said before the handoff. */
export const earlier = (entries: Partial<DeskEntry>[]): DeskEntry[] =>
  entries.map((entry, index) => ({
    id: `b${index}`,
    at: '2026-01-05T09:00:00.000Z',
    from: 'bot',
    text: '',
    ...entry,
  }));
