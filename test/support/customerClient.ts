import { WebSocket } from 'ws';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { Watched } from './watched';

/** Waits longer than the channel gives the bot, so that its own refusal is seen. */
const postTimeoutInMs = 40_000;

/** A customer at the web page: talks Direct Line over the network, as Web Chat does, and remembers everything shown. */
export class CustomerClient {
  /** Everything in the conversation in the order in which it was shown, the customer's own included. */
  readonly activities: JsonObject[] = [];
  private readonly shown = new Watched();
  private socket: WebSocket | undefined;
  private position = 0;

  private constructor(
    private readonly domain: string,
    private readonly token: string,
    readonly conversationId: string,
    readonly userId: string,
  ) {}

  /** Opens a conversation as the page does. */
  static async open(botUrl: string): Promise<CustomerClient> {
    const ticket = await postJson(`${botUrl}/directline/token`, {}, {});
    const { domain, token, conversationId, userId } = ticket;
    if (![domain, token, conversationId, userId].every((member) => typeof member === 'string'))
      throw new Error('the bot gave no ticket for the page');
    const customer = new CustomerClient(String(domain), String(token), String(conversationId), String(userId));
    const started = await customer.post('/conversations', { locale: 'en' });
    await customer.listen(String(started['streamUrl']));
    return customer;
  }

  /** Sends a text; resolves with the activity's id when the channel took it. */
  say(text: string, more: JsonObject = {}): Promise<string> {
    return this.send({ type: 'message', text, textFormat: 'plain', locale: 'en', ...more });
  }

  /** Presses a button of an adaptive card, as Web Chat posts it. */
  submit(value: JsonValue): Promise<string> {
    return this.send({ type: 'message', value, locale: 'en', channelData: { postBack: true } });
  }

  typing(): Promise<string> {
    return this.send({ type: 'typing' });
  }

  async send(activity: JsonObject): Promise<string> {
    const answer = await this.post(`/conversations/${this.conversationId}/activities`, {
      from: { id: this.userId },
      ...activity,
    });
    return String(answer['id']);
  }

  async upload(name: string, contentType: string, bytes: Buffer): Promise<void> {
    const form = new FormData();
    const activity = JSON.stringify({ type: 'message', from: { id: this.userId }, locale: 'en' });
    form.append('activity', new Blob([activity], { type: 'application/vnd.microsoft.activity' }));
    form.append('file', new Blob([new Uint8Array(bytes)], { type: contentType }), name);
    const response = await fetch(`${this.domain}/conversations/${this.conversationId}/upload?userId=${this.userId}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}` },
      body: form,
      signal: AbortSignal.timeout(postTimeoutInMs),
    });
    if (!response.ok) throw new Error(`the channel refused the file: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }

  /**
   * The next thing from the bot or agent that matches; what came before it counts as read. A text matches when the
   * message or its cards hold it.
   */
  async next(wanted: string | ((activity: JsonObject) => boolean), withinInMs?: number): Promise<JsonObject> {
    const matches = typeof wanted === 'string' ? (activity: JsonObject) => wordsOf(activity).includes(wanted) : wanted;
    const find = () => {
      const index = this.activities.findIndex(
        (activity, at) => at >= this.position && !this.isOwn(activity) && matches(activity),
      );
      return index < 0 ? undefined : index;
    };
    const index = await this.shown.find(`the customer is shown ${String(wanted)}`, find, () => this.describe(), withinInMs);
    this.position = index + 1;
    return this.activities[index] as JsonObject;
  }

  /** What the bot and agents wrote, in order; cards by their words. */
  heard(): string[] {
    return this.activities.filter((one) => one['type'] === 'message' && !this.isOwn(one)).map(wordsOf);
  }

  /** How many things were shown so far, to look only at what comes after. */
  get count(): number {
    return this.activities.length;
  }

  close(): void {
    this.socket?.terminate();
  }

  isOwn(activity: JsonObject): boolean {
    return isJsonObject(activity['from']) && activity['from']['id'] === this.userId;
  }

  private describe(): string {
    const lines = this.activities.map(
      (one) => `${this.isOwn(one) ? '>' : '<'} ${String(one['type'])} ${wordsOf(one).slice(0, 200)}`,
    );
    return `The conversation so far:\n${lines.join('\n')}`;
  }

  private listen(url: string): Promise<void> {
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.on('message', (data) => {
      const text = String(data);
      if (text === '') return;
      const { activities } = JSON.parse(text) as { activities: JsonObject[] };
      this.activities.push(...activities);
      this.shown.changed();
    });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
  }

  private post(path: string, body: JsonObject): Promise<JsonObject> {
    return postJson(`${this.domain}${path}`, { authorization: `Bearer ${this.token}` }, body);
  }
}

/** All that is written in an activity and its cards, buttons included. */
export function wordsOf(activity: JsonObject): string {
  const words: string[] = [];
  const collect = (value: JsonValue | undefined, key: string) => {
    if (typeof value === 'string' && ['text', 'title', 'label', 'subtitle', 'name', 'value'].includes(key)) words.push(value);
    else if (Array.isArray(value)) for (const item of value) collect(item, key);
    else if (isJsonObject(value)) for (const [name, item] of Object.entries(value)) if (name !== 'data') collect(item, name);
  };
  if (typeof activity['text'] === 'string') words.push(activity['text']);
  collect(activity['attachments'], 'attachments');
  return words.join('\n');
}

/** The data of the button with this title, as a client submits it together with the inputs. */
export function buttonData(activity: JsonObject, title: string): JsonObject {
  const found: JsonObject[] = [];
  const collect = (value: JsonValue | undefined): void => {
    if (Array.isArray(value)) for (const item of value) collect(item);
    else if (isJsonObject(value)) {
      const data = value['data'] ?? value['value'];
      if (value['title'] === title && isJsonObject(data)) found.push(data);
      for (const item of Object.values(value)) collect(item);
    }
  };
  collect(activity['attachments']);
  const data = found[0];
  if (!data) throw new Error(`there is no button "${title}" on: ${wordsOf(activity)}`);
  return data;
}

async function postJson(url: string, headers: Record<string, string>, body: JsonObject): Promise<JsonObject> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(postTimeoutInMs),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${new URL(url).pathname} was answered ${response.status}: ${text}`);
  return JSON.parse(text) as JsonObject;
}
