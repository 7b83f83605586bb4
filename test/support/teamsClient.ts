import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { wordsOf } from './customerClient';
import { type Shown, TeamsConnector } from './teamsConnector';

const botId = '28:11111111-2222-4333-8444-555555555555';
const tenantId = '99999999-8888-4777-8666-555555555555';

export interface TeamsPlace {
  type?: 'personal' | 'channel' | 'groupChat';
  name?: string;
  locale?: string;
}

/** Somebody in Teams: sends what Teams sends for what people do there, and sees what Teams shows. */
export class TeamsClient {
  private position = 0;
  readonly conversationId: string;
  private readonly userId: string;

  private constructor(
    private readonly botUrl: string,
    private present: TeamsConnector,
    private readonly place: Required<TeamsPlace>,
  ) {
    const unique = randomUUID();
    this.userId = `29:user-${unique}`;
    this.conversationId = place.type === 'personal' ? `a:chat-${unique}` : `19:room-${unique}@thread.tacv2;messageid=${unique}`;
  }

  static async open(
    botUrl: string,
    { type = 'personal', name = 'Ann Bell', locale = 'en-GB' }: TeamsPlace = {},
  ): Promise<TeamsClient> {
    return new TeamsClient(botUrl, await TeamsConnector.open(), { type, name, locale });
  }

  /** The connector that has the conversation. */
  get connector(): TeamsConnector {
    return this.present;
  }

  close(): Promise<void> {
    return this.connector.close();
  }

  /** Teams moves the conversation: it is at another service URL from now on, and nobody answers at the one before. */
  async move(): Promise<void> {
    const before = this.present;
    this.present = await TeamsConnector.open();
    this.position = 0;
    await before.close();
  }

  /** Adds the app: Teams tells it in two ways. */
  async install(): Promise<void> {
    await this.post({ type: 'conversationUpdate', membersAdded: [{ id: botId }, { id: this.userId }] });
    await this.post({ type: 'installationUpdate', action: 'add' });
  }

  /** Removes the app: from now on Teams refuses what the bot sends. */
  async uninstall(): Promise<void> {
    this.connector.left.add(this.conversationId);
    await this.post({ type: 'installationUpdate', action: 'remove' });
  }

  /** Resolves with the id of the message. */
  async say(text: string, more: JsonObject = {}): Promise<string> {
    const id = this.connector.newId();
    await this.post({ type: 'message', id, text, textFormat: 'plain', ...more });
    return id;
  }

  /** Writes to the bot where others read along. */
  mention(text: string): Promise<string> {
    const mention = { type: 'mention', mentioned: { id: botId, name: 'Bot' }, text: '<at>Bot</at>' };
    return this.say(`<at>Bot</at> ${text}`, { entities: [mention, clientInfo(this.place.locale)] });
  }

  async edit(id: string, text: string): Promise<void> {
    await this.post({ type: 'messageUpdate', id, text, channelData: { eventType: 'editMessage' } });
  }

  async takeBack(id: string): Promise<void> {
    await this.post({ type: 'messageDelete', id, channelData: { eventType: 'softDeleteMessage' } });
  }

  typing(): Promise<unknown> {
    return this.post({ type: 'typing' });
  }

  /** Attaches a file: it lies in the OneDrive, where only its download address opens for the bot. */
  attach(name: string, bytes: Buffer): Promise<string> {
    const unique = this.connector.newId();
    const downloadUrl = this.connector.keep(`/drive/${unique}`, bytes, 'application/octet-stream');
    const content = { downloadUrl, uniqueId: unique, fileType: name.split('.').at(-1) ?? '' };
    const file = {
      contentType: 'application/vnd.microsoft.teams.file.download.info',
      contentUrl: 'https://contoso.sharepoint.com/x',
      name,
      content,
    };
    return this.say('', { attachments: [file, { contentType: 'text/html', content: '<p></p>' }] });
  }

  /** Pastes a picture: it lies at the connector. */
  paste(bytes: Buffer, contentType = 'image/png'): Promise<string> {
    const contentUrl = this.connector.keep(`/emea/v3/attachments/${this.connector.newId()}/views/original`, bytes, contentType);
    const html = { contentType: 'text/html', content: `<p><img src="${contentUrl}"></p>` };
    return this.say('', { attachments: [{ contentType: 'image/*', contentUrl }, html] });
  }

  /** Answers a consent card; resolves with the path the file was asked to be brought to. */
  async consent(shown: Shown, action: 'accept' | 'decline'): Promise<string> {
    const [card] = shown.activity['attachments'] as { name: string; content: Record<string, JsonValue> }[];
    const path = `/drive/${randomUUID()}`;
    const place = { name: card?.name ?? '', uniqueId: 'u-1', fileType: 'pdf', contentUrl: 'https://contoso.sharepoint.com/f' };
    const uploadUrl = `${this.connector.origin}${path}`;
    const context = card?.content[`${action}Context`] ?? null;
    const uploadInfo = action === 'accept' ? { uploadInfo: { ...place, uploadUrl } } : {};
    await this.invoke('fileConsent/invoke', { type: 'fileUpload', action, context, ...uploadInfo }, shown.id);
    return path;
  }

