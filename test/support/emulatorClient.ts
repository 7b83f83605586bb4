import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../common/json';
import { wordsOf } from './customerClient';
import { Watched } from './watched';

export interface EmulatorOptions {
  /** What it shows the bot; nothing without. Asked for every call, as a token may have been renewed. */
  token?: () => string | undefined;
  /** Whether a call of the bot may come in, by its token; a refused one gets 401. */
  lets?: (token: string | undefined) => boolean;
}

/**
 * Bot Framework Emulator as a bot sees it: a connector on this machine with conversations of the channel `emulator`, which signs with
 * the bot's own app id and looks at the bot's tokens.
 */
export class EmulatorClient {
  readonly activities: JsonObject[] = [];
  /** Calls of the bot that were not let in. */
  refused = 0;
  readonly conversationId = `${randomUUID()}|livechat`;
  private readonly user = { id: randomUUID(), name: 'User' };
  private readonly bot = { id: randomUUID(), name: 'Bot' };
  private readonly shown = new Watched();
  private readonly server: Server;
  private position = 0;

  private constructor(
    private readonly botUrl: string,
    private readonly options: EmulatorOptions,
  ) {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { status, body } = this.take(request, Buffer.concat(parts).toString('utf8'));
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  }

  /** Opens the bot's address: a conversation begins, and the bot is told so. */
  static async open(botUrl: string, options: EmulatorOptions = {}): Promise<EmulatorClient> {
    const emulator = new EmulatorClient(botUrl, options);
    await new Promise<void>((resolve) => emulator.server.listen(0, '127.0.0.1', resolve));
    return emulator;
  }

  /** What the Emulator sends when the conversation begins. */
  async begin(): Promise<void> {
    await this.send({ type: 'conversationUpdate', membersAdded: [this.bot] });
    await this.send({ type: 'conversationUpdate', membersAdded: [this.user] });
  }

  say(text: string): Promise<void> {
    return this.send({ type: 'message', text, textFormat: 'plain' });
  }

  /** Presses a button of a card. */
  submit(value: JsonObject): Promise<void> {
    return this.send({ type: 'message', value, channelData: { postBack: true } });
  }

  /** Resolves when the bot has taken it; fails with what it answered instead. */
  async send(activity: JsonObject): Promise<void> {
    const status = await this.post(activity);
    if (status >= 300) throw new Error(`the bot answered ${status}`);
  }

  /** The status of the bot's answer to an activity shown with this token, or with the Emulator's own. */
  async post(activity: JsonObject, token = this.options.token?.()): Promise<number> {
    const response = await fetch(`${this.botUrl}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({
        id: randomUUID(),
        channelId: 'emulator',
        serviceUrl: `http://localhost:${(this.server.address() as AddressInfo).port}`,
        conversation: { id: this.conversationId },
        from: { ...this.user, role: 'user' },
        recipient: { ...this.bot, role: 'bot' },
        locale: 'en-US',
        timestamp: new Date().toISOString(),
        ...activity,
      }),
      signal: AbortSignal.timeout(30_000),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** The next thing from the bot that matches; what came before it counts as read. */
  async next(wanted: string | ((activity: JsonObject) => boolean)): Promise<JsonObject> {
    const matches = typeof wanted === 'string' ? (one: JsonObject) => wordsOf(one).includes(wanted) : wanted;
    const find = () => {
      const index = this.activities.findIndex((one, at) => at >= this.position && matches(one));
      return index < 0 ? undefined : index;
    };
    const describe = () =>
      `${this.refused} refused\n${this.activities.map((one) => `${String(one['type'])} ${wordsOf(one).slice(0, 300)}`).join('\n')}`;
    const index = await this.shown.find(`the Emulator shows ${String(wanted)}`, find, describe);
    this.position = index + 1;
    return this.activities[index] as JsonObject;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private take({ method, url = '', headers }: IncomingMessage, body: string): { status: number; body: object } {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
    if (this.options.lets?.(token) === false) {
      this.refused += 1;
      this.shown.changed();
      return { status: 401, body: { error: { code: 'Unauthorized' } } };
    }
    // Nothing else is ever asked of a connector of this channel.
    const path = `/v3/conversations/${encodeURIComponent(this.conversationId)}/activities`;
    if (method !== 'POST' || !(url === path || url.startsWith(`${path}/`))) return { status: 405, body: {} };
    this.activities.push(JSON.parse(body) as JsonObject);
    this.shown.changed();
    return { status: 200, body: { id: randomUUID() } };
  }
}
