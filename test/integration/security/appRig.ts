import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import restify from 'restify';
import { createProviders, settingsGroups } from '../../../bot';
import { createApp } from '../../../bot/app';
import { MluviiChannel } from '../../../bot/channels/mluvii';
import { Files } from '../../../bot/files';
import { readSettings } from '../../../bot/settings';
import { createSignedLinks, type SignedLinks } from '../../../bot/signedLinks';
import { systemClock } from '../../../common/clock';
import { createHttpClient } from '../../../common/http';
import { createLog } from '../../../common/log';
import { createCustomCrm } from '../../../customCrm';
import { createDynamics } from '../../../dynamics';
import { namesFrom } from '../../../dynamics/names';
import { ProviderRegistry } from '../../../handoff/registry';
import { EscalationSkills } from '../../../handoff/skills/escalationSkills';
import { openSqliteStore } from '../../../store/sqlite';

const guid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Keys of a production in which everything that has routes is switched on. None of them may be told to anybody. */
export const keys = {
  webhookPath: 'kEy-of-the-8x8-path-in-tests',
  ccaip: 'kEy-of-ccaip-in-the-tests',
  mluvii: 'kEy-of-mluvii-in-the-tests',
  callback: 'kEy-of-the-callback-in-the-tests',
  oldCallback: 'kEy-of-the-old-callback-in-tests',
  operator: 'kEy-of-the-operator-in-the-tests',
  metrics: 'kEy-of-the-metrics-in-the-tests',
  oldMetrics: 'kEy-of-the-old-metrics-in-tests',
  crm: 'kEy-of-the-crm-for-the-tests',
  agent: 'kEy-of-the-agents-in-the-tests',
  link: 'kEy-of-the-links-in-the-tests-long-enough',
  app: 'kEy-of-the-app-in-the-tests',
};

export const environment: Record<string, string> = {
  NODE_ENV: 'production',
  PORT: '0',
  HOST: '127.0.0.1',
  PUBLIC_URL: 'https://bot.example',
  LINK_SIGNING_KEYS: keys.link,
  MicrosoftAppId: guid(9),
  MicrosoftAppPassword: keys.app,
  MicrosoftAppTenantId: guid(8),
  DIRECT_LINE_SECRET: 'kEy-of-direct-line-in-the-tests',
  TRUSTED_PROXIES: '1',
  WEB_ORIGINS: 'https://www.example.com',
  OPERATOR_KEY: `ann:${keys.operator}`,
  METRICS_KEY: `${keys.metrics}, ${keys.oldMetrics}`,
  DYNAMICS_URL: 'https://contoso.example',
  DYNAMICS_TENANT_ID: guid(7),
  DYNAMICS_CLIENT_ID: guid(6),
  DYNAMICS_CLIENT_SECRET: 'kEy-of-dynamics-in-the-tests',
  EIGHT_BY_EIGHT_API_KEY: 'kEy-of-8x8-in-the-tests',
  EIGHT_BY_EIGHT_TENANT: 'tenant',
  EIGHT_BY_EIGHT_CHANNEL_ID: 'channel',
  EIGHT_BY_EIGHT_WEBHOOK_SECRET: keys.webhookPath,
  CCAIP_URL: 'https://customer.example',
  CCAIP_API_TOKEN: 'kEy-of-the-ccaip-api-in-tests',
  CCAIP_WEBHOOK_SECRET: keys.ccaip,
  MLUVII_WEBHOOK_USER: 'mluvii',
  MLUVII_WEBHOOK_PASSWORD: keys.mluvii,
  MLUVII_CHATBOT_ID: '7',
  MLUVII_CHATBOT_CLIENT_ID: 'client',
  MLUVII_CHATBOT_CLIENT_SECRET: 'kEy-of-the-chatbot-in-tests',
  MLUVII_CHATBOT_CALLBACK_SECRET: `${keys.callback},${keys.oldCallback}`,
  CUSTOM_CRM_HEADER_VALUES: keys.crm,
  CUSTOM_CRM_USER: 'crm',
  CUSTOM_CRM_PASSWORD: keys.crm,
  CUSTOM_CRM_AGENT_PASSWORD: keys.agent,
  SKILL_ENDPOINT: 'https://parent.example/api/messages',
  SKILL_APP_ID: guid(5),
};

