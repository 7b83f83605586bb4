import path from 'node:path';
import { createApp } from '../../bot/app';
import { Files } from '../../bot/files';
import { readSettings } from '../../bot/settings';
import { createSignedLinks } from '../../bot/signedLinks';
import { systemClock } from '../../common/clock';
import { createHttpClient } from '../../common/http';
import { createLog } from '../../common/log';
import type { DataverseGateway } from '../../dynamics/gateway';
import { ChatRecords } from '../../dynamics/ledger';
import { namesFrom } from '../../dynamics/names';
import { dynamicsSettings } from '../../dynamics/settings';
import type { HandoffProvider } from '../../handoff/provider';
import { ProviderRegistry } from '../../handoff/registry';
import { EscalationSkills } from '../../handoff/skills/escalationSkills';
import { openPostgresStore } from '../../store/postgres';
import { openSqliteStore } from '../../store/sqlite';
import { argument, serve } from '../run/serve';
import { benchProvider } from '../traffic/places';
import { createBenchDesk } from './benchDesk';
import { demoKnowledge, sureQuestions } from './demoKnowledge';
import { createHeldDesk, heldSession } from './liveAgentDesk';
import type { ReceiverMethods } from './receiver';
import { seedLinks } from './seedLinks';

/** The product itself: real server, adapter, bot, dialogs, relay and SQLite store; only Dynamics is replaced, at its gateway. */
export interface ProductOptions {
  /** Where its SQLite file goes. */
  folder: string;
  /** A PostgreSQL database in place of the file. */
  databaseUrl?: string;
  /** Conversations that are handed off when it starts. */
  links: number;
  /** The fake channel, and the desk of the minimal provider. */
  sinksUrl: string;
  /** With it, the links are Live Agent chats that are polled there. */
  held?: { url: string; pollTimeoutInMs: number };
  /** 0: no knowledge base is learnt. */
  phrasesPerArticle: number;
}

export type ProductMethods = ReceiverMethods & {
  /** Questions that are answered by a single article. */
  questions(): Promise<string[]>;
};

const gateway: DataverseGateway = {
  get: async () => ({}),
  list: async () => ({ rows: [] }),
  next: async () => ({ rows: [] }),
  create: async () => 'created',
  update: async () => undefined,
  associate: async () => undefined,
  closedForInMs: () => 0,
};

async function main(options: ProductOptions): Promise<void> {
  const clock = systemClock;
  const log = createLog({ level: 'warn' });
  const file = path.join(options.folder, 'switchboard.db');
  const settings = readSettings({ PORT: '0', SWITCHBOARD_MODE: 'sandbox', SQLITE_FILE: file }, {}, options.folder);
  const http = createHttpClient();
  const links = createSignedLinks(settings.linkSigningKeys, clock);
  const files = new Files({ http, links, publicUrl: settings.publicUrl, allowLoopback: true, now: () => clock.now() });
  const store = options.databaseUrl
    ? await openPostgresStore({ url: options.databaseUrl, log })
    : await openSqliteStore({ file, log });
  const { held } = options;
  const unused = () => Promise.reject(new Error('no file is sent in this bench'));
  const provider = held
    ? (createHeldDesk(held.url, { http, clock, log, readFile: unused, linkFile: () => '' }) as unknown as HandoffProvider)
    : createBenchDesk(options.sinksUrl, { http });
  const registry = new ProviderRegistry([provider]);
  await seedLinks(store.links, {
    count: options.links,
    provider: provider.name,
    serviceUrl: options.sinksUrl,
    session: (index) => (held ? heldSession(held.url, index, held.pollTimeoutInMs) : { key: `session-${index}` }),
  });
  const knowledge = await demoKnowledge(options.phrasesPerArticle);
  const names = namesFrom(dynamicsSettings.parse({ DYNAMICS_URL: 'http://127.0.0.1:1', DYNAMICS_MANAGED_IDENTITY: 'system' }));
  const records = new ChatRecords({ gateway, tasks: store.tasks, documents: store.documents, names, log, mode: 'all' });
  const skill = {
    name: 'general',
    title: { en: 'General' },
    words: {},
    fields: [],
    routes: [{ provider: benchProvider, target: {}, acceptWithinSeconds: 180 }],
  };
  const app = createApp({
    settings,
    log,
    clock,
    http,
    store,
    links,
    files,
    registry,
    skills: new EscalationSkills([skill], { registry, clock, log }),
    knowledge,
    records,
    contacts: { findByEmail: async () => undefined },
  });
  const port = await app.start();
  const methods: ProductMethods = {
    address: async () => `http://127.0.0.1:${port}`,
    questions: async () => sureQuestions(knowledge),
  };
  serve(methods, async () => {
    await app.stop();
    await store.close();
  });
}

void main(argument<ProductOptions>());
