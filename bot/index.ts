import { readFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../common/clock';
import { createHttpClient, type HttpClient } from '../common/http';
import { createLog, errorCode, type Log } from '../common/log';
import { packageRoot } from '../common/packageRoot';
import { releaseMemory } from '../common/releaseMemory';
import * as customCrm from '../customCrm';
import { createDynamics, type Dynamics } from '../dynamics';
import { namesFrom } from '../dynamics/names';
import { dynamicsSettings } from '../dynamics/settings';
import type { Kept } from '../handoff/kept';
import type { HandoffProvider, ProviderDependencies } from '../handoff/provider';
import * as eightByEight from '../handoff/providers/8x8';
import * as ccaip from '../handoff/providers/ccaip';
import * as enhancedChat from '../handoff/providers/enhanced-chat';
import * as liveAgent from '../handoff/providers/live-agent';
import * as liveAssist from '../handoff/providers/live-assist';
import * as mluvii from '../handoff/providers/mluvii';
import * as mluviiTransfer from '../handoff/providers/mluvii-transfer';
import { ProviderRegistry } from '../handoff/registry';
import { EscalationSkills } from '../handoff/skills/escalationSkills';
import { readSkills, SkillsFileError } from '../handoff/skills/readSkills';
import { KnowledgeBase } from '../knowledge/knowledgeBase';
import { PhraseFile, PhraseFileError } from '../knowledge/phraseFile';
import { joinSandbox, type LaunchedSandbox, launchSandbox } from '../sandbox/launch';
import { openPostgresStore } from '../store/postgres';
import { openSqliteStore } from '../store/sqlite';
import type { Store } from '../store/store';
import { StoreFailure } from '../store/storeFailure';
import { createApp } from './app';
import { banner } from './banner';
import * as mluviiChannel from './channels/mluvii';
import { conversationsOf } from './customCrmConversations';
import { Files } from './files';
import { keptFor } from './kept';
import * as skill from './parent';
import { linkCrmFile } from './server/customCrmRoutes';
import { startStandbyServer } from './server/standbyServer';
import { loadSettings, type Settings, SettingsError } from './settings';
import { createSignedLinks, type SignedLinks } from './signedLinks';
import { observeLedger } from './telemetry/ledgerGauges';
import { Telemetry } from './telemetry/telemetry';
import { watchStore } from './telemetry/watchedStore';

/** Every outside system that can be configured; the names are used in messages only. */
export const settingsGroups = {
  dynamics: {
    settingsSchema: dynamicsSettings,
    isConfigured: (env: Record<string, string | undefined>) => Boolean(env['DYNAMICS_URL']),
  },
  customCrm,
  eightByEight,
  liveAgent,
  ccaip,
  enhancedChat,
  liveAssist,
  mluvii,
  mluviiChannel,
  mluviiTransfer,
  skill,
};

type AppSettings = Settings<typeof settingsGroups>;

const sandboxSkills = path.join(packageRoot, 'sandbox', 'skills.json');
const sandboxPhrases = path.join(packageRoot, 'sandbox', 'dynamics', 'phrases.csv');

/** Starts the whole product; resolves with what stops it. Throws errors whose messages say what to do. */
async function main(): Promise<void> {
  let settings = loadSettings(settingsGroups);
  // Lines that nobody is watching are for programs, as in production.
  const log = createLog({ level: settings.logLevel, pretty: settings.mode === 'sandbox' && process.stdout.isTTY });
  if (settings.isStandby) return standBy(settings, log);
  const sandbox = settings.mode === 'sandbox' ? await startSandbox(settings) : undefined;
  // What is configured goes first, so that a bot author can try a real desk beside the stand-ins.
  if (sandbox) settings = loadSettings(settingsGroups, sandbox.access.environment);
  const { publicUrl } = settings;
  const telemetry = new Telemetry({ ...settings.telemetry, hasEndpoint: settings.metricsKey !== undefined }, log);
  telemetry.start();
  const clock = systemClock;
  const http = createHttpClient({ allowLoopback: sandbox !== undefined });
  const links = createSignedLinks(settings.linkSigningKeys, clock);
  const files = new Files({
    http,
    links,
    publicUrl,
    allowLoopback: sandbox !== undefined,
    uploads: settings.uploads,
    now: () => clock.now(),
  });
  const store = watchStore(await openStore(settings, log));
  observeLedger(store.tasks, clock);
  const { mluviiChannel: ownChannel } = settings.groups;
  const ownMluvii =
    ownChannel &&
    new mluviiChannel.MluviiChannel(ownChannel, { http, clock, log, store, sendTimeoutInMs: settings.sendTimeoutInMs });
  const registry = new ProviderRegistry(
    createProviders(
      settings,
      {
        http,
        clock,
        log,
        readFile: (file, signal) => files.readCustomerFile(file, signal),
        linkFile: (file) => files.linkCustomerFile(file),
      },
      (provider) => keptFor(provider, store.documents, clock),
      ownMluvii,
    ),
  );
  const skillsFile = readSkills(settings.skillsFile ?? sandboxSkills, registry);
  const dynamics = openDynamics(settings, store, log, sandbox?.access.dynamicsTokenUrl);
  const phrasesFile = settings.knowledgePhrasesFile ?? (sandbox && sandboxPhrases);
  const knowledge = new KnowledgeBase({
    source: dynamics.articles,
    ...(phrasesFile && { phrases: new PhraseFile(phrasesFile) }),
    log,
    clock,
    syncIntervalInMs: sandbox ? 5_000 : settings.knowledgeSyncIntervalInMs,
    modelFile: settings.knowledgeModelFile ?? path.join(dataFolder(settings), 'article-ranking.bin'),
  });
  const crm = openCustomCrm(settings, { dynamics, store, links, http, log });
  const articleUrlTemplate = settings.groups.dynamics?.DYNAMICS_ARTICLE_URL;
  const directLine = settings.directLine ?? sandbox?.access.directLine;
  const app = createApp({
    settings,
    log,
    clock,
    http,
    store,
    links,
    files,
    registry,
    skills: new EscalationSkills(skillsFile.skills, { registry, clock, log }),
    knowledge,
    records: dynamics.records,
    contacts: dynamics.contacts,
    channels: ownMluvii ? [ownMluvii] : [],
    ...(settings.groups.skill && { skill: settings.groups.skill }),
    ...(articleUrlTemplate && { articleUrlTemplate }),
    ...(crm && { customCrm: crm }),
    ...(directLine && { directLine }),
    scrapeMetrics: () => telemetry.scrape(),
  });

  const stop = once(async () => {
    log.info('stopping');
    await app.stop();
    await knowledge.stop();
    await dynamics.close();
    await telemetry.stop();
    await store.close();
    await http.close();
    await sandbox?.stop();
  });
  const exit = (code: number) =>
    void stop().then(
      () => process.exit(code),
      (error: unknown) => fail(error),
    );
  process.on('SIGTERM', () => exit(0));
  process.on('SIGINT', () => exit(0));

  const indexed = knowledge.start();
  indexed.then(() => forgetStart(log), fail);
  const port = await app.start();
  log.info('listening', { port, mode: settings.mode });
  if (sandbox) {
    process.stdout.write('Learning the demo bank’s articles …\n');
    await indexed;
    process.stdout.write(banner(`http://localhost:${port}`, sandbox.access.pages, settings.identity.appId !== undefined));
  }
}

/** A quarter of the memory that the start takes is needed for nothing else. */
async function forgetStart(log: Log): Promise<void> {
  try {
    await releaseMemory();
  } catch (error) {
    log.warn('the memory of the start was not given back', { code: errorCode(error) });
  }
}

/** Waits to be swapped in: whoever swaps restarts the process with other settings. */
async function standBy({ port, host }: AppSettings, log: Log): Promise<void> {
  const server = await startStandbyServer(port, host);
  log.info('on standby', { port: server.port });
  const exit = () => void server.stop().then(() => process.exit(0));
  process.on('SIGTERM', exit);
  process.on('SIGINT', exit);
}

function startSandbox(settings: AppSettings): Promise<LaunchedSandbox> {
  if (settings.sandboxUrl !== undefined) return joinSandbox(settings.sandboxUrl);
  return launchSandbox({
    botPort: settings.port,
    firstPort: settings.sandboxPort,
    dataFolder: dataFolder(settings),
    agentsAtWork: settings.sandboxAgentsAtWork,
    logLevel: 'warn',
  });
}

/** Where files of this instance lie: beside its database, when that is a file. */
function dataFolder({ database }: AppSettings): string {
  return database.kind === 'sqlite' ? path.dirname(database.file) : '.data';
}

function openStore(settings: AppSettings, log: Log): Promise<Store> {
  const { database } = settings;
  if (database.kind === 'sqlite') return openSqliteStore({ file: database.file, log });
  const { tls, caFile, ...rest } = database;
  const authorities = tls !== false && caFile !== undefined ? { ca: readAuthorities(caFile) } : undefined;
  return openPostgresStore({ ...rest, ...(tls !== undefined && { tls: authorities ?? tls }), log });
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Which of the reasons it is, the operator sees at the file itself.
    throw new SettingsError([{ variable: 'DATABASE_CA_FILE', message: 'names a file that cannot be read.' }]);
  }
}

