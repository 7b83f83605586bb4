import type { Page } from 'playwright-core';
import { picture, useProductPages } from './journeyRig';
import { startPlayground } from './playgroundProcess';

jest.setTimeout(180_000);

const pages = useProductPages();

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').last().click();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).last().click();
const shown = (page: Page, text: string | RegExp) => page.getByText(text).last().waitFor();

describe('the Agents Playground', () => {
  // "emulator" is what the command line calls a plain client; "msteams" sends what Teams would.
  it.each(['emulator', 'msteams'] as const)('carries the whole conversation as channel %s', async (channel) => {
    const name = channel === 'msteams' ? 'Alex Wilber' : 'Playful Petra';
    const playground = await startPlayground(`${pages.product.botUrl}/api/messages`, channel);
    try {
      const agent = await pages.desk();
      const page = await pages.open(playground.url, { width: 1180, height: 820 });
      await shown(page, 'Ask me anything about your account');
      await say(page, 'My card has not arrived yet');
      await shown(page, 'From our help center');
      await picture(page, `playground-${channel}`);
      // As Teams, the Playground does nothing on buttons that say in the chat what was pressed, which Teams itself does.
      if (channel === 'emulator') {
        await press(page, 'Read more');
        await shown(page, 'The latest arrival date has passed');
      } else {
        await press(page, 'This helped');
        await shown(page, 'You said that this helped.');
      }

      await say(page, 'talk to a person');
      await page.getByLabel('E-mail address').last().waitFor();
      await page.getByRole('combobox', { name: 'Which team can help you?' }).last().click();
      await page.getByRole('option', { name: /^Cards –/ }).click();
      // Teams has told the name already.
      if (channel === 'emulator') await page.getByLabel('Your name').last().fill(name);
      await page.getByLabel('E-mail address').last().fill('petra@example.com');
      await press(page, 'Continue');
      await page.getByLabel('Last four digits').last().waitFor();
      await press(page, 'Continue');
      await shown(page, 'You are in the queue.');
      // A form that was sent is shown without its buttons where a card can be changed.
      if (channel === 'msteams') await shown(page, 'Sent.');

      await agent.accept(name);
      await shown(page, 'You are now chatting with Alex.');
      await agent.say('Hello from the desk');
      await shown(page, 'Alex: Hello from the desk');
      await say(page, 'Hello from the Playground');
      await agent.reads('Hello from the Playground');
      await agent.press('Send a card');
      await agent.confirm('Send card');
      await press(page, 'Yes, replace it');
      await picture(page, `playground-chat-${channel}`);
      await agent.end();
      await shown(page, 'The agent has ended the chat.');
      await shown(page, 'How was your chat?');
      await page.getByText('4 – good').last().click();
      await press(page, 'Send rating');
      await shown(page, 'Thank you for your rating');
      await picture(page, `playground-rated-${channel}`);
    } finally {
      await playground.stop();
    }
  });
});
