import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { JsonObject } from '../../common/json';
import { packageRoot } from '../../common/packageRoot';
import { wordsOf } from './customerClient';
import { until } from './fakeClock';
import { statusOf } from './productRig';
import { Watched } from './watched';

const program = path.join(packageRoot, 'test', 'support', 'parentBot', 'parentBot.ts');

/** The parent bot as a process of its own, which can be killed and started again over the same state. */
export class ParentProcess {
  private child: ChildProcess | undefined;
  private output = '';

  constructor(
    readonly port: number,
    private readonly stateFile: string,
    private readonly skillUrl: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const { PATH, HOME } = process.env;
    const env = {
      ...(PATH && { PATH }),
      ...(HOME && { HOME }),
      PORT: String(this.port),
      STATE_FILE: this.stateFile,
      SKILL_URL: this.skillUrl,
    };
    const child = spawn(process.execPath, ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', program], { env, stdio: 'pipe' });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        this.output += part;
      });
    }
    this.child = child;
    await until(
      'the parent bot starts',
      async () => {
        if (child.exitCode !== null) throw new Error(`The parent bot ended at its start:\n${this.output}`);
        return (await statusOf(this.url)) !== undefined;
      },
      30_000,
    );
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await ended;
  }
}

/** Users of a bot with the channel between them: brings what they say to the bot, and shows what the bot sends. */
export class BotUser {
  private readonly shown = new Watched();
  readonly activities: JsonObject[] = [];
  private position = 0;
  readonly conversationId = randomUUID();

  private constructor(
    private readonly server: Server,
    private readonly botUrl: string,
    private readonly name: string,
  ) {}

  static async connect(botUrl: string, name = 'Pat'): Promise<BotUser> {
    let user!: BotUser;
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        user.take(JSON.parse(Buffer.concat(parts).toString('utf8') || '{}') as JsonObject);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ id: randomUUID() }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    user = new BotUser(server, botUrl, name);
    return user;
  }

  say(text: string, more: JsonObject = {}): Promise<void> {
    return this.send({ type: 'message', text, ...more });
  }

  /** Presses a button of a card. */
  submit(value: JsonObject): Promise<void> {
    return this.send({ type: 'message', value });
  }

  /** Resolves when the bot has taken it; fails with what it answered instead. */
  async send(activity: JsonObject): Promise<void> {
    const response = await fetch(`${this.botUrl}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: randomUUID(),
        channelId: 'directline',
        serviceUrl: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
        conversation: { id: this.conversationId },
        from: { id: `user-${this.conversationId}`, name: this.name, role: 'user' },
        recipient: { id: 'bot', name: 'bot', role: 'bot' },
        locale: 'en',
        timestamp: new Date().toISOString(),
        ...activity,
      }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the bot answered ${response.status}: ${text}`);
  }

  /** The next thing from the bot that matches; what came before it counts as read. */
  async next(wanted: string | ((activity: JsonObject) => boolean), withinInMs?: number): Promise<JsonObject> {
    const matches = typeof wanted === 'string' ? (one: JsonObject) => wordsOf(one).includes(wanted) : wanted;
    const find = () => {
      const index = this.activities.findIndex((one, at) => at >= this.position && matches(one));
      return index < 0 ? undefined : index;
    };
    const describe = () => this.activities.map((one) => `${String(one['type'])} ${wordsOf(one).slice(0, 300)}`).join('\n');
    const index = await this.shown.find(`the user is shown ${String(wanted)}`, find, describe, withinInMs);
    this.position = index + 1;
    return this.activities[index] as JsonObject;
  }

  /** What a bot that has lent the conversation says when it comes back: the result of the skill. */
  async result(withinInMs?: number): Promise<JsonObject> {
    const said = await this.next((one) => String(one['text'] ?? '').startsWith('ended: '), withinInMs);
    return JSON.parse(String(said['text']).slice('ended: '.length)) as JsonObject;
  }

  texts(): string[] {
    return this.activities.filter(({ type }) => type === 'message').map(wordsOf);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take(activity: JsonObject): void {
    this.activities.push(activity);
    this.shown.changed();
  }
}