/** Every desk that is configured. */
export function createProviders(
  { groups }: AppSettings,
  deps: ProviderDependencies,
  kept: (provider: string) => Kept,
  ownMluvii: mluviiChannel.MluviiChannel | undefined,
): HandoffProvider[] {
  // Sessions are plain JSON of each provider's own; the relay treats them all alike.
  const providers: unknown[] = [
    groups.eightByEight && eightByEight.createEightByEightProvider(groups.eightByEight, deps),
    groups.liveAgent && liveAgent.createLiveAgentProvider(groups.liveAgent, deps),
    groups.ccaip && ccaip.createCcaipProvider(groups.ccaip, { ...deps, kept: kept('ccaip') }),
    groups.enhancedChat && enhancedChat.createEnhancedChatProvider(groups.enhancedChat, deps),
    groups.liveAssist && liveAssist.createLiveAssistProvider(groups.liveAssist, deps),
    groups.mluviiTransfer &&
      ownMluvii &&
      mluviiTransfer.createMluviiTransferProvider(groups.mluviiTransfer, { control: ownMluvii.control, log: deps.log }),
    groups.mluvii && mluvii.createMluviiProvider(groups.mluvii, { ...deps, kept: kept('mluvii') }),
  ];
  return providers.filter((provider) => provider !== undefined) as HandoffProvider[];
}

