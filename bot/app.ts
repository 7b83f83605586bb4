import type { TurnContext } from 'botbuilder';
import type { Clock } from '../common/clock';
import type { HttpClient } from '../common/http';
import { isJsonObject } from '../common/json';
import { KeyedQueue } from '../common/keyedQueue';
import { errorCode, type Log } from '../common/log';
import { CommandWords } from '../dialogs/words';
import { articleUrl } from '../dynamics/articles';
import type { Contacts } from '../dynamics/contacts';
import type { ChatRecords } from '../dynamics/ledger';
import type { HandoffProvider, WebhookInbound } from '../handoff/provider';
import type { ProviderRegistry } from '../handoff/registry';
import type { EscalationSkills } from '../handoff/skills/escalationSkills';
import type { KnowledgeBase } from '../knowledge/knowledgeBase';
import { defaultRelayOptions } from '../relay/options';
import { Relay } from '../relay/relay';
import type { Store } from '../store/store';
import { StoreFailure } from '../store/storeFailure';
import { BotAdapter } from './adapter';
import { BotStorage } from './botStorage';
import { withContacts } from './chatRecords';
import { conversationKey } from './conversationKey';
import { CustomerServiceBot } from './customerServiceBot';
import type { Files } from './files';
import { HandoffMiddleware } from './handoffMiddleware';
import { Housekeeping } from './housekeeping';
import { ProactiveChannel } from './proactiveChannel';
import { type BotServer, createServer } from './server/createServer';
import { addCustomerPage } from './server/customerPage';
import type { DirectLineAccess } from './server/customerTicket';
import { addOperatorRoutes } from './server/operatorRoutes';
import type { Settings } from './settings';
import { SharedTurns } from './sharedTurns';
import { articleAddress, type SignedLinks } from './signedLinks';
import { createTexts } from './texts';
import { Transcript } from './transcript';

/** What the application is made of; the concrete choices are made in index.ts. */
export interface AppParts {
  settings: Settings;
  log: Log;
  clock: Clock;
  http: HttpClient;
  store: Store;
  links: SignedLinks;
  files: Files;
  registry: ProviderRegistry;
  skills: EscalationSkills;
  knowledge: KnowledgeBase;
  records: ChatRecords;
  contacts: Pick<Contacts, 'findByEmail'>;
  /** Portal address of an article, with {kbnum}; without it the bot shows articles itself. */
  articleUrlTemplate?: string;
  /** Where the customer page gets its conversations; no page without. */
  directLine?: DirectLineAccess;
}

export interface App {
  /** Takes up what an earlier process left, then takes requests. Resolves with the port. */
  start(): Promise<number>;
  /** Takes no more requests, finishes what is in hand, gives links free. Twice is fine. */
  stop(): Promise<void>;
}

