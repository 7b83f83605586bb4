import type { INetworkModule } from '@azure/msal-node';
import type { BackoffOptions } from '../common/backoff';
import { type Clock, systemClock } from '../common/clock';
import { createHttpClient } from '../common/http';
import type { Log } from '../common/log';
import type { DocumentStore } from '../store/store';
import type { TaskStore } from '../store/tasks';
import { DynamicsArticles } from './articles';
import { Contacts } from './contacts';
import { createGateway, type DataverseGateway } from './gateway';
import { ChatRecords } from './ledger';
import { namesFrom } from './names';
import type { DynamicsSettings } from './settings';
import { createTokenNetwork } from './tokenNetwork';
import { type Credential, createTokenSource } from './tokens';
import { watchGateway } from './watchedGateway';

export interface DynamicsOptions {
  settings: DynamicsSettings;
  store: { tasks: TaskStore; documents: DocumentStore };
  log: Log;
  clock?: Clock;
  /** How long the ledger waits between attempts at a record, when not as usual. */
  backoff?: BackoffOptions;
  /** Where tokens come from when it is not Entra ID's public service. */
  tokenUrl?: string;
  /** Carries the token requests; our own over undici when absent. */
  tokenNetwork?: INetworkModule;
}

/** Everything the product has to do with Dynamics 365. */
export interface Dynamics {
  gateway: DataverseGateway;
  articles: DynamicsArticles;
  contacts: Contacts;
  records: ChatRecords;
  /** Stops writing records and lets go of all connections. Twice is fine. */
  close(): Promise<void>;
}

/** Puts the parts together. Nothing is requested and no record is written before `records.start()`. */
export function createDynamics(options: DynamicsOptions): Dynamics {
  const { settings, store, log, clock = systemClock } = options;
  const http = createHttpClient({ connections: 20 });
  const tokens = createTokenSource({
    environmentUrl: settings.DYNAMICS_URL,
    tenantId: settings.DYNAMICS_TENANT_ID ?? '',
    clientId: settings.DYNAMICS_CLIENT_ID ?? '',
    credential: credentialFrom(settings),
    network: options.tokenNetwork ?? createTokenNetwork(http, options.tokenUrl),
    log,
  });
  const gateway = watchGateway(
    createGateway({
      environmentUrl: settings.DYNAMICS_URL,
      apiVersion: settings.DYNAMICS_API_VERSION,
      http,
      tokens,
      log,
      clock,
    }),
  );
  const records = new ChatRecords({
    gateway,
    tasks: store.tasks,
    documents: store.documents,
    names: namesFrom(settings),
    log,
    clock,
    ...(options.backoff && { backoff: options.backoff }),
    mode: settings.DYNAMICS_CHAT_ACTIVITIES === 'all' ? 'all' : 'handedOff',
  });
  return {
    gateway,
    articles: new DynamicsArticles({
      gateway,
      log,
      clock,
      defaultLanguage: settings.DYNAMICS_ARTICLE_LANGUAGE,
      topicColumn: settings.DYNAMICS_TOPIC_COLUMN,
    }),
    contacts: new Contacts(gateway, log),
    records,
    async close() {
      await records.stop();
      await http.close();
    },
  };
}

function credentialFrom(settings: DynamicsSettings): Credential {
  const identity = settings.DYNAMICS_MANAGED_IDENTITY;
  if (identity !== undefined) {
    return identity === 'system' ? { kind: 'managedIdentity' } : { kind: 'managedIdentity', userAssignedClientId: identity };
  }
  if (settings.DYNAMICS_CLIENT_CERTIFICATE) {
    return {
      kind: 'certificate',
      privateKey: settings.DYNAMICS_CLIENT_CERTIFICATE,
      thumbprint: settings.DYNAMICS_CLIENT_CERTIFICATE_THUMBPRINT ?? '',
    };
  }
  return { kind: 'secret', secret: settings.DYNAMICS_CLIENT_SECRET ?? '' };
}