export interface Route {
  /** As HTTP has it. */
  method: string;
  path: string;
}

/** The application as production has it, with everything switched on and nothing outside. */
export interface AppRig {
  url: string;
  /** What the router itself knows. */
  routes: Route[];
  links: SignedLinks;
  /** Every line that was logged. */
  lines: string[];
  stop(): Promise<void>;
}

export async function startAppRig(): Promise<AppRig> {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-app-'));
  const lines: string[] = [];
  const log = createLog({ level: 'trace', destination: { write: (line) => lines.push(line) } });
  const settings = readSettings(environment, settingsGroups, folder);
  const { groups, publicUrl } = settings;
  const store = await openSqliteStore({ file: path.join(folder, 'state.db'), log });
  const links = createSignedLinks(settings.linkSigningKeys);
  // Nothing outside is there: whatever would be called answers as a dead network does.
  const real = createHttpClient();
  const http: typeof real = Object.assign((call: Parameters<typeof real>[0]) => real({ ...call, url: 'http://127.0.0.1:9/' }), {
    close: () => real.close(),
  });
  const files = new Files({ http, links, publicUrl, allowLoopback: false, now: () => Date.now() });
  if (!groups.mluviiChannel || !groups.dynamics || !groups.customCrm || !groups.skill || !settings.directLine)
    throw new Error('the settings of the test do not switch everything on');
  const channel = new MluviiChannel(groups.mluviiChannel, { http, clock: systemClock, log, store, sendTimeoutInMs: 1_000 });
  const kept = { read: async () => undefined, write: async () => undefined };
  const desks = createProviders(
    settings,
    { http, clock: systemClock, log, readFile: () => Promise.reject(new Error('no file')), linkFile: () => '' },
    () => kept as never,
    channel,
  );
  const registry = new ProviderRegistry(desks);
  const dynamics = createDynamics({ settings: groups.dynamics, store, log });
  const crm = createCustomCrm({
    settings: groups.customCrm,
    gateway: dynamics.gateway,
    names: namesFrom(groups.dynamics),
    environmentUrl: 'https://contoso.example',
    documents: store.documents,
    conversations: { findByChat: async () => undefined },
    http,
    clock: systemClock,
    log,
    publicUrl,
    linkFile: () => publicUrl,
  });
  const article = { id: 'a', number: 'KA-1', title: 'A', html: '<p>a</p>', language: 'en' };
  Object.assign(crm, { file: async () => ({ bytes: Buffer.from('x'), contentType: 'text/html', name: 'x.html' }) });
  // The router's own list is what no file or convention can hide a route from.
  const made: restify.Server[] = [];
  const create = restify.createServer;
  const spy = jest.spyOn(restify, 'createServer').mockImplementation((options) => {
    const server = create(options);
    made.push(server);
    return server;
  });
  const app = createApp({
    settings,
    log,
    clock: systemClock,
    http,
    store,
    links,
    files,
    registry,
    skills: new EscalationSkills([], { registry, clock: systemClock, log }),
    knowledge: { ready: true, get: (id: string) => (id === 'a' ? article : undefined) } as never,
    records: dynamics.records,
    contacts: dynamics.contacts,
    channels: [channel],
    skill: groups.skill,
    customCrm: crm,
    directLine: settings.directLine,
    scrapeMetrics: async () => 'switchboard_up 1\n',
  });
  spy.mockRestore();
  const port = await app.start();
  return {
    url: `http://127.0.0.1:${port}`,
    routes: made.flatMap(routesOf),
    links,
    lines,
    async stop() {
      await app.stop();
      await dynamics.close();
      await store.close();
      await http.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function routesOf(server: restify.Server): Route[] {
  const { router } = server as unknown as { router: { getRoutes(): Record<string, { method: string; path: string }> } };
  return Object.values(router.getRoutes()).map(({ method, path: place }) => ({
    method: method.toUpperCase(),
    path: String(place),
  }));
}
