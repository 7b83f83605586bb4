import type { Browser, BrowserContext, BrowserContextOptions, Frame, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser';
import { type EchoSite, type EchoSiteOptions, startEchoSite } from '../support/echoSite';

/** The customer page with a bot that echoes, for the tests of one file. */
export class CustomerSite {
  browser!: Browser;
  site!: EchoSite;
  /** Script errors and violations of the pages' own rules. */
  readonly faults: string[] = [];
  private contexts: BrowserContext[] = [];

  async open(address = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options });
    this.contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text());
    });
    page.on('pageerror', (error) => this.faults.push(error.message));
    await page.goto(new URL(address, this.site.url).href);
    return page;
  }

  async closePages(): Promise<void> {
    await Promise.all(this.contexts.map((context) => context.close()));
    this.contexts = [];
    this.faults.length = 0;
  }
}

export function useCustomerSite(options: () => EchoSiteOptions | Promise<EchoSiteOptions> = () => ({})): CustomerSite {
  const rig = new CustomerSite();
  beforeAll(async () => {
    rig.browser = await launchBrowser();
    rig.site = await startEchoSite(await options());
  });
  afterEach(() => rig.closePages());
  afterAll(async () => {
    await rig.browser?.close();
    await rig.site?.stop();
  });
  return rig;
}

export function bubble(page: Page | Frame, text: string): Locator {
  return page.locator('.webchat__bubble__content', { hasText: text });
}

export async function said(page: Page | Frame, text: string): Promise<void> {
  await bubble(page, text).last().waitFor({ timeout: 20_000 });
}

/** Web Chat's own words for it differ by language; its place does not. */
export function sendBox(page: Page | Frame): Locator {
  return page.locator('.webchat__send-box-text-box__input');
}

export async function say(page: Page | Frame, text: string): Promise<void> {
  await sendBox(page).fill(text);
  await sendBox(page).press('Enter');
}

/** Makes the page believe that it is behind another tab, or in front again. */
export async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(
    `Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} });
     document.dispatchEvent(new Event('visibilitychange'));`,
  );
}