function openDynamics({ groups }: AppSettings, store: Store, log: Log, tokenUrl: string | undefined): Dynamics {
  if (!groups.dynamics)
    throw new SettingsError([{ variable: 'DYNAMICS_URL', message: 'is missing: the articles and records live there.' }]);
  return createDynamics({ settings: groups.dynamics, store, log, ...(tokenUrl && { tokenUrl }) });
}

/** The service that a contact center uses as its CRM, when it is configured. */
function openCustomCrm(
  { groups, publicUrl }: AppSettings,
  parts: { dynamics: Dynamics; store: Store; links: SignedLinks; http: HttpClient; log: Log },
): customCrm.CustomCrmParts | undefined {
  const { dynamics, store, links, http, log } = parts;
  if (!groups.customCrm || !groups.dynamics) return undefined;
  return customCrm.createCustomCrm({
    settings: groups.customCrm,
    gateway: dynamics.gateway,
    names: namesFrom(groups.dynamics),
    environmentUrl: groups.dynamics.DYNAMICS_URL,
    documents: store.documents,
    conversations: conversationsOf(store.links, groups.customCrm.CUSTOM_CRM_DESK),
    http,
    clock: systemClock,
    log,
    publicUrl,
    linkFile: linkCrmFile(publicUrl, links, () => systemClock.now()),
  });
}

function once<T>(action: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= action();
    return running;
  };
}

/** Errors that are the operator's to mend are told in their own words; anything else by its code. */
function fail(error: unknown): never {
  const isKnown =
    error instanceof SettingsError ||
    error instanceof SkillsFileError ||
    error instanceof StoreFailure ||
    error instanceof PhraseFileError ||
    (error instanceof Error && error.name === 'Error');
  const code = errorCode(error);
  const advice =
    code === 'EADDRINUSE' ? 'The port is taken: stop what uses it, or set PORT.' : `Switchboard cannot start (${code}).`;
  process.stderr.write(`${isKnown && code !== 'EADDRINUSE' ? error.message : advice}\n`);
  process.exit(1);
}

if (require.main === module) main().catch((error: unknown) => fail(error));
