import { existsSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { tenantsOf } from './settings/allowedTenants';
import { type CoreEnvironment, settingsSchema } from './settings/coreSettings';
import { sandboxLinkSigningKey } from './settings/linkSigningKeys';
import type { OperatorKey } from './settings/operatorKeys';
import { chooseMode, type Mode, modeProblems } from './settings/productionRules';
import { readGroup, withoutEmpty } from './settings/readGroup';
import { type Environment, SettingsError, type SettingsGroup, type SettingsProblem } from './settings/settingsGroup';

export { type Environment, SettingsError, type SettingsGroup } from './settings/settingsGroup';

/** Who the bot is to the Bot Framework; no app id means that callers are not checked (sandbox). */
export interface BotIdentity {
  appType: CoreEnvironment['MicrosoftAppType'];
  appId?: string;
  appPassword?: string;
  tenantId?: string;
  channelService?: string;
  /** App ids of bots that may call this one as a skill. */
  allowedCallers: string[];
  /** Tenants that may use the bot in Teams; any when absent. */
  allowedTenants?: readonly string[];
}

/** Where PostgreSQL is and how it is spoken to. */
export interface PostgresSettings {
  kind: 'postgres';
  url: string;
  poolSize: number;
  statementTimeoutInMs: number;
  /** Absent: what the URL says. */
  tls?: boolean;
  caFile?: string;
}

/** The settings of the process. `groups` holds each outside system that is configured, by the name it was passed in with. */
export interface Settings<Groups extends SettingsGroups = SettingsGroups> {
  mode: Mode;
  port: number;
  host: string;
  /** Without a slash at the end. */
  publicUrl: string;
  database: PostgresSettings | { kind: 'sqlite'; file: string };
  logLevel: CoreEnvironment['LOG_LEVEL'];
  /** Newest first; at least one. */
  linkSigningKeys: string[];
  skillsFile?: string;
  knowledgePhrasesFile?: string;
  knowledgeModelFile?: string;
  knowledgeSyncIntervalInMs: number;
  identity: BotIdentity;
  /** The Direct Line that the customer page uses; absent in the sandbox, which brings its own, and without a secret. */
  directLine?: { url: string; secret: string };
  /** The web sites that may use the chat, and how often an address may. */
  web: { origins: string[]; trustedProxies: number; ratePerMinute: number };
  /** Of one customer. */
  messagesPerMinute: number;
  /** Which files customers may send. */
  uploads: { maxBytes: number; types: string[] };
  sendTimeoutInMs: number;
  shutdownTimeoutInMs: number;
  transcriptRetentionInMs: number;
  /** How patient a chat with an agent is; without `remindAfterInMs` nobody is reminded. */
  chat: { remindAfterInMs?: number; idleForInMs: number };
  /** At least one when there is any. */
  operatorKeys?: OperatorKey[];
  auditRetentionInMs: number;
  /** The bearer key of the metrics' route. */
  metricsKey?: string;
  /** Where traces and metrics are sent; nothing is traced without one of the two. */
  telemetry: { azureConnectionString?: string; otlpEndpoint?: string; sampleRatio: number };
  /** Only answers health checks. */
  isStandby: boolean;
  /** First of ten ports. */
  sandboxPort: number;
  /** The control address of a sandbox to use instead of one of our own. */
  sandboxUrl?: string;
  sandboxAgentsAtWork: boolean;
  groups: { [Name in keyof Groups]?: z.infer<Groups[Name]['settingsSchema']> };
}

export type SettingsGroups = Readonly<Record<string, SettingsGroup>>;

/**
 * Reads all settings from these variables; empty ones count as absent. Throws `SettingsError` that names every
 * variable that is wrong or missing. `dataFolder` is where the sandbox keeps a key it makes itself.
 */
export function readSettings<Groups extends SettingsGroups>(
  variables: Environment,
  groups: Groups,
  dataFolder = '.data',
): Settings<Groups> {
  const env = withoutEmpty(variables);
  const problems: SettingsProblem[] = [];
  const core = readGroup(env, settingsSchema, problems);
  const configured: Record<string, unknown> = {};
  for (const [name, group] of Object.entries(groups)) {
    if (group.isConfigured(env)) configured[name] = readGroup(env, group.settingsSchema, problems);
  }
  const mode = chooseMode(env);
  problems.push(...modeProblems(mode, core ?? {}, env, 'dynamics' in configured));
  if (problems.length > 0 || !core) throw new SettingsError(problems);
  return {
    ...fromCore(core, mode, dataFolder),
    groups: configured as Settings<Groups>['groups'],
  };
}

/**
 * Reads the settings of this process, after adding those of a `.env` file in the current folder (which never override).
 * `beneath` holds values for variables that are set nowhere else.
 */
export function loadSettings<Groups extends SettingsGroups>(groups: Groups, beneath: Environment = {}): Settings<Groups> {
  const file = path.resolve('.env');
  if (existsSync(file)) process.loadEnvFile(file);
  return readSettings({ ...beneath, ...process.env }, groups);
}

function fromDatabase(core: CoreEnvironment, url: string): PostgresSettings {
  const tls = core.DATABASE_TLS ?? (core.DATABASE_CA_FILE === undefined ? undefined : true);
  return {
    kind: 'postgres',
    url,
    poolSize: core.DATABASE_POOL_SIZE,
    statementTimeoutInMs: core.DATABASE_STATEMENT_TIMEOUT_SECONDS * 1000,
    ...(tls !== undefined && { tls }),
    ...(core.DATABASE_CA_FILE !== undefined && { caFile: core.DATABASE_CA_FILE }),
  };
}

function fromCore(core: CoreEnvironment, mode: Mode, dataFolder: string): Omit<Settings, 'groups'> {
  const { MicrosoftAppType: appType, MicrosoftAppTenantId: tenantId } = core;
  const allowedTenants = tenantsOf(core.ALLOWED_TENANTS, { appType, tenantId });
  const host = core.HOST ?? (mode === 'sandbox' ? '127.0.0.1' : '0.0.0.0');
  return {
    mode,
    port: core.PORT,
    host,
    publicUrl: core.PUBLIC_URL ?? `http://localhost:${core.PORT}`,
    database: core.DATABASE_URL ? fromDatabase(core, core.DATABASE_URL) : { kind: 'sqlite', file: core.SQLITE_FILE },
    logLevel: core.LOG_LEVEL,
    linkSigningKeys: core.LINK_SIGNING_KEYS ?? [sandboxLinkSigningKey(path.join(dataFolder, 'link-signing-key'))],
    ...(core.SKILLS_FILE && { skillsFile: core.SKILLS_FILE }),
    ...(core.KNOWLEDGE_MODEL_FILE && { knowledgeModelFile: core.KNOWLEDGE_MODEL_FILE }),
    ...(core.KNOWLEDGE_PHRASES_FILE && { knowledgePhrasesFile: core.KNOWLEDGE_PHRASES_FILE }),
    knowledgeSyncIntervalInMs: core.KNOWLEDGE_SYNC_INTERVAL_SECONDS * 1000,
    identity: {
      appType: core.MicrosoftAppType,
      // Tokens write ids in small letters and are compared with these; operators write them as they find them.
      ...(core.MicrosoftAppId && { appId: core.MicrosoftAppId.toLowerCase() }),
      ...(core.MicrosoftAppPassword && { appPassword: core.MicrosoftAppPassword }),
      ...(core.MicrosoftAppTenantId && { tenantId: core.MicrosoftAppTenantId }),
      ...(core.ChannelService && { channelService: core.ChannelService }),
      allowedCallers: core.ALLOWED_CALLERS.map((caller) => caller.toLowerCase()),
      ...(allowedTenants && { allowedTenants }),
    },
    ...(core.DIRECT_LINE_SECRET && { directLine: { url: core.DIRECT_LINE_URL, secret: core.DIRECT_LINE_SECRET } }),
    web: {
      origins: core.WEB_ORIGINS,
      trustedProxies: core.TRUSTED_PROXIES,
      ratePerMinute: core.WEB_RATE_PER_MINUTE ?? (mode === 'sandbox' ? 6_000 : 60),
    },
    messagesPerMinute: core.MESSAGE_RATE_PER_MINUTE ?? (mode === 'sandbox' ? 6_000 : 120),
    uploads: { maxBytes: core.UPLOAD_MAX_MB * 1024 * 1024, types: core.UPLOAD_TYPES },
    sendTimeoutInMs: core.SEND_TIMEOUT_SECONDS * 1000,
    shutdownTimeoutInMs: core.SHUTDOWN_TIMEOUT_SECONDS * 1000,
    transcriptRetentionInMs: core.TRANSCRIPT_RETENTION_DAYS * 86_400_000,
    chat: {
      ...(core.CHAT_REMINDER_MINUTES > 0 && { remindAfterInMs: core.CHAT_REMINDER_MINUTES * 60_000 }),
      idleForInMs: core.CHAT_INACTIVITY_MINUTES * 60_000,
    },
    ...(core.OPERATOR_KEY && { operatorKeys: core.OPERATOR_KEY }),
    auditRetentionInMs: core.AUDIT_RETENTION_DAYS * 86_400_000,
    ...(core.METRICS_KEY && { metricsKey: core.METRICS_KEY }),
    telemetry: {
      ...(core.APPLICATIONINSIGHTS_CONNECTION_STRING && { azureConnectionString: core.APPLICATIONINSIGHTS_CONNECTION_STRING }),
      ...(core.OTEL_EXPORTER_OTLP_ENDPOINT && { otlpEndpoint: core.OTEL_EXPORTER_OTLP_ENDPOINT }),
      sampleRatio: core.TRACE_SAMPLE_RATIO,
    },
    isStandby: core.STANDBY,
    sandboxPort: core.SANDBOX_PORT,
    ...(core.SANDBOX_URL && { sandboxUrl: core.SANDBOX_URL }),
    sandboxAgentsAtWork: core.SANDBOX_AGENTS_AT_WORK,
  };
}
