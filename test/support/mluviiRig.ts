import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type App, createApp } from '../../bot/app';
import { MluviiChannel, settingsSchema } from '../../bot/channels/mluvii';
import { Files } from '../../bot/files';
import { readSettings } from '../../bot/settings';
import { createSignedLinks } from '../../bot/signedLinks';
import { systemClock } from '../../common/clock';
import { createHttpClient } from '../../common/http';
import type { Log, LogFields } from '../../common/log';
import type { ChatRecords } from '../../dynamics/ledger';
import type { HandoffProvider } from '../../handoff/provider';
import { createMluviiTransferProvider, settingsSchema as transferSettings } from '../../handoff/providers/mluvii-transfer';
import { ProviderRegistry } from '../../handoff/registry';
import { EscalationSkills } from '../../handoff/skills/escalationSkills';
import { parseSkills } from '../../handoff/skills/readSkills';
import type { KnowledgeBase } from '../../knowledge/knowledgeBase';
import { type MluviiStandIn, startMluviiStandIn } from '../../sandbox/mluvii';
import { openSqliteStore } from '../../store/sqlite';
import type { Store } from '../../store/store';

const article = {
  id: 'a1',
  number: 'KA-1',
  title: 'A card that has not arrived',
  summary: 'It comes within five days.',
  keywords: [],
  html: '<p>It comes within five days.</p>',
  language: 'en',
  modifiedAt: '2026-01-01T00:00:00Z',
};

/** The whole bot with mluvii's stand-in; knowledge and records are as little as the bot needs. */
export class MluviiRig {
  readonly lines: string[] = [];
  readonly messages: unknown[] = [];
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'switchboard-mluvii-'));
  private readonly http = createHttpClient();
  private store!: Store;
  app!: App;
  provider!: HandoffProvider;
  port = 0;

  private constructor(
    readonly mluvii: MluviiStandIn,
    private readonly env: Record<string, string>,
    private readonly route: object,
  ) {}

  static async start(options: { env?: Record<string, string>; route?: object } = {}): Promise<MluviiRig> {
    const mluvii = await startMluviiStandIn({ firstRetryInMs: 50, maxRetryInMs: 200 });
    const rig = new MluviiRig(mluvii, { MLUVII_CHATBOT_ANSWER_TIMEOUT_SECONDS: '1', ...options.env }, options.route ?? {});
    await rig.boot();
    return rig;
  }

  /** A new process over the same data. */
  async boot(): Promise<void> {
    const { http } = this;
    const log = recordingLog(this.lines);
    const clock = systemClock;
    this.store = await openSqliteStore({ file: path.join(this.folder, 'state.db'), log });
    const env = { ...this.mluvii.env, ...this.env };
    const settings = readSettings({ SWITCHBOARD_MODE: 'sandbox', PORT: String(this.port), HOST: '127.0.0.1' }, {}, this.folder);
    const channel = new MluviiChannel(settingsSchema.parse(env), { http, clock, log, store: this.store, sendTimeoutInMs: 2_000 });
    const made: unknown = createMluviiTransferProvider(transferSettings.parse(env), { control: channel.control, log });
    // Its sessions are its own; the relay treats all alike.
    this.provider = made as HandoffProvider;
    const registry = new ProviderRegistry([this.provider]);
    const skills = parseSkills('skills.json', JSON.stringify(skillsFile(this.route)), registry);
    const links = createSignedLinks(['a key for the tests that is long enough']);
    this.app = createApp({
      settings,
      log,
      clock,
      http,
      store: this.store,
      links,
      files: new Files({ http, links, publicUrl: 'http://localhost', allowLoopback: true, now: () => clock.now() }),
      registry,
      skills: new EscalationSkills(skills.skills, { registry, clock, log }),
      knowledge: {
        ready: true,
        get: (id: string) => (id === article.id ? article : undefined),
        search: async (question: string) =>
          question.includes('card')
            ? { decision: 'sure', matches: [{ article, confidence: 0.9 }] }
            : { decision: 'none', matches: [] },
      } as unknown as KnowledgeBase,
      records: this.records(),
      contacts: { findByEmail: async () => undefined },
      channels: [channel],
    });
    this.port = await this.app.start();
    this.mluvii.chatbot.connect(`${this.url}/channels/mluvii/${env['MLUVII_CHATBOT_CALLBACK_SECRET']}`);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How many conversations are with operators. */
  async openLinks(): Promise<number> {
    return (await this.store.links.listOpen(10)).length;
  }

  /** Has mluvii tell what becomes of its sessions, as an administrator may subscribe. */
  subscribe(): void {
    this.mluvii.sessionEvents.connect(
      `${this.url}/channels/mluvii-sessions/${this.mluvii.env['MLUVII_CHATBOT_CALLBACK_SECRET']}`,
    );
  }

  /** What `kill -9` leaves: the file. Nothing is finished or given free. */
  async crash(): Promise<void> {
    await this.store.close();
    await this.app.stop();
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await this.store.close();
    await this.mluvii.close();
    await this.http.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private records(): ChatRecords {
    return {
      start: () => undefined,
      openChat: async () => undefined,
      articleSent: async () => ({ kbRecordId: 'kb1' }),
      articleRead: async () => undefined,
      closeChat: async () => undefined,
      rate: async () => undefined,
      leaveMessage: async (_key: string, message: unknown) => {
        this.messages.push(message);
        return { recordId: 'r1' };
      },
      prepareHandoff: async () => ({ chatActivityId: '00000000-0000-4000-8000-00000000000a', created: true }),
    } as unknown as ChatRecords;
  }
}

function skillsFile(target: object): object {
  return {
    skills: [{ name: 'cards', title: { en: 'Cards team' }, routes: [{ provider: 'mluvii-transfer', target }] }],
  };
}

function recordingLog(lines: string[]): Log {
  const write = (level: string) => (message: string, fields?: LogFields) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  };
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child: () => log };
  return log;
}
