import type { CustomerSurface, FormAnswers, ScenarioFile } from '../../support/scenario';
import type { CustomerPage } from '../journeyRig';

/** The product's own page. Nothing is different here: each step is what a customer does with mouse and keyboard. */
export class WebChatSurface implements CustomerSurface {
  readonly customerName = 'Wendy Webb';

  constructor(
    private readonly customer: CustomerPage,
    readonly complaints: () => string[],
  ) {}

  say(text: string): Promise<void> {
    return this.customer.say(text);
  }

  reads(text: string): Promise<void> {
    return this.customer.said(text);
  }

  press(button: string): Promise<void> {
    return this.customer.press(button);
  }

  async pressOnCard(title: string, button: string): Promise<void> {
    const { page } = this.customer;
    const card = page.locator('.react-film__filmstrip__item', { hasText: title }).last();
    await page.getByRole('button', { name: 'Next' }).last().click();
    await card.getByRole('button', { name: button, exact: true }).click();
  }

  async fill(answers: FormAnswers, button: string): Promise<void> {
    const { page } = this.customer;
    for (const [label, answer] of Object.entries(answers))
      if (typeof answer === 'string') await page.getByLabel(label).last().fill(answer);
      else await this.customer.choose(answer.choice);
    await this.customer.press(button);
  }

  async sendFile({ name, contentType, bytes }: ScenarioFile): Promise<void> {
    const { page } = this.customer;
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Upload file' }).click();
    await (await chooser).setFiles({ name, mimeType: contentType, buffer: bytes });
    // Until the file is read "Send" has nothing to send.
    await page.locator('.webchat__attachment-icon--checked').waitFor();
    await this.customer.press('Send');
  }

  async opensFile(name: string): Promise<Buffer> {
    const { page } = this.customer;
    const link = page.getByRole('link', { name }).last();
    const address = await link.getAttribute('href');
    return (await page.request.get(address ?? '')).body();
  }
}
