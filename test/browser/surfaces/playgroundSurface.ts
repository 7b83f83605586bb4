import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { isJsonObject, type JsonObject, parseJson } from '../../../common/json';
import { buttonData } from '../../support/customerClient';
import { until } from '../../support/fakeClock';
import type { CustomerSurface, FormAnswers, ScenarioFile } from '../../support/scenario';
import { FileShelf } from './fileShelf';

/** What the Playground calls the bot in its log. */
const bot = 'User Application';

/**
 * The Agents Playground as a plain client. Different here: it shows no carousel and cannot attach files, so both are posted to the address
 * behind its "Mock an Activity", made of what its log shows; of an agent's file it shows that it does not know the kind, so the address is
 * taken from its log too; it refuses events, which are for programs, and that is no complaint.
 */
export class PlaygroundSurface implements CustomerSurface {
  readonly customerName = 'Petra Playground';
  /** What the bot has sent, newest last. */
  private readonly told: JsonObject[] = [];
  private readonly refused: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly url: string,
    private readonly shelf: FileShelf,
  ) {
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => this.take(String(payload))));
  }

  static async open(page: Page, url: string): Promise<PlaygroundSurface> {
    const surface = new PlaygroundSurface(page, url, await FileShelf.open());
    await page.goto(url);
    await surface.reads('virtual assistant');
    return surface;
  }

  close(): Promise<void> {
    return this.shelf.close();
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole('textbox').last().click();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  reads(text: string): Promise<void> {
    return this.page.getByText(text).last().waitFor();
  }

  press(button: string): Promise<void> {
    return this.page.getByRole('button', { name: button, exact: true }).last().click();
  }

  async pressOnCard(title: string, button: string): Promise<void> {
    const carousel = await this.newest(title, (one) => one['attachmentLayout'] === 'carousel');
    const cards = (carousel['attachments'] ?? []) as JsonObject[];
    const attachments = cards.filter((one) => (one['content'] as JsonObject)['title'] === title);
    await this.mock(carousel, { value: buttonData({ attachments }, button) });
  }

  async fill(answers: FormAnswers, button: string): Promise<void> {
    for (const [label, answer] of Object.entries(answers)) {
      if (typeof answer === 'string') {
        await this.page.getByLabel(label).last().fill(answer);
        continue;
      }
      const list = this.page.getByRole('combobox', { name: label });
      if ((await list.count()) > 0) {
        await list.last().click();
        await this.page.getByRole('option', { name: new RegExp(`^${answer.choice}`) }).click();
      } else await this.page.getByText(answer.choice).last().click();
    }
    await this.press(button);
  }

  async sendFile(file: ScenarioFile): Promise<void> {
    const last = await this.newest('a message', (one) => one['type'] === 'message');
    await this.mock(last, { attachments: [this.shelf.attachment(file)] });
  }

  async opensFile(name: string): Promise<Buffer> {
    const fileOf = (one: JsonObject) =>
      ((one['attachments'] ?? []) as { name?: string; contentUrl?: string }[]).find((file) => file.name === name);
    const shown = await this.newest(name, (one) => Array.isArray(one['attachments']) && fileOf(one) !== undefined);
    return (await this.page.request.get(fileOf(shown)?.contentUrl ?? '')).body();
  }

  complaints(): string[] {
    return this.refused;
  }

  /** What "Mock an Activity" of the page does: an activity of the user in the conversation of a message of the bot. */
  private async mock(bots: JsonObject, more: JsonObject): Promise<void> {
    const { channelId = 'emulator', serviceUrl, conversation, from, recipient } = bots;
    const activity = { id: randomUUID(), type: 'message', channelId, serviceUrl, conversation, from: recipient, recipient: from };
    const response = await this.page.request.post(`${this.url}_internal/v1/customActivities`, { data: { ...activity, ...more } });
    expect(response.ok()).toBe(true);
  }

  private async newest(what: string, wanted: (activity: JsonObject) => boolean): Promise<JsonObject> {
    const find = () => this.told.findLast((one) => isJsonObject(one['conversation']) && wanted(one));
    await until(`the Playground is told of ${what}`, () => find() !== undefined, 20_000);
    return find() as JsonObject;
  }

  /** The page is told of each call between Playground and bot, with what was sent and answered. */
  private take(frame: string): void {
    const told = parseJson(frame);
    const log = isJsonObject(told) ? told['log'] : undefined;
    if (!isJsonObject(log) || !isJsonObject(log['request']) || !isJsonObject(log['response'])) return;
    const { body } = log['request'];
    if (!isJsonObject(body)) return;
    const { statusCode } = log['response'];
    const isEvent = body['type'] === 'event' && log['from'] === bot;
    if (typeof statusCode === 'number' && statusCode >= 400 && !isEvent) this.refused.push(JSON.stringify(log));
    if (log['from'] === bot) this.told.push(body);
  }
}
