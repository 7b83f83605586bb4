import type { Page } from 'playwright-core';
import { picture, useProductPages } from './journeyRig';

jest.setTimeout(120_000);

const pages = useProductPages();

/** Presses Tab, or Shift+Tab, until what has the focus is named so. */
async function tabTo(page: Page, wanted: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press(key);
    const name = await page.evaluate<string>(
      '(({ activeElement: e }) => e.labels?.[0]?.textContent || e.getAttribute("aria-label") || e.textContent)(document)',
    );
    if (wanted.test(name)) return;
    passed.push(name.slice(0, 40));
  }
  throw new Error(`${wanted} was not reached, only: ${passed.join(' | ')}`);
}

/** Goes into the newest message, as Web Chat has it: its history is one stop, Enter goes into a message, Escape out. */
async function enterNewestMessage(page: Page): Promise<void> {
  await tabTo(page, /^Chat history/);
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
}

describe('a customer without a mouse', () => {
  it('gets an answer, a person, leaves the chat and rates it', async () => {
    const { page } = await pages.customer();
    const agent = await pages.desk();
    const { keyboard } = page;
    await tabTo(page, /^I want to talk to a person$/);
    await keyboard.press('Enter');
    await page.getByLabel('Your name').waitFor();
    await enterNewestMessage(page);
    await tabTo(page, /^Which team can help you/);
    await keyboard.type('Cards');
    await tabTo(page, /^Your name/);
    await keyboard.type('Keyboard Kim');
    await tabTo(page, /^E-mail/);
    await keyboard.type('kim@example.com');
    await tabTo(page, /^What is it about/);
    await keyboard.type('My card');
    await tabTo(page, /^Continue$/);
    await keyboard.press('Enter');
    await page.getByLabel('Last four digits').waitFor();
    await keyboard.press('Escape');
    await enterNewestMessage(page);
    await tabTo(page, /^Continue$/);
    await keyboard.press('Enter');
    await page.getByText('You are waiting for a person.').waitFor();

    await agent.accept('Keyboard Kim');
    await page.getByText('You are chatting with Alex.').waitFor();
    await keyboard.press('Escape');
    await tabTo(page, /^Message input box/);
    await keyboard.type('Typed by keyboard');
    await keyboard.press('Enter');
    await agent.reads('Typed by keyboard');
    await tabTo(page, /^Leave the chat with the agent$/, 'Shift+Tab');
    await picture(page, 'keyboard-leave');
    await keyboard.press('Enter');

    await page.getByText('How was your chat?', { exact: true }).last().waitFor();
    await enterNewestMessage(page);
    await tabTo(page, /5 – very good/);
    await keyboard.press('Space');
    await tabTo(page, /^Send rating$/);
    await keyboard.press('Enter');
    await page.locator('.webchat__bubble__content', { hasText: 'Thank you for your rating' }).waitFor();
    expect(pages.complaints).toEqual([]);
  });
});
