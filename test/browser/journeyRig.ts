import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser';
import { Product } from '../support/productRig';

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const patienceInMs = 20_000;

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}

/** The whole product with its pages in a browser, for the tests of one file. */
export function useProductPages(): ProductPages {
  const pages = new ProductPages();
  beforeAll(() => pages.launch(), 120_000);
  afterEach(() => pages.closePages());
  afterAll(() => pages.stop(), 60_000);
  return pages;
}

export class ProductPages {
  product!: Product;
  browser!: Browser;
  /** Script errors and violations of the pages' own rules. */
  complaints: string[] = [];
  private contexts: BrowserContext[] = [];

  async launch(): Promise<void> {
    this.product = await Product.start({ phrasesPerTopic: 8 });
    this.browser = await launchBrowser();
  }

  async stop(): Promise<void> {
    await this.browser?.close();
    await this.product?.close();
  }

  async closePages(): Promise<void> {
    await Promise.all(this.contexts.map((context) => context.close()));
    this.contexts = [];
    this.complaints = [];
  }

  /** A customer who has just been welcomed. */
  async customer(viewport = { width: 1100, height: 800 }): Promise<CustomerPage> {
    const customer = new CustomerPage(await this.open(`${this.product.botUrl}/`, viewport));
    await customer.said('virtual assistant');
    return customer;
  }

  async desk(viewport = { width: 1200, height: 800 }): Promise<AgentPage> {
    const agent = new AgentPage(await this.open(`${this.product.deskUrl}/`, viewport));
    await agent.page.getByText('Live', { exact: true }).waitFor();
    return agent;
  }

  async open(url: string, viewport = { width: 1200, height: 800 }): Promise<Page> {
    const context = await this.browser.newContext({ viewport, locale: 'en-GB' });
    this.contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(patienceInMs);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    await page.goto(url);
    return page;
  }
}

/** The customer's page as somebody uses it. */
export class CustomerPage {
  constructor(readonly page: Page) {}

  box(): Locator {
    return this.page.getByPlaceholder('Type your message');
  }

  async say(text: string): Promise<void> {
    await this.box().fill(text);
    await this.box().press('Enter');
  }

  bubbles(text: string): Locator {
    return this.page.locator('.webchat__bubble__content', { hasText: text });
  }

  async said(text: string): Promise<void> {
    await this.bubbles(text).last().waitFor();
  }

  /** Presses the newest button of that name. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).last().click();
  }

  /** Takes one of several: from a list when there are many, else by its button. */
  async choose(text: string): Promise<void> {
    const option = this.page.locator('option', { hasText: text });
    const list = this.page.locator('select.ac-choiceSetInput-compact').filter({ has: option });
    if ((await list.count()) > 0) {
      const value = await list.last().locator(option).first().getAttribute('value');
      await list.last().selectOption(value ?? '');
    } else await this.page.locator('.ac-choiceSetInput-expanded label', { hasText: text }).last().click();
  }

  async send(file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.page.getByRole('button', { name: 'Upload file' }).click();
    await (await chooser).setFiles(file);
    // Until Web Chat has read the file there is nothing to send.
    await this.page.locator('.webchat__attachment-icon--checked').last().waitFor();
    await this.press('Send');
  }

  /** Asks for a person and fills in what is asked; resolves when the chat waits at the desk. */
  async askForPerson(team: string, name: string): Promise<void> {
    await this.say('talk to a person');
    await this.page.getByLabel('Your name').last().waitFor();
    await this.choose(team);
    await this.page.getByLabel('Your name').last().fill(name);
    await this.page.getByLabel('E-mail address').last().fill('maria@example.com');
    const topic = this.page.getByLabel('What is it about?').last();
    if (await topic.isVisible()) await topic.fill('A question about my card');
    await this.press('Continue');
    if (team === 'Cards') {
      await this.page.getByLabel('Last four digits').last().waitFor();
      await this.press('Continue');
    }
    await this.waitsInQueue();
  }

  async waitsInQueue(): Promise<void> {
    await this.page.getByText('You are waiting for a person.').waitFor();
  }

  async chatsWith(name: string): Promise<void> {
    await this.page.getByText(`You are chatting with ${name}.`).waitFor();
  }

  async rate(score: string): Promise<void> {
    await this.page.getByText('How was your chat?', { exact: true }).last().waitFor();
    await this.choose(score);
    await this.press('Send rating');
    await this.said('Thank you for your rating');
  }
}

/** The desk page as an agent uses it. */
export class AgentPage {
  constructor(readonly page: Page) {}

  box(): Locator {
    return this.page.getByRole('textbox', { name: 'Your message' });
  }

  get conversation(): Locator {
    return this.page.locator('#conversation');
  }

  async accept(customer: string): Promise<void> {
    await this.page.getByRole('button', { name: `Accept ${customer}` }).click();
    await this.box().waitFor();
  }

  async say(text: string): Promise<void> {
    await this.box().fill(text);
    await this.box().press('Enter');
  }

  async reads(text: string): Promise<void> {
    await this.conversation.getByText(text).last().waitFor();
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  async confirm(name: string): Promise<void> {
    await this.page.locator('dialog[open]').getByRole('button', { name }).last().click();
  }

  async attach(file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.press('Attach a file');
    await (await chooser).setFiles(file);
    await this.press('Send');
  }

  async end(): Promise<void> {
    await this.press('End chat');
    await this.confirm('End');
  }
}

/** What axe calls serious or critical on the page as it is now. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Through the debugger and not as a script of the page, whose own rules forbid it.
  await page.evaluate(axeSource);
  const violations = await page.evaluate<Violation[]>('axe.run().then((result) => result.violations)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

/** How far the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

/** A picture for people to look at, only when PICTURES names a folder for them. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PICTURES'];
  if (!folder) return;
  // Web Chat scrolls smoothly; a picture is of what it comes to rest at.
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 800))');
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

export const pngFile = {
  name: 'statement.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
};
export const pdfFile = (name: string) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 test') });