  /** Presses a button of a card as Teams of today does. Resolves with the invoke's answer, or undefined for a message. */
  async press(shown: Shown, title: string, inputs: JsonObject = {}): Promise<JsonObject | undefined> {
    const button = findButton(shown.activity['attachments'], title);
    if (!button) throw new Error(`there is no button "${title}" on: ${wordsOf(shown.activity)}`);
    if (button['type'] !== 'Action.Execute') {
      await this.pressOld(shown, title, inputs);
      return undefined;
    }
    const data = { ...(button['data'] as JsonObject), ...inputs };
    const action = { type: 'Action.Execute', title, verb: button['verb'] ?? '', data };
    const answer = await this.invoke('adaptiveCard/action', { action, trigger: 'manual' }, shown.id);
    this.replace(shown, answer);
    return answer;
  }

  /** Shows a card anew, as when the chat is opened again. Resolves with the answer, or undefined when the card does not ask. */
  async open(shown: Shown): Promise<JsonObject | undefined> {
    const cards = shown.activity['attachments'] as { content?: { refresh?: { action: JsonObject } } }[] | undefined;
    const action = cards?.[0]?.content?.refresh?.action;
    if (!action) return undefined;
    const answer = await this.invoke('adaptiveCard/action', { action, trigger: 'automatic' }, shown.id);
    this.replace(shown, answer);
    return answer;
  }

  private replace(shown: Shown, answer: JsonObject): void {
    if (answer['type'] !== 'application/vnd.microsoft.card.adaptive') return;
    const card = { contentType: 'application/vnd.microsoft.card.adaptive', content: answer['value'] ?? null };
    shown.activity = { ...shown.activity, attachments: [card] };
  }

  /** Presses a button as a client does that knows submits only, or a button that says something. */
  async pressOld(shown: Shown, title: string, inputs: JsonObject = {}): Promise<void> {
    const found = findButton(shown.activity['attachments'], title);
    const button = isJsonObject(found?.['fallback']) ? found['fallback'] : found;
    if (!button) throw new Error(`there is no button "${title}"`);
    const { msteams, ...data } = (button['data'] ?? button['value']) as JsonObject;
    const said = isJsonObject(msteams) ? msteams['text'] : button['text'];
    await this.post({
      type: 'message',
      replyToId: shown.id,
      ...(typeof said === 'string' && { text: said }),
      value: { ...data, ...inputs },
    });
  }

  /** Resolves with the body of the answer. Throws when the status is not 200. */
  async invoke(name: string, value: JsonObject, replyToId?: string): Promise<JsonObject> {
    const answer = await this.post({ type: 'invoke', name, value, ...(replyToId !== undefined && { replyToId }) });
    if (answer.status !== 200) throw new Error(`the invoke was answered ${answer.status}`);
    return answer.body;
  }

  /** The next message that matches; what came before it counts as read. */
  next(wanted: string, withinInMs?: number): Promise<Shown> {
    const find = () => {
      const index = this.connector.shown.findIndex((one, at) => at >= this.position && wordsOf(one.activity).includes(wanted));
      return index < 0 ? undefined : index;
    };
    return this.connector.changes
      .find(`the customer is shown ${wanted}`, find, () => this.describe(), withinInMs)
      .then((index) => {
        this.position = index + 1;
        return this.connector.shown[index] as Shown;
      });
  }

  /** What `read` finds, now or after something the bot did. */
  until<T>(what: string, read: () => T | undefined): Promise<T> {
    return this.connector.changes.find(what, read, () => this.describe());
  }

  /** All that is shown, in words. */
  words(): string[] {
    return this.connector.shown.map(({ activity }) => wordsOf(activity));
  }

  private describe(): string {
    return [...this.words().map((words) => `< ${words.slice(0, 300)}`), ...this.connector.violations].join('\n');
  }

  async post(more: JsonObject): Promise<{ status: number; body: JsonObject }> {
    const { type, name, locale } = this.place;
    const { channelData, ...rest } = more;
    const activity = {
      id: this.connector.newId(),
      timestamp: new Date().toISOString(),
      channelId: 'msteams',
      serviceUrl: this.connector.serviceUrl,
      from: { id: this.userId, name, aadObjectId: `aad-${this.userId}` },
      recipient: { id: botId, name: 'Bot' },
      conversation: {
        id: this.conversationId,
        conversationType: type,
        tenantId,
        ...(type !== 'personal' && { isGroup: true }),
      },
      entities: [clientInfo(locale)],
      locale,
      channelData: { tenant: { id: tenantId }, ...(isJsonObject(channelData) && channelData) },
      ...rest,
    };
    const response = await fetch(`${this.botUrl}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(activity),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (response.status >= 500 && response.status !== 501) throw new Error(`the bot answered ${response.status}: ${text}`);
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as JsonObject };
  }
}

function clientInfo(locale: string): JsonObject {
  return { type: 'clientInfo', locale, country: 'GB', platform: 'Windows' };
}

function findButton(value: JsonValue | undefined, title: string): JsonObject | undefined {
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = findButton(item, title);
      if (found) return found;
    }
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  if (value['title'] === title && (value['data'] !== undefined || value['value'] !== undefined)) return value;
  return Object.values(value)
    .map((item) => findButton(item, title))
    .find((found) => found !== undefined);
}
