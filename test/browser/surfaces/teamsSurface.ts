import type { JsonObject } from '../../../common/json';
import { inputsFor } from '../../support/cardForm';
import { wordsOf } from '../../support/customerClient';
import type { CustomerSurface, FormAnswers, ScenarioFile } from '../../support/scenario';
import { TeamsClient } from '../../support/teamsClient';
import type { Shown } from '../../support/teamsConnector';
import type { Line } from './transcriptPage';

/**
 * A client that speaks to the bot as Teams does. Different here: Teams has told the customer's name, so no form asks for it; buttons of
 * forms are invokes that change their card; an attached file lies in the customer's OneDrive; an agent's file is a card with a link.
 */
export class TeamsSurface implements CustomerSurface {
  readonly customerName = 'Tessa Teams';
  private readonly said: Line[] = [];

  private constructor(private readonly client: TeamsClient) {}

  static async open(botUrl: string): Promise<TeamsSurface> {
    const surface = new TeamsSurface(await TeamsClient.open(botUrl, { name: 'Tessa Teams' }));
    await surface.client.install();
    await surface.reads('virtual assistant');
    return surface;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  async say(text: string): Promise<void> {
    this.note(text);
    await this.client.say(text);
  }

  async reads(text: string): Promise<void> {
    await this.newest(text, ({ activity }) => wordsOf(activity).includes(text));
  }

  async press(button: string): Promise<void> {
    await this.client.press(await this.with(button), button);
  }

  async pressOnCard(title: string, button: string): Promise<void> {
    const carousel = await this.newest(title, ({ activity }) => activity['attachmentLayout'] === 'carousel');
    const cards = (carousel.activity['attachments'] ?? []) as JsonObject[];
    const card = cards.filter((one) => (one['content'] as JsonObject)['title'] === title);
    this.note(`${button}: ${title}`);
    await this.client.press({ ...carousel, activity: { ...carousel.activity, attachments: card } }, button);
  }

  async fill({ 'Your name': _told, ...answers }: FormAnswers, button: string): Promise<void> {
    const form = await this.with(button);
    await this.client.press(form, button, inputsFor(form.activity, answers));
  }

  async sendFile({ name, bytes }: ScenarioFile): Promise<void> {
    this.note(`📎 ${name}`);
    await this.client.attach(name, bytes);
  }

  async opensFile(name: string): Promise<Buffer> {
    const shown = await this.newest(name, ({ activity }) => wordsOf(activity).includes(name));
    const address = /http:[^"]+\/files\/[^"]+/.exec(JSON.stringify(shown.activity))?.[0] ?? '';
    return Buffer.from(await (await fetch(address)).arrayBuffer());
  }

  complaints(): string[] {
    return this.client.connector.violations;
  }

  /** The conversation as the client shows it at the end. */
  lines(): Line[] {
    const { shown } = this.client.connector;
    return shown.flatMap(({ activity }, index) => [
      ...this.said.filter(({ after }) => after === index),
      { activity, after: index },
    ]);
  }

  private note(text: string): void {
    this.said.push({ activity: { type: 'message', text }, after: this.client.connector.shown.length, isOwn: true });
  }

  private with(button: string): Promise<Shown> {
    return this.newest(button, ({ activity }) => JSON.stringify(activity).includes(`"title":${JSON.stringify(button)}`));
  }

  private newest(what: string, wanted: (shown: Shown) => boolean): Promise<Shown> {
    return this.client.until(what, () => this.client.connector.shown.findLast(wanted));
  }
}
