import type { Clock } from '../common/clock';
import type { HttpClient } from '../common/http';
import type { Log } from '../common/log';
import { BotChats } from '../dynamics/botChats';
import { Cases } from '../dynamics/cases';
import { Customers } from '../dynamics/customers';
import type { DataverseGateway } from '../dynamics/gateway';
import type { EnvironmentNames } from '../dynamics/names';
import { Notes } from '../dynamics/notes';
import type { DocumentStore } from '../store/store';
import { AgentViews } from './adapterHost/agentViews';
import { type PageConfig, pageConfig } from './adapterHost/pageConfig';
import { createAuthenticator, isBasic } from './auth/authenticator';
import { CustomCrm } from './customCrm';
import type { BotConversations, CrmDependencies } from './dependencies';
import { FileSpool } from './files/fileSpool';
import { FolderWatch } from './intake/folderWatch';
import { intakeRoutes } from './intake/routes';
import { SessionIntake } from './intake/sessionIntake';
import { appTemplate } from './lookup/recordLinks';
import type { CustomCrmSettings } from './settings';

export { isConfigured, settingsSchema } from './settings';

export interface CustomCrmOptions {
  settings: CustomCrmSettings;
  gateway: DataverseGateway;
  names: EnvironmentNames;
  /** Address of the Dynamics environment. */
  environmentUrl: string;
  documents: DocumentStore;
  conversations: BotConversations;
  http: HttpClient;
  clock: Clock;
  log: Log;
  /** Where this server is reached. */
  publicUrl: string;
  /** An address at which a file can be fetched without further proof. */
  linkFile(attachmentId: string, name: string): string;
}

/** The service in front of Dynamics with what stands around the agent. */
export interface CustomCrmParts {
  service: CustomCrm;
  views: AgentViews;
  page: PageConfig;
  /** Whether a caller may open the pages of agents; absent when no password is set for them. */
  isAgent?(authorization: string | undefined): boolean;
  /** Fetches a file for a link that was sealed by `linkFile`. */
  file(attachmentId: string, signal: AbortSignal): Promise<{ name: string; contentType: string; bytes: Buffer } | undefined>;
  /** Takes up files that an earlier process left, and begins to watch the folder. Twice is fine. */
  start(): void;
  /** Resolves when nothing is under way any more. Twice is fine. */
  stop(): Promise<void>;
}

/** An answer must be with the caller before its time is over. */
const shareOfTimeout = 0.7;

/** Puts the parts together. Nothing runs before `start`. */
export function createCustomCrm(options: CustomCrmOptions): CustomCrmParts {
  const { settings, gateway, names, documents, clock, http } = options;
  const log = options.log.child({ part: 'customCrm' });
  const notes = new Notes(gateway, names);
  const spool = new FileSpool({ notes, documents, clock, log });
  const dependencies: CrmDependencies = {
    customers: new Customers(gateway, settings.CUSTOM_CRM_IDENTIFIER_COLUMN),
    cases: new Cases(gateway),
    chats: new BotChats(gateway, names),
    notes,
    documents,
    conversations: options.conversations,
    spool,
    clock,
    log,
    countryCode: settings.CUSTOM_CRM_PHONE_COUNTRY_CODE,
    largestFile: settings.CUSTOM_CRM_MAX_FILE_MEGABYTES * 1024 * 1024,
    linkFile: (id, name) => options.linkFile(id, name),
  };
  const intake = new SessionIntake(dependencies);
  const folder = settings.CUSTOM_CRM_INTAKE_FOLDER;
  const intervalInMs = settings.CUSTOM_CRM_INTAKE_SECONDS * 1000;
  const watch = folder === undefined ? undefined : new FolderWatch({ folder, intervalInMs, intake, documents, clock, log });
  const recordTemplate = settings.CUSTOM_CRM_RECORD_URL ?? appTemplate(options.environmentUrl);
  const password = settings.CUSTOM_CRM_AGENT_PASSWORD;
  const adapterUrl = settings.CUSTOM_CRM_ADAPTER_URL;
  return {
    service: new CustomCrm({
      dependencies,
      authenticate: createAuthenticator(settings, http, () => clock.now()),
      clock,
      log,
      budgetInMs: settings.CUSTOM_CRM_TIMEOUT_SECONDS * 1000 * shareOfTimeout,
      retryStatus: settings.CUSTOM_CRM_RETRY_STATUS,
      routes: intakeRoutes(intake),
    }),
    views: new AgentViews(dependencies, { recordTemplate }),
    page: pageConfig({
      publicUrl: options.publicUrl,
      ...(adapterUrl !== undefined && { adapterUrl }),
      popHosts: settings.CUSTOM_CRM_POP_HOSTS,
      windowOrigins: [new URL(recordTemplate.replaceAll(/[{}]/g, '')).origin],
    }),
    ...(password !== undefined && { isAgent: isBasic(settings.CUSTOM_CRM_AGENT_USER, password) }),
    async file(attachmentId, signal) {
      const found = (await spool.read(attachmentId)) ?? (await notes.file(attachmentId, { signal }));
      return found && { ...found.file, bytes: Buffer.from(found.file.base64, 'base64') };
    },
    start() {
      spool.start();
      watch?.start();
    },
    async stop() {
      await Promise.all([spool.stop(), watch?.stop()]);
    },
  };
}