/** Wires the parts to each other. Nothing runs before `start`. */
export function createApp(parts: AppParts): App {
  const { settings, log, clock, store, registry, skills, knowledge, records } = parts;
  const texts = createTexts();
  const words = new CommandWords(texts);
  const transcript = new Transcript({ store: store.transcripts, clock, log, article: (id) => knowledge.get(id) });
  const adapter = new BotAdapter({
    identity: settings.identity,
    http: parts.http,
    clock,
    sendTimeoutInMs: settings.sendTimeoutInMs,
    onTurnError: async (context, error) => {
      log.error('turn failed', { code: errorCode(error), type: context.activity.type });
      throw error;
    },
  });
  const bot = new CustomerServiceBot({
    storage: new BotStorage(store.documents, clock),
    knowledge,
    chatRecords: withContacts(records, parts.contacts),
    skills,
    links: {
      readArticle: (kbRecordId, article) =>
        articleAddress(settings.publicUrl, parts.links, { kbRecordId, articleId: article.id }),
    },
    texts,
    clock,
    log,
    turns: turnsFor(parts, 'state'),
    conversationKey: (context) => conversationKey(context.activity),
  });
  const channel = new ProactiveChannel({
    runTurn: (reference, logic) => adapter.runProactiveTurn(reference, logic),
    runBot: (context) => bot.run(context),
    turnEnded: (key) => middleware.turnEnded(key),
    texts: {
      t: (key, language, values) => texts.t(key, texts.resolve(language), values),
      fileAddress: (file, context) => parts.files.linkAgentFile(file, context.handoffId),
      leave: (language) => {
        const title = texts.t('replies.leaveHandoff', texts.resolve(language));
        return { title, text: title };
      },
    },
    transcript,
    clock,
    log,
  });
  const relay = new Relay({
    store: store.links,
    isExclusive: store.isExclusive,
    registry,
    channel,
    transcripts: {
      read: async (key, since, until) => {
        // The turn that asked for the handoff is part of what the agent reads.
        await middleware.turnEnded(key);
        return transcript.read(key, since, until);
      },
    },
    clock,
    log,
    options: defaultRelayOptions,
  });
  const middleware: HandoffMiddleware = new HandoffMiddleware({
    relay,
    transcript,
    clock,
    log,
    routes: (skill) => skills.routes(skill),
    words: {
      meansLeave: (text, language) => words.meansLeave(text, texts.resolve(language)),
      cardIsOld: (language) => texts.t('handoff.cardIsOld', texts.resolve(language)),
      notPassedOn: (language) => texts.t('handoff.notPassedOn', texts.resolve(language)),
      tryAgain: (language) => texts.t('handoff.tryAgain', texts.resolve(language)),
    },
  });
  adapter.use(middleware);
  adapter.use(transcript);
  const housekeeping = new Housekeeping({ store, clock, log, keepForInMs: settings.transcriptRetentionInMs });
  const server = createAppServer(parts, adapter, relay, (context) => bot.run(context));

  return {
    async start() {
      records.start();
      await relay.start();
      housekeeping.start();
      return server.start(settings.port, settings.host);
    },
    async stop() {
      await server.stop();
      housekeeping.stop();
      await relay.stop();
    },
  };
}

function createAppServer(
  parts: AppParts,
  adapter: BotAdapter,
  relay: Relay,
  runTurn: (context: TurnContext) => Promise<void>,
): BotServer {
  const { settings, log, clock, store, registry, knowledge, records } = parts;
  const { directLine } = parts;
  return createServer({
    settings,
    log,
    adapter,
    runTurn,
    turns: turnsFor(parts, 'arrival'),
    clock,
    links: parts.links,
    isUnavailable: (error) => error instanceof StoreFailure,
    health: {
      store: { check: () => store.check(), required: true },
      knowledge: {
        check: async () => {
          if (!knowledge.ready) throw new Error('no article index yet');
        },
        required: true,
      },
    },
    webhooks: webhooksOf(registry.all()),
    onEvents: (provider, events) => relay.receive(provider, events),
    articles: {
      find: async (reference) => {
        const article = knowledge.get(String(reference['articleId']));
        const portalUrl = article && articleUrl(parts.articleUrlTemplate, article);
        return (
          article && { title: article.title, html: article.html, language: article.language, ...(portalUrl && { portalUrl }) }
        );
      },
      markRead: async (reference) => {
        if (typeof reference['kbRecordId'] === 'string') await records.articleRead(reference['kbRecordId']);
      },
    },
    fetchFile: (reference, signal) =>
      parts.files.fetch(isJsonObject(reference) ? reference : {}, { registry, link: (id) => relay.get(id) }, signal),
    routes: (add) => {
      if (directLine) addCustomerPage(add, { directLine, links: parts.links, http: parts.http, log, clock });
      if (settings.operatorKey) addOperatorRoutes(add, { key: settings.operatorKey, relay, log });
    },
  });
}

/**
 * Brings turns of one conversation in a row, over all instances when several share the store. Arrivals and state have lines of
 * their own: a customer's turn may wait for a proactive one, which needs the state.
 */
function turnsFor({ store, clock, log }: AppParts, purpose: string): Pick<KeyedQueue, 'run'> {
  return store.isExclusive ? new KeyedQueue() : new SharedTurns({ turns: store.turns, purpose, clock, log });
}

function webhooksOf(providers: HandoffProvider[]): Map<string, WebhookInbound> {
  return new Map(
    providers.flatMap((provider) => (provider.inbound.kind === 'webhook' ? [[provider.name, provider.inbound] as const] : [])),
  );
}
