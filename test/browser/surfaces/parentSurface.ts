import type { JsonObject } from '../../../common/json';
import { inputsFor } from '../../support/cardForm';
import { buttonData, wordsOf } from '../../support/customerClient';
import { until } from '../../support/fakeClock';
import { BotUser } from '../../support/parentBotRig';
import type { CustomerSurface, FormAnswers, ScenarioFile } from '../../support/scenario';
import { FileShelf } from './fileShelf';
import type { Line } from './transcriptPage';

/**
 * A user of another bot, which has the product as its skill. Different here: the parent has to call the skill with the user's first words;
 * everything then passes through the parent, which shows the skill's cards as they are; files lie at the parent's channel.
 */
export class ParentSurface implements CustomerSurface {
  readonly customerName = 'Paula Parent';
  private readonly said: Line[] = [];
  private isLent = false;

  private constructor(
    private readonly user: BotUser,
    private readonly shelf: FileShelf,
  ) {}

  static async open(parentUrl: string): Promise<ParentSurface> {
    return new ParentSurface(await BotUser.connect(parentUrl, 'Paula Parent'), await FileShelf.open());
  }

  async close(): Promise<void> {
    this.user.close();
    await this.shelf.close();
  }

  /** Says goodbye; resolves with what the parent was given back. */
  async giveBack(): Promise<JsonObject> {
    await this.say('bye');
    return this.user.result();
  }

  async say(text: string): Promise<void> {
    this.note(text);
    await this.user.say(this.isLent ? text : `!${JSON.stringify({ type: 'message', text })}`);
    this.isLent = true;
  }

  async reads(text: string): Promise<void> {
    await this.newest((activity) => wordsOf(activity).includes(text), text);
  }

  async press(button: string): Promise<void> {
    await this.user.submit(buttonData(await this.with(button), button));
  }

  async pressOnCard(title: string, button: string): Promise<void> {
    const carousel = await this.newest((activity) => activity['attachmentLayout'] === 'carousel', title);
    const cards = (carousel['attachments'] ?? []) as JsonObject[];
    const attachments = cards.filter((one) => (one['content'] as JsonObject)['title'] === title);
    this.note(`${button}: ${title}`);
    await this.user.submit(buttonData({ attachments }, button));
  }

  async fill(answers: FormAnswers, button: string): Promise<void> {
    const form = await this.with(button);
    await this.user.submit({ ...buttonData(form, button), ...inputsFor(form, answers) });
  }

  async sendFile(file: ScenarioFile): Promise<void> {
    this.note(`📎 ${file.name}`);
    await this.user.say('', { attachments: [this.shelf.attachment(file)] });
  }

  async opensFile(name: string): Promise<Buffer> {
    const shown = await this.newest((activity) => fileOf(activity, name) !== undefined, name);
    return Buffer.from(await (await fetch(fileOf(shown, name) ?? '')).arrayBuffer());
  }

  complaints(): string[] {
    return this.user.texts().filter((text) => text === 'parent failed');
  }

  lines(): Line[] {
    const bots = this.user.activities.map((activity, index) => ({ activity, after: index }));
    return bots
      .flatMap((line, index) => [...this.said.filter(({ after }) => after === index), line])
      .filter(({ activity }) => activity['type'] === 'message');
  }

  private note(text: string): void {
    this.said.push({ activity: { type: 'message', text }, after: this.user.activities.length, isOwn: true });
  }

  private with(button: string): Promise<JsonObject> {
    return this.newest((activity) => JSON.stringify(activity).includes(`"title":${JSON.stringify(button)}`), button);
  }

  private async newest(wanted: (activity: JsonObject) => boolean, what: string): Promise<JsonObject> {
    const find = () => this.user.activities.findLast(wanted);
    await until(`the user of the parent is shown ${what}`, () => find() !== undefined, 30_000);
    return find() as JsonObject;
  }
}

function fileOf(activity: JsonObject, name: string): string | undefined {
  const attachments = (activity['attachments'] ?? []) as { name?: string; contentUrl?: string }[];
  return attachments.find((one) => one.name === name)?.contentUrl;
}
